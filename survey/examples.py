"""The examples of a definition: students as its authors think of them, scored and compared."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from survey.answers import Value
from survey.definition.complaint import suggest
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.kinds import Choice, Question, Refused
from survey.score import CountScore, Outcome, ScaleScore, score


def run_example(definition: Definition, source: Source, index: int) -> Iterator[Finding]:
    """Find answers that one example cannot give, and results that differ from what it expects.

    Raises Unscorable for a definition whose rules cannot be run.
    """
    example = definition.examples[index]
    values, findings = _read_answers(definition, source, index)
    yield from findings
    path = ("examples", index)
    outcome = score(definition, values)
    for name in values:
        if name not in outcome.path:
            message = f"example `{example.name}`: `{name}` is not asked of this student; take it out"
            yield source.finding("W304", message, *path, "answers", name)
    for name, wanted in example.expect.items():
        yield from _expectation(definition, source, (*path, "expect", name), example.name, wanted, outcome)


def _read_answers(definition: Definition, source: Source, index: int) -> tuple[dict[str, Value], list[Finding]]:
    """Give the answers of an example, and those that its questions do not take."""
    example = definition.examples[index]
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    for name, raw in example.answers.items():
        path = ("examples", index, "answers", name)
        question = definition.questions.get(name)
        if question is None:
            message = f"there is no question `{name}`{suggest(name, list(definition.questions))}"
            findings.append(source.finding("E301", f"example `{example.name}`: {message}", *path))
            continue
        try:
            value = question.accept(raw)
        except Refused as refused:
            message = f"example `{example.name}`: `{name}` does not take `{raw}`{_why(refused, question)}"
            findings.append(source.finding("E301", message, *path))
            continue
        if value is not None:
            values[name] = value
    return values, findings


def _why(refused: Refused, question: Question) -> str:
    if isinstance(question, Choice):
        return suggest(str(refused.values.get("value", "")), list(question.options))
    bounds = ", ".join(f"{word} {value}" for word, value in refused.values.items())
    return f" ({refused.code}{': ' + bounds if bounds else ''})"


def _expectation(
    definition: Definition, source: Source, path: tuple[str | int, ...], name: str, wanted: object, outcome: Outcome
) -> Iterator[Finding]:
    """Compare one result with what an example expects of it."""
    what = str(path[-1])
    if what == "flags":
        got: object = list(outcome.flags)
        matches = isinstance(wanted, list) and sorted(map(str, wanted)) == sorted(outcome.flags)
    elif what == "path":
        got, matches = list(outcome.path), wanted == list(outcome.path)
    elif what in outcome.scales:
        got, matches = _scale(outcome.scales[what], wanted)
    elif what in outcome.counts:
        got, matches = _count(outcome.counts[what], wanted)
    elif what in outcome.rules:
        got = outcome.rules[what].value
        matches = wanted == got or str(wanted) == str(got)
    elif what in definition.flags:
        got = what in outcome.flags
        matches = wanted is got
    else:
        known = [*outcome.scales, *outcome.counts, *outcome.rules, "flags", "path"]
        message = f"example `{name}` expects `{what}`, which is no score{suggest(what, known)}"
        yield source.finding("E303", message, *path)
        return
    if not matches:
        yield source.finding("E302", f"example `{name}`: expected {what} {_show(wanted)}, got {_show(got)}", *path)


def _scale(scale: ScaleScore, wanted: object) -> tuple[object, bool]:
    """Compare a scale with a band, a number, nothing, or a mapping of its parts."""
    if isinstance(wanted, dict):
        words = ("value", "band", "answered", "applicable", "why")
        parts = {word: getattr(scale, word) for word in wanted if word in words}
        return parts, len(parts) == len(wanted) and all(_same(parts[word], wanted[word]) for word in wanted)
    if wanted is None:
        return scale.value, scale.value is None
    if isinstance(wanted, str) or (scale.band is not None and str(wanted) == scale.band):
        return scale.band, wanted == scale.band or str(wanted) == scale.band
    return scale.value, _same(scale.value, wanted)


def _count(count: CountScore, wanted: object) -> tuple[object, bool]:
    """Compare a count with a number, its bounds, a band, or a mapping of its parts."""
    if isinstance(wanted, dict):
        parts = {word: getattr(count, word) for word in wanted if word in ("low", "high", "band", "hits", "unknown")}
        plain = {word: list(part) if isinstance(part, tuple) else part for word, part in parts.items()}
        return plain, plain == wanted
    if isinstance(wanted, list) and all(isinstance(each, int) for each in wanted):
        return [count.low, count.high], wanted == [count.low, count.high]
    if isinstance(wanted, list):
        return list(count.hits), wanted == list(count.hits)
    if isinstance(wanted, str):
        return count.band, wanted == count.band
    got = count.low if count.low == count.high else [count.low, count.high]
    return got, _same(count.low if count.low == count.high else None, wanted)


def _same(got: object, wanted: object) -> bool:
    """Compare exactly; a number with a decimal part is as near as it was written."""
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        if not isinstance(got, int | Fraction):
            return False
        digits = len(str(wanted).partition(".")[2])
        return got == Fraction(str(wanted)) or (digits > 1 and round(Fraction(got), digits) == Fraction(str(wanted)))
    return got == wanted


def _show(value: object) -> str:
    """Show a value as a file would write it."""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_show, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{word}: {_show(part)}' for word, part in value.items())}}}"
    return "nothing" if value is None else str(value)
