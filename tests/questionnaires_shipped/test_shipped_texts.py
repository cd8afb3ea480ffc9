"""What every shipped questionnaire owes its students: words they can read, in each language, and a way to say no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from pydantic import BaseModel

from survey.answers import State
from survey.definition.load import shipped
from survey.definition.model import Definition
from survey.kinds.choice import Choice
from survey.kinds.question import Option

SHIPPED = [shipped("overstap", 1), shipped("checkin", 1)]
#: What a student never reads, so may be said in longer sentences.
FOR_STAFF = {"purpose", "ground", "because", "sentences_report", "strength_report", "need_report", "text_report"}
#: Who is unsafe, stays at home or feels bad is not told what would be better.
NOT_TOLD_TO_CHANGE = {"veilig", "vaak_thuis", "nu_gevoel"}
ALLOWED = {"first_name", "mentor", "school", "date", "day"}
#: Whom no score may see through (domain: "Score need, not risk"); in Dutch and English.
FORBIDDEN = re.compile(
    r"nationalit|geboorte|birth|migrat|herkomst|moedertaal|thuistaal|language|religi|geloof|geslacht|gender|sex|leeftijd"
    r"|postcode|ouders|parents|household|gezin|diagnos|strafblad|criminal|verzuim|absence|niveau|leerweg|achternaam|_name"
)

each_definition = pytest.mark.parametrize("definition", SHIPPED, ids=lambda each: each.id)


def texts(part: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """Give every text of a definition with the way to it."""
    if isinstance(part, BaseModel):
        part = {name: getattr(part, name) for name in type(part).model_fields}
    if isinstance(part, Mapping):
        if set(part) & {"nl", "en", "und"}:
            yield path, dict(part)
            return
        for name, below in part.items():
            yield from texts(below, (*path, str(name)))
    elif isinstance(part, tuple | list):
        for index, below in enumerate(part):
            yield from texts(below, (*path, str(index)))


def read_by_student(definition: Definition) -> Iterator[tuple[str, str]]:
    """Give every Dutch text that a student reads."""
    for path, text in texts(definition):
        staff_value = path[0] == "rules" and path[-1] == "text" or path[0] == "flags" and path[-1] == "text"
        if FOR_STAFF.isdisjoint(path) and not staff_value and path[0] != "report":
            yield "/".join(path), text["nl"]


@each_definition
def test_every_text_is_there_in_dutch_and_english(definition: Definition) -> None:
    assert definition.languages[:2] == ("nl", "en")
    found = list(texts(definition))
    assert len(found) > 50
    assert [path for path, text in found if not {"nl", "en"} <= set(text) or not all(text.values())] == []


def test_leaving_students_are_asked_in_seven_languages() -> None:
    """What is missing or stale in a translation is an error of `survey check --publish`, which `make check` runs."""
    definition = shipped("overstap", 1)
    assert set(definition.languages) == {"nl", "en", "ar", "pl", "ti", "tr", "uk"}
    assert definition.unchecked_languages == {"ar", "pl", "ti", "tr", "uk"}


@each_definition
def test_same_placeholders_in_every_language(definition: Definition) -> None:
    for path, text in texts(definition):
        found = {language: set(re.findall(r"{(\w+)}", said)) for language, said in text.items()}
        assert all(places == found["nl"] <= ALLOWED for places in found.values()), path


@each_definition
def test_dutch_sentence_for_student_has_ten_words_at_most(definition: Definition) -> None:
    long = [
        (path, sentence)
        for path, text in read_by_student(definition)
        for sentence in re.split(r"(?<=[.!?:])\s+|\n", text)
        if len(sentence.split()) > 10
    ]
    assert long == []


@each_definition
def test_every_question_can_be_declined(definition: Definition) -> None:
    for question in definition.questions.values():
        if isinstance(question, Choice):
            assert any(option.state is State.REFUSED for option in question.options.values()), question.id
        else:
            assert not question.required


@each_definition
def test_every_question_says_why_and_for_whom(definition: Definition) -> None:
    for question in definition.questions.values():
        assert question.text and question.topic in definition.topics and question.purpose, question.id
        assert question.seen_by == ("mentor", "coordinator")
        assert set(question.shared_with) <= {"municipality"}
        assert definition.ground or question.ground


@each_definition
def test_every_scored_question_can_be_explained(definition: Definition) -> None:
    for scale in definition.scales.values():
        bands = {edge.label for edge in scale.bands} | {str(scale.unknown)}
        assert set(scale.sentences) == set(scale.sentences_report) == bands <= set(definition.bands)
        for term in scale.of:
            says = definition.questions[term.ref].says
            assert all((says.strength, says.need, says.strength_report, says.need_report)), term.ref
            assert says.change or term.ref in NOT_TOLD_TO_CHANGE, term.ref


@each_definition
def test_document_sentence_names_no_sex(definition: Definition) -> None:
    for path, text in texts(definition):
        if not FOR_STAFF.isdisjoint(path) or path[0] == "flags" and path[-1] == "text":
            assert not re.search(r"\b(hij|zij|hem|haar|zijn [a-z]+ is)\b", text["nl"].lower()), path
            assert not re.search(r"\b(he|she|him|her|his)\b", text["en"].lower()), path


@each_definition
def test_no_forbidden_fact_is_asked(definition: Definition) -> None:
    names = {*definition.questions, *definition.scales, *definition.counts, *definition.topics}
    assert [name for name in names if FORBIDDEN.search(name)] == []
    assert [question.id for question in definition.questions.values() if question.about] == []
    asked = " ".join(text["nl"].lower() for path, text in texts(definition) if path[0] == "questions" and "text" in path)
    assert not FORBIDDEN.search(asked)
    assert "bsn" not in asked and "burgerservicenummer" not in asked


@each_definition
def test_every_flag_tells_who_calls_and_where_to_call_now(definition: Definition) -> None:
    for flag in definition.flags.values():
        assert "{mentor}" in flag.student["nl"] and "{day}" in flag.student["nl"]
        assert flag.text and flag.helplines
        for line in flag.helplines:
            assert re.fullmatch(r"112|0800-\d{4}|088-\d{7}", definition.helplines[line].phone)


@each_definition
def test_report_names_parts_that_exist(definition: Definition) -> None:
    report = definition.report
    assert report is not None
    assert report.priority in definition.rules and report.asked in definition.rules
    assert report.not_arranged in definition.counts
    wants = definition.questions[str(report.wants)]
    assert isinstance(wants, Choice)
    counted = {code for code, option in wants.options.items() if option.state is None}
    assert set(report.scales) <= set(definition.scales) and counted & set(report.scales)
    assert all(question in definition.questions for section in report.sections for question in section.questions)


def test_questionnaires_share_no_id() -> None:
    one, other = ({*each.questions, *each.scales, *each.counts, *each.rules, *each.flags} for each in SHIPPED)
    assert one.isdisjoint(other)


def test_option_without_points_or_state_stands_in_no_scale() -> None:
    for definition in SHIPPED:
        scored = {term.ref for scale in definition.scales.values() for term in scale.of}
        for name in scored & definition.questions.keys():
            question = definition.questions[name]
            assert isinstance(question, Choice)
            assert all(has_meaning(option) for option in question.options.values()), name


def has_meaning(option: Option) -> bool:
    """Tell whether an option has points, or says why it has none."""
    return (option.points is None) != (option.state is None)
