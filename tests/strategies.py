"""Random small definitions and answers to them, for properties that hold for every questionnaire."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from survey.answers import Value
from survey.definition.load import build
from survey.definition.model import Definition
from survey.definition.tree import Mapping, Sequence
from survey.kinds import Choice, Choices, NumberQuestion

CODES = ("a", "b", "c", "d")
KINDS = ("choice", "statement", "choices", "yes_no", "number", "short_text", "information")
#: Every random definition has a digest of its own.
DIGESTS = count(1)
#: For properties over whole definitions, which take longer to draw than to prove.
few = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATES = ("unknown", "refused", "not_shown")


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """Options of which each has points, a state, or neither."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=4, unique=True))
    return {
        code: draw(
            st.one_of(
                st.integers(-2, 4),
                st.just(None),
                st.fixed_dictionaries({"state": st.sampled_from(STATES)}),
                st.fixed_dictionaries({"points": st.integers(0, 3)}),
            )
        )
        for code in codes
    }


@st.composite
def question(draw: st.DrawFn, earlier: dict[str, dict[str, Any]], kinds: tuple[str, ...]) -> dict[str, Any]:
    """A question of one of these kinds that earlier ones may decide."""
    kind = draw(st.sampled_from(kinds))
    entry: dict[str, Any] = {"kind": kind, "text": "Vraag"}
    if kind in ("choice", "statement", "choices"):
        entry["options"] = draw(options())
    if kind == "number":
        entry |= {"min": 0, "max": draw(st.integers(1, 9)), "integer": draw(st.booleans())}
    if kind != "information" and draw(st.integers(0, 4)) == 0:
        entry["required"] = False
    if earlier and draw(st.booleans()):
        entry["show_if"] = draw(condition(earlier))
    return entry


@st.composite
def condition(draw: st.DrawFn, earlier: dict[str, dict[str, Any]]) -> str:
    """A condition over earlier questions, of one or two parts."""
    parts = [draw(comparison(earlier)) for _ in range(draw(st.integers(1, 2)))]
    joined = draw(st.sampled_from([" and ", " or "])).join(parts)
    return f"not ({joined})" if draw(st.integers(0, 5)) == 0 else joined


@st.composite
def comparison(draw: st.DrawFn, earlier: dict[str, dict[str, Any]]) -> str:
    """One comparison that is right for the kind of its question."""
    name = draw(st.sampled_from(sorted(earlier)))
    entry = earlier[name]
    general = [f"answered({name})", f"{name} == missing"]
    if entry["kind"] == "number":
        bound = draw(st.integers(0, 9))
        return draw(st.sampled_from([*general, f"{name} >= {bound}", f"{name} < {bound}", f"{name} == {bound}"]))
    if entry["kind"] == "short_text":
        return draw(st.sampled_from(general))
    codes = list(entry["options"]) if "options" in entry else ["yes", "no"]
    code = draw(st.sampled_from(codes))
    asked = [*general, f"{name} == {code}", f"{name} in [{', '.join(codes[:2])}]", f"{name} != {code}"]
    if any(isinstance(each, int) for each in entry.get("options", {"yes": 1}).values()):
        asked.append(f"{name} >= {draw(st.integers(0, 3))}")
    return draw(st.sampled_from(asked))


@st.composite
def plain_definitions(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, most: int = 6) -> dict[str, Any]:
    """A definition as plain values: questions, pages of one or two, and a sum over what has points."""
    questions: dict[str, dict[str, Any]] = {}
    pages: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, most))):
        asked = {name: entry for name, entry in questions.items() if entry["kind"] != "information"}
        names = [f"q{len(questions) + place}" for place in range(draw(st.sampled_from([1, 1, 2])))]
        for name in names:
            questions[name] = draw(question(asked, kinds))
        pages.append({"id": f"p{number}", "questions": names, "uncounted": number > 0 and draw(st.integers(0, 6)) == 0})
    terms = [name for name, entry in questions.items() if has_points(entry)]
    scales = {"som": {"op": "sum", "of": terms, "missing": {"max_share": 0.5, "rule": "prorate"}}} if terms else {}
    return {"id": "willekeurig", "version": 1, "questions": questions, "pages": pages, "scales": scales}


def has_points(entry: dict[str, Any]) -> bool:
    """Tell whether a question of a random definition has points."""
    if entry["kind"] in ("number", "yes_no"):
        return True
    return any(isinstance(each, int) for each in entry.get("options", {}).values())


def grown(plain: Any) -> Any:
    """Give plain values as if they had been read from a file (which takes most of the time)."""
    if isinstance(plain, dict):
        mapping = Mapping(1)
        mapping.update({str(key): grown(value) for key, value in plain.items()})
        mapping.lines = dict.fromkeys(mapping, 1)
        return mapping
    if isinstance(plain, list):
        sequence = Sequence(1)
        sequence.extend(map(grown, plain))
        sequence.lines = [1] * len(sequence)
        return sequence
    return plain


def definition_of(plain: dict[str, Any]) -> Definition:
    """Make a random definition, which has no errors."""
    definition, _, findings = build(grown(plain), "willekeurig.yaml", str(next(DIGESTS)))
    errors = [str(finding) for finding in findings if finding.is_error]
    assert definition is not None and not errors, errors
    return definition


definitions = plain_definitions().map(definition_of)
choice_definitions = plain_definitions(kinds=("choice", "statement", "yes_no", "information"), most=4).map(definition_of)


@st.composite
def answers_to(draw: st.DrawFn, definition: Definition) -> dict[str, Value]:
    """Answers to any of the questions, on the path or off it."""
    values: dict[str, Value] = {}
    for name, asked in definition.questions.items():
        if asked.takes_answer and draw(st.booleans()):
            values[name] = draw(value_of(definition, name))
    return values


@st.composite
def value_of(draw: st.DrawFn, definition: Definition, name: str) -> Value:
    """One value that a question takes."""
    asked = definition.questions[name]
    if isinstance(asked, Choices):
        alone = [(code,) for code in asked.exclusive_codes]
        free = [code for code in asked.options if code not in asked.exclusive_codes]
        several = [tuple(code for code in free if code in chosen) for chosen in ({*free}, {*free[:1]}, {*free[-1:]})]
        return draw(st.sampled_from([*alone, *(chosen for chosen in several if chosen)]))
    if isinstance(asked, Choice):
        return draw(st.sampled_from(list(asked.options)))
    if isinstance(asked, NumberQuestion):
        whole = draw(st.integers(0, int(asked.max or 0)))
        return Fraction(whole)
    return draw(st.sampled_from(["iets", "nog iets"]))


@st.composite
def definitions_with_answers(draw: st.DrawFn) -> tuple[Definition, dict[str, Value]]:
    """A definition with answers to it."""
    definition = draw(definitions)
    return definition, draw(answers_to(definition))
