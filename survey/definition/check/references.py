"""Names: that each is there, once, in time, and of the right kind."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain

from survey.definition.calculated import calculated_in, find_ring, places_of
from survey.definition.complaint import suggest
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.names import find_names, question_names
from survey.definition.prefill import KNOWN
from survey.definition.wording import wordings
from survey.expression import Expression
from survey.expression import check as check_expression
from survey.expression import tree
from survey.kinds import Calculated, Choice, Choices

Path = tuple[str | int, ...]


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find names that are unknown, taken twice, too late or unused."""
    yield from _twice(definition, source)
    yield from _pages(definition, source)
    yield from _show_ifs(definition, source)
    yield from _consents(definition, source)
    yield from _calculated(definition, source)
    yield from _expressions(definition, source)
    yield from _options(definition, source)
    yield from _report(definition, source)
    yield from _topics(definition, source)


def _twice(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find ids that mean two things; a question may have the id of the scale or count that it makes."""
    taken: dict[str, str] = {}
    parts = (("scales", definition.scales), ("counts", definition.counts), ("rules", definition.rules))
    for part, entries in parts:
        for name in entries:
            other = taken.setdefault(name, part)
            if other != part or (part == "rules" and name in definition.questions):
                other = other if other != part else "questions"
                yield source.finding("E101", f"`{name}` is used under `{other}` too; rename one", part, name)
    for count in definition.counts.values():
        seen: set[str] = set()
        for index, circumstance in enumerate(count.of):
            if circumstance.id in seen:
                message = f"`{circumstance.id}` stands twice in `{count.id}`; rename one"
                yield source.finding("E101", message, "counts", count.id, "of", index)
            seen.add(circumstance.id)


def _pages(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find pages that have the same id, no questions, or questions that are not there."""
    pages: set[str] = set()
    placed: dict[str, str] = {}
    for index, page in enumerate(definition.pages):
        if page.id in pages:
            yield source.finding("E101", f"two pages are called `{page.id}`; give one another `id:`", "pages", index)
        pages.add(page.id)
        if not page.questions:
            yield source.finding("E103", f"page `{page.id}` has no questions", "pages", index)
        for place, question in enumerate(page.questions):
            path = ("pages", index, "questions", place)
            if question not in definition.questions:
                hint = suggest(question, list(definition.questions))
                yield source.finding("E102", f"there is no question `{question}`{hint}", *path)
            elif question in placed:
                yield source.finding("E101", f"`{question}` is on page `{placed[question]}` already", *path)
            placed.setdefault(question, page.id)
    for question in definition.questions:
        if isinstance(definition.questions[question], Calculated):
            if question in placed:
                message = f"`{question}` is calculated, so nobody is asked it; take it off page `{placed[question]}`"
                yield source.finding("E121", message, "questions", question)
        elif question not in placed:
            message = f"`{question}` is on no page, so nobody is asked it; add it to `pages:` or take it out"
            yield source.finding("W104", message, "questions", question)
    if not definition.pages:
        yield source.finding("E103", "there are no questions to ask", "pages")


def _show_ifs(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find conditions of the route that name what is not known yet."""
    places = places_of(definition)
    scored = {*definition.scales, *definition.counts, *definition.rules}
    names = question_names(definition)
    for path, index, condition in chain(route_conditions(definition), wording_conditions(definition)):
        late = sorted(name for name in condition.names if places.get(name, -1) >= index)
        for name in late:
            where = "on the same page" if places[name] == index else "later"
            yield source.finding("E105", f"`{name}` is asked {where}; only an earlier page can decide this", *path)
        for name in sorted(condition.names & scored - names.keys()):
            message = f"`{name}` is reckoned after sending; this can only ask for answers of earlier pages"
            yield source.finding("E105", message, *path)
        for name in sorted(condition.names & names.keys() - places.keys()):
            yield source.finding("E105", f"`{name}` is on no page, so it is never answered", *path)
    for path, index, condition in checks_of_answers(definition):
        for name in sorted(condition.names):
            if places.get(name, len(definition.pages)) > index:
                message = f"`{name}` is not answered on this page or an earlier one, so this check cannot ask for it"
                yield source.finding("E105", message, *path)


def _consents(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find questions that say they need a consent and do not wait for it."""
    for question in definition.questions.values():
        if question.consent is None:
            continue
        path, asking = ("questions", question.id, "consent"), definition.questions.get(question.consent)
        if asking is None:
            hint = suggest(question.consent, list(definition.questions))
            yield source.finding("E102", f"there is no question `{question.consent}`{hint}", *path)
        elif question.show_if is None or asking.id not in question.show_if.names:
            message = f"`{question.id}` is asked whatever `{asking.id}` says; ask for its yes in `show_if:`"
            yield source.finding("E129", message, *path)


def route_conditions(definition: Definition) -> Iterator[tuple[Path, int, Expression]]:
    """Yield each `show_if` with its path and the page that it stands on."""
    pages: dict[str, int] = {}
    for index, page in enumerate(definition.pages):
        pages |= dict.fromkeys(page.questions, index)
        if page.show_if is not None:
            yield ("pages", index, "show_if"), index, page.show_if
    for question in definition.questions.values():
        path: Path = ("questions", question.id)
        index = pages.get(question.id, len(definition.pages))
        if question.show_if is not None:
            yield (*path, "show_if"), index, question.show_if
        if isinstance(question, Choice):
            for code, option in question.options.items():
                if option.show_if is not None:
                    yield (*path, "options", code, "show_if"), index, option.show_if


def wording_conditions(definition: Definition) -> Iterator[tuple[Path, int, Expression]]:
    """Yield what chooses each wording of a text, with its path and the page that it stands on."""
    places = {question: index for index, page in enumerate(definition.pages) for question in page.questions}
    for path, text in wordings(definition):
        index = int(path[1]) if path[0] == "pages" else places.get(str(path[1]), len(definition.pages))
        for row, variant in enumerate(text.variants):
            yield (*path, row, "when"), index, variant.when


def calculations(definition: Definition) -> Iterator[tuple[Path, Expression]]:
    """Yield what each calculated value is reckoned by, with its path."""
    for name, question in calculated_in(definition).items():
        yield ("questions", name, "value"), question.value


def _calculated(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find calculated values that are made of each other, of scores, or of what is never asked."""
    if (ring := find_ring(definition)) is not None:
        message = f"these are made of each other: {' -> '.join(ring.ids)}; break the ring"
        yield source.finding("E206", message, "questions", ring.ids[0], "value")
        return
    places = places_of(definition)
    scored = {*definition.scales, *definition.counts, *definition.rules}
    for path, expression in calculations(definition):
        for name in sorted(expression.names & scored - definition.questions.keys()):
            message = f"`{name}` is reckoned after sending; a calculated value is made of answers alone"
            yield source.finding("E105", message, *path)
        for name in sorted(expression.names & definition.questions.keys() - places.keys()):
            if not isinstance(definition.questions[name], Calculated):
                yield source.finding("E105", f"`{name}` is on no page, so it is never answered", *path)


def checks_of_answers(definition: Definition) -> Iterator[tuple[Path, int, Expression]]:
    """Yield each check of an answer with its path and the page that it stands on."""
    for index, page in enumerate(definition.pages):
        for name in page.questions:
            for place, check in enumerate(definition.questions[name].checks if name in definition.questions else ()):
                yield ("questions", name, "checks", place, "when"), index, check.when


def scoring_conditions(definition: Definition) -> Iterator[tuple[Path, Expression, str]]:
    """Yield each condition and calculation of the scores with its path, and which of both it must be."""
    for scale in definition.scales.values():
        path: Path = ("scales", scale.id)
        parts = [("value", scale.value, "number"), ("when", scale.when, "truth")]
        yield from (((*path, word), expression, sort) for word, expression, sort in parts if expression is not None)
        for index, term in enumerate(scale.of):
            inner = [("value", term.value, "number"), ("when", term.when, "truth")]
            for word, expression, sort in inner:
                if expression is not None:
                    yield (*path, "of", index, word), expression, sort
        for index, lift in enumerate(scale.lift):
            yield (*path, "lift", index, "when"), lift.when, "truth"
        if isinstance(scale.lookup, tuple):
            for index, row in enumerate(scale.lookup):
                if (when := getattr(row, "when", None)) is not None:
                    yield (*path, "lookup", index, "when"), when, "truth"
    for count in definition.counts.values():
        for index, circumstance in enumerate(count.of):
            yield ("counts", count.id, "of", index, "when"), circumstance.when, "truth"
    for rule in definition.rules.values():
        for index, case in enumerate(rule.cases):
            yield ("rules", rule.id, "cases", index, "when"), case.when, "truth"
    for flag in definition.flags.values():
        yield ("flags", flag.id, "when"), flag.when, "truth"


def _expressions(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find names, codes and bands in expressions that are not there, and numbers where a truth belongs."""
    asked = chain(route_conditions(definition), wording_conditions(definition), checks_of_answers(definition))
    routes = ((path, condition, "truth") for path, _, condition in asked)
    reckoned = ((path, expression, "number") for path, expression in calculations(definition))
    names = find_names(definition)
    for path, expression, sort in chain(routes, reckoned, scoring_conditions(definition)):
        if expression.sort != sort:
            wanted = "true or false: compare it, as in `x >= 2`" if sort == "truth" else "a number, as in `a + b`"
            yield source.finding("E107", f"`{expression}` must be {wanted}", *path)
        for problem in check_expression(expression, names):
            message = f"{problem.message} (column {problem.column} of `{expression}`)"
            yield source.finding_inside("E106", message, problem.column, *path)
        for name in sorted(expression.names & definition.questions.keys()):
            question = definition.questions[name]
            if not question.takes_answer and not isinstance(question, Calculated):
                yield source.finding("E106", f"`{name}` is only read; it has no answer to ask for", *path)
        if sort == "truth" and isinstance(expression.tree, tree.Truth) and path[0] in ("pages", "questions"):
            if not expression.tree.value:
                yield source.finding("E113", "this never holds; take out what stands under it", *path)


def _options(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find choices without options, and options that both count and do not."""
    for question in definition.questions.values():
        if question.prefill is not None and question.kind not in (kinds := KNOWN[question.prefill].kinds):
            message = f"a question of kind `{question.kind}` cannot hold `{question.prefill}`; use {' or '.join(kinds)}"
            yield source.finding("E122", message, "questions", question.id, "prefill")
        if not isinstance(question, Choice):
            if (bounds := question.range()) and bounds[0] > bounds[1]:
                yield source.finding("E110", "`min` is above `max`", "questions", question.id, "min")
            continue
        path: Path = ("questions", question.id)
        if len(question.options) < 2 and not isinstance(question, Choices) or not question.options:
            yield source.finding("E108", f"`{question.id}` needs at least two options", *path, "options")
        for code, option in question.options.items():
            inner = (*path, "options", code)
            if option.points is not None and option.state is not None and option.state != "answered":
                yield source.finding("E109", f"`{code}` has points and a state; it counts or it does not", *inner)
            if option.exclusive and not isinstance(question, Choices):
                message = "`exclusive` means something for `kind: choices` only"
                yield source.finding("W111", message, *inner, "exclusive")
            if not code or code != code.strip() or any(sign in code for sign in ",\n\t"):
                yield source.finding("E112", f"`{code}` is no option code; use letters, digits and _", *inner)


def _report(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find ids in `report:` and in flags that are not there."""
    yield from (
        source.finding("E102", f"there is no help line `{line}`{suggest(line, list(definition.helplines))}", *path)
        for flag in definition.flags.values()
        for index, line in enumerate(flag.helplines)
        for path in [("flags", flag.id, "helplines", index)]
        if line not in definition.helplines
    )
    if (report := definition.report) is None:
        return
    wanted: list[tuple[Path, str | None, str, list[str]]] = [
        (("priority",), report.priority, "rule", list(definition.rules)),
        (("asked",), report.asked, "rule", list(definition.rules)),
        (("not_arranged",), report.not_arranged, "count", list(definition.counts)),
        (("destination",), report.destination, "question", list(definition.questions)),
        (("wants",), report.wants, "question", list(definition.questions)),
        (("contact",), report.contact, "question", list(definition.questions)),
    ]
    wanted += [(("scales", i), name, "scale", list(definition.scales)) for i, name in enumerate(report.scales)]
    for place, section in enumerate(report.sections):
        for index, asked in enumerate(section.questions):
            wanted.append((("sections", place, "questions", index), asked, "question", list(definition.questions)))
    for path, name, what, known in wanted:
        if name is not None and name not in known:
            yield source.finding("E102", f"there is no {what} `{name}`{suggest(name, known)}", "report", *path)
    yield from _wants(definition, source)


def _wants(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find codes of the question "what do you want help with" that nearly are a scale."""
    wants = definition.questions.get((definition.report and definition.report.wants) or "")
    if isinstance(wants, Choice):
        for code, option in wants.options.items():
            near = get_close_matches(code, definition.scales, n=1)
            if near and code not in definition.scales and option.state is None:
                message = f"`{code}` is no scale, so this wish stands with no domain; did you mean `{near[0]}`?"
                yield source.finding("W114", message, "questions", wants.id, "options", code)


def _topics(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find topics that have no name."""
    named: list[tuple[Path, str | None]] = []
    named += [(("questions", name), question.topic) for name, question in definition.questions.items()]
    named += [(("scales", name), scale.topic) for name, scale in definition.scales.items()]
    for path, topic in named:
        if topic is not None and definition.topics and topic not in definition.topics:
            hint = suggest(topic, list(definition.topics))
            yield source.finding("E102", f"there is no topic `{topic}` under `topics:`{hint}", *path, "topic")
