"""A definition tried out: what robots reach, which rows and conditions can hold, and what its examples give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from survey.definition.check.references import scoring_conditions, wording_conditions
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition, Rule
from survey.examples import run_example
from survey.expression.tree import refs
from survey.kinds import Choice
from survey.route.horizon import TooWide
from survey.score import ScaleScore, Unscorable, compile_definition
from survey.truths import Cell, Truths, is_certain
from survey.walk import Walk, walk

#: More pages than this a student does not finish.
MAX_PAGES = 24


def rehearse(definition: Definition, source: Source, publish: bool = False) -> list[Finding]:
    """Give what shows only when a definition is run; for one that `check` finds no errors in."""
    findings = set(_route(definition, source, publish))
    try:
        compile_definition(definition)
    except Unscorable as error:
        return sorted(findings | {source.finding("E305", str(error), "scales")})
    findings |= set(_tables(definition, source))
    for index in range(len(definition.examples)):
        findings |= set(run_example(definition, source, index))
    return sorted(findings)


def _route(definition: Definition, source: Source, publish: bool) -> Iterator[Finding]:
    """Find what no student can reach, and where no student can go on."""
    try:
        walked = walk(definition)
    except TooWide:
        yield source.finding("W119", "there are too many ways through to try them all", "pages")
        return
    unreached = set(walked.unreached_questions)
    yield from _never_shown(definition, source, walked)
    for question in definition.questions.values():
        if not isinstance(question, Choice) or question.id in unreached:
            continue
        for code in question.options:
            if f"{question.id}.{code}" in walked.unreached_options:
                path = ("questions", question.id, "options", code)
                yield source.finding("E116", f"option `{code}` is never shown; mend its `show_if`", *path, "show_if")
    for index, page in enumerate(definition.pages):
        if page.id in walked.dead_ends:
            message = f"page `{page.id}` can end without an option to choose, so nobody gets on; mend the options"
            yield source.finding("E117", message, "pages", index)
    if publish and len(walked.longest) > MAX_PAGES:
        message = f"the longest path has {len(walked.longest)} pages; more than {MAX_PAGES} is too long"
        yield source.finding("W118", message, "pages")


def _never_shown(definition: Definition, source: Source, walked: Walk) -> Iterator[Finding]:
    """Find pages and questions whose condition never holds."""
    unreached = set(walked.unreached_questions)
    for index, page in enumerate(definition.pages):
        if page.id not in walked.unreached_pages:
            continue
        message = f"page `{page.id}` is never reached"
        if page.show_if is not None:
            yield source.finding("E115", f"{message}: `{page.show_if}` never holds", "pages", index, "show_if")
        elif all(definition.questions[question].show_if is None for question in page.questions):
            yield source.finding("E115", f"{message}: a page before it has no way on", "pages", index)
    for page in definition.pages:
        for name in page.questions:
            condition = definition.questions[name].show_if
            is_hidden_with_page = page.show_if is not None and page.id in walked.unreached_pages
            if name in unreached and condition is not None and not is_hidden_with_page:
                message = f"`{name}` is never shown: `{condition}` never holds"
                yield source.finding("E113", message, "questions", name, "show_if")


def _tables(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find conditions that never hold, rows that are never reached and cases that no row catches."""
    truths = Truths(definition)
    worded = ((path, condition, "truth") for path, _, condition in wording_conditions(definition))
    for path, condition, sort in chain(scoring_conditions(definition), worded):
        if sort == "truth" and condition.names and path[0] != "rules":
            cells = [cell.holds[0] for cell in truths.cells([condition])]
            if cells and True not in cells:
                yield source.finding("E113", f"`{condition}` can never be true", *path)
    for rule in definition.rules.values():
        yield from _table(definition, source, truths, rule.id)


def _table(definition: Definition, source: Source, truths: Truths, name: str) -> Iterator[Finding]:
    """Find the rows of one rule that nothing reaches, and the first case that falls through."""
    rule = definition.rules[name]
    reached: set[int] = set()
    hole = None
    tried = False
    for cell in truths.cells([case.when for case in rule.cases]):
        tried = True
        first = next((index for index, held in enumerate(cell.holds) if held), None)
        if first is not None:
            reached.add(first)
        elif hole is None and None not in cell.holds and all(part.is_known for part in cell.parts):
            hole = cell
    if not tried:
        return
    for index, case in enumerate(rule.cases):
        if index not in reached and not any(is_certain(before.when) for before in rule.cases[:index]):
            message = f"this row of `{name}` is never reached: rows above it catch every case of `{case.when}`"
            yield source.finding("E221", message, "rules", name, "cases", index)
    if hole is not None:
        advice = "add a last row without `when:`, or give `unknown:`"
        if rule.unknown is not None:
            advice = f"it gives its `unknown: {rule.unknown}` then; add a row if that is not meant"
        code = "E222" if rule.unknown is None and definition.report is not None and _is_sure(hole, rule) else "W222"
        yield source.finding(code, f"no row of `{name}` holds when {hole}; {advice}", "rules", name)


def _is_sure(hole: Cell, rule: Rule) -> bool:
    """Tell whether answers can make a case: the value of a scale between two edges was only tried."""
    scales = {part.name for part in hole.parts if isinstance(part.held, ScaleScore)}
    named = [ref for case in rule.cases for ref in refs(case.when.tree) if ref.name in scales]
    return all(ref.part == "band" for ref in named)
