"""Every construct of the language: in a definition that is checked, walked, posted over HTTP, scored and printed.

The constructs are the words of the JSON Schema, which is made from the model: a new word without a definition that
has it fails here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from trip import Launch, Pupil

from survey import sitting
from survey.cli.check import find
from survey.definition.bundle import definition_files
from survey.definition.load import load
from survey.definition.model import Definition
from survey.definition.tree import grow
from survey.expression import Expression, tree
from survey.expression.parse import FUNCTIONS
from survey.i18n import catalogue
from survey.kinds import Choice, Question
from survey.kinds.question import About, Fact
from survey.plainly import say_condition
from survey.report import pdf
from survey.report.compose import compose
from survey.report.facts import Facts
from survey.route import find_path
from survey.score import score
from survey.walk import walk

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "questionnaires"
SCHEMA = json.loads((ROOT / "docs" / "questionnaire.schema.json").read_text("utf-8"))
#: It shows what robots do not reach, so nobody can send it.
NOT_WHOLE = {"walk_unreached"}
FILES = [file for file in definition_files(FOLDER) if file.parent == FOLDER and file.stem not in NOT_WHOLE]
TREES = [grow(file.read_bytes())[0] for file in sorted(FOLDER.rglob("*.yaml"))]
#: Words that a file gives as the name of an entry or beside others, or that a translation gives.
ELSEWHERE = {"Count.id", "Helpline.id", "Rule.id", "Scale.id", "Variant.text", "Variant.when", ".unchecked_languages"}
#: Words that a kind has of the one that it is made from, and that mean nothing to it.
ELSEWHERE |= {"Statement.shuffle", "YesNo.shuffle", "Calculated.integer"}
#: Lists of facts, of which each has the same meaning to the language.
FACTS = {*get_args(Fact), *get_args(About)}
#: The classes of kinds, by their names in the schema.
KIND_CLASSES = {name for name, part in SCHEMA["$defs"].items() if "kind" in part.get("properties", {})}
#: What each kind takes when it is typed.
TYPED = {
    "date": ["12", "6", "2026"],
    "month": ["6", "2026"],
    "phone": "06 0000 0012",
    "email": "noor@voorbeeld.nl",
    "postcode": "1234 AB",
    "municipality": "GM0439",
    "contact_person": ["Sanne de Boer", "0600000012", "tante"],
}


def words_of(value: Any, part: dict[str, Any], name: str = "") -> Iterator[str]:
    """Yield every word of the schema that a file uses, as `Part.word`."""
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[1]
        part = SCHEMA["$defs"][name]
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        if fits(value, choice):
            yield from words_of(value, choice, name)
    if isinstance(value, dict):
        known = part.get("properties", {})
        for key, entry in value.items():
            if key in known:
                yield f"{name}.{key}"
            inner = known.get(key, part.get("additionalProperties"))
            if isinstance(inner, dict):
                yield from words_of(entry, inner, name)
    for entry in value if isinstance(value, list) and isinstance(part.get("items"), dict) else ():
        yield from words_of(entry, part["items"], name)


def fits(value: Any, part: dict[str, Any]) -> bool:
    """Tell whether a value can be of one of several forms: by its kind, and by the words it has."""
    if "$ref" in part:
        part = SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if not isinstance(value, dict):
        kinds = part.get("type", ["array", "string", "number", "integer", "boolean", "null"])
        told = {list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
        allowed = {kinds} if isinstance(kinds, str) else set(kinds)
        kind = next((word for base, word in told.items() if isinstance(value, base)), "")
        return kind in allowed or (kind in ("integer", "number") and "number" in allowed)
    known = part.get("properties", {})
    constant = known.get("kind", {}).get("const")
    if constant is not None and "kind" in value and value["kind"] != constant:
        return False
    open_ended = part.get("additionalProperties", True) is not False
    is_object = "object" in part.get("type", "object")
    return is_object and (open_ended or set(value) <= set(known)) and set(part.get("required", ())) <= set(value)


def every_word() -> set[str]:
    """Give every word that the schema has."""
    found = {f".{word}" for word in SCHEMA["properties"]}
    return found | {f"{name}.{word}" for name, part in SCHEMA["$defs"].items() for word in part.get("properties", {})}


def test_every_word_of_the_language_stands_in_a_definition_of_the_tests() -> None:
    used = {as_of_any_kind(word) for tree in TREES for word in words_of(tree, SCHEMA)}
    assert sorted({as_of_any_kind(word) for word in every_word()} - used - ELSEWHERE) == []


def as_of_any_kind(word: str) -> str:
    """Give a word that every kind has as one word; those that only some have stand on their own."""
    part, _, name = word.partition(".")
    shared = part in KIND_CLASSES and all(name in SCHEMA["$defs"][kind]["properties"] for kind in KIND_CLASSES)
    return f"Question.{name}" if shared else word


def test_every_kind_and_every_value_that_a_word_can_have_stands_there_too() -> None:
    source = "\n".join(file.read_text("utf-8") for file in sorted(FOLDER.rglob("*.yaml")))
    words = [word for part in SCHEMA["$defs"].values() for word in part.get("properties", {}).values()]
    values = {str(value) for word in words for value in allowed(word)} - FACTS
    assert sorted(value for value in values if not re.search(rf"\b{value}\b", source)) == []


def allowed(part: dict[str, Any]) -> Iterator[Any]:
    """Yield the values that a word is limited to."""
    yield from part.get("enum", ())
    if "const" in part:
        yield part["const"]
    for inner in part.get("anyOf", ()):
        yield from allowed(inner)


def test_every_function_and_form_of_an_expression_stands_in_a_definition() -> None:
    found: set[str] = set()
    for file in [*definition_files(FOLDER)]:
        for condition in conditions(load(file)) if file.stem not in NOT_WHOLE else ():
            found |= {type(each).__name__ for each in nodes(condition.tree)} | set(functions(condition.tree))
    forms = {part.__name__ for group in (tree.Condition, tree.Quantity, tree.Day) for part in get_args(group)}
    assert sorted((forms | set(FUNCTIONS)) - found - {"all", "any", "answered"}) == []


def conditions(part: Any) -> Iterator[Expression]:
    """Yield every expression in a definition."""
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, BaseModel):
        for value in dict(part).values():
            yield from conditions(value)
    elif isinstance(part, dict | tuple):
        for value in (*(part.values() if isinstance(part, dict) else part), *getattr(part, "variants", ())):
            yield from conditions(value)


def nodes(node: Any) -> Iterator[Any]:
    """Yield a tree with everything below it."""
    yield node
    for name in getattr(node, "__slots__", ()):
        value = getattr(node, name)
        for each in value if isinstance(value, tuple) else (value,):
            if type(each).__module__ == tree.__name__:
                yield from nodes(each)


def functions(node: Any) -> Iterator[str]:
    """Yield the functions that a tree was written with."""
    for each in nodes(node):
        match each:
            case tree.Call(name) | tree.Between(name):
                yield name
            case tree.Tally():
                yield "count"
            case tree.Rounded():
                yield "round"
            case tree.Shifted():
                yield "add_months"


def given(question: Question, offered: list[str], last: bool) -> str | list[str]:
    """Give what a robot fills in: the first or the last option, a number within its bounds, a few words."""
    if isinstance(question, Choice):
        return offered[-1] if last else offered[0]
    low, high = getattr(question, "min", None), getattr(question, "max", None)
    if question.kind == "number":
        return str(high if last and high is not None else low if low is not None else 2)
    if question.kind in ("date", "month") and low is not None:
        return question.written(str(low)[: 10 if question.kind == "date" else 7])
    return TYPED.get(question.kind, "Iets")


def robot(pupil: Pupil, definition: Definition, last: bool) -> None:
    """Answer page after page until all are answered; a check that is broken gets the other number."""
    pages = {page.id: page for page in definition.pages}
    for _ in range(3 * len(pages)):
        if pupil.page.path == "/controle":
            return
        form = pupil.page.form
        page = pages[pupil.page.path.removeprefix("/v/")]
        asked = {name: definition.questions[name] for name in page.questions if name in {*form.choices, *form.texts}}
        answers = {name: given(each, form.choices.get(name, []), last) for name, each in asked.items()}
        if pupil.phone.answer(**answers).status == 422:
            answers |= {name: given(each, form.choices.get(name, []), not last) for name, each in asked.items()}
            assert pupil.phone.answer(**answers).status == 200, pupil.page.words
    raise AssertionError(f"{definition.id} has no end")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_definition_is_checked_walked_posted_scored_and_printed(launched: Launch, file: Path) -> None:
    definition = load(file)
    assert [str(finding) for finding in find(file) if finding.is_error] == []
    assert walk(definition).is_whole
    for condition in conditions(definition):
        assert say_condition(definition, condition, catalogue("nl"))
    trip = launched(file.stem)
    for last in (False, True):
        pupil = trip.invite("Yara Smit")
        pupil.starts()
        robot(pupil, definition, last)
        pupil.sends()
        row = trip.sitting(pupil)
        kept = sitting.read(trip.campus.session, trip.campus.vault, row)[1].values
        outcome = sitting.get_outcome(trip.campus.session, trip.campus.vault, row)
        assert outcome == score(definition, kept)
        assert outcome is not None
        document = compose(Facts(), definition, outcome, find_path(definition, kept).values, catalogue("nl"))
        assert "<h1" in pdf.typeset(document)
        if definition.report is not None and last:
            assert pdf.render(document).startswith(b"%PDF")
