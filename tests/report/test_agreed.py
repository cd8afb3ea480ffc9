"""Only what the student agreed to share, and the questionnaire lets the municipality see, is anywhere in a document."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import FACTS, accept

from survey.answers import Values
from survey.definition.load import load, shipped
from survey.definition.model import Definition
from survey.i18n import catalogue
from survey.report.agreed import Agreement, Consent
from survey.report.compose import compose, compose_source, keep_shared, read_source
from survey.report.copy import compose_copy
from survey.report.document import Document, Paragraph, Quote, Rows
from survey.report.facts import Facts
from survey.report.reading import read_steps
from survey.report.sections import list_sections
from survey.report.source import Source
from survey.route import find_path
from survey.score import compile_definition

AT = datetime(2026, 6, 4, 8, 12, tzinfo=UTC)
BY_PHONE = Consent("student", AT, "nl", 1, "a" * 64)
ON_PAPER = Consent("parent", AT, "nl", 1, "b" * 64, "Sanne de Wit")
FULL = replace(FACTS, annex="ja", student=replace(FACTS.student, second_contact="oom Yonas", language_help="tolk Tigrinya"))


@cache
def definition() -> Definition:
    """Read the definition with hidden answers once."""
    return load(Path(__file__).parents[1] / "questionnaires" / "report_sharing.yaml")


def source_of(answers: Values, facts: Facts = FULL, of: Definition | None = None, language: str = "nl") -> Source:
    """Return what a concept is made from."""
    chosen = of or definition()
    outcome = compile_definition(chosen).score(answers)
    return read_source(facts, chosen, outcome, find_path(chosen, answers).values, catalogue(language))


def agreed(*sections: str, reaction: str = "") -> Agreement:
    """Return the agreement of one student to these sections."""
    return Agreement(frozenset(sections), (BY_PHONE,), reaction)


def final(source: Source, agreement: Agreement) -> Document:
    """Return the final document."""
    return compose_source(keep_shared(source, agreement.sections), agreement)


def said(document: Document) -> str:
    """Return all that a document says, on paper and in its JSON."""
    return repr(document)


WORST = {"plan": "klopt_niet", "geheim": "klopt_niet", "doel": "werken", "woorden": "Ik luister goed.", "stil": "x"}


def test_sections_are_what_there_is_to_share() -> None:
    assert [(each.id, each.title) for each in list_sections(source_of(WORST))] == [
        ("reach", "Telefoon, mail en tweede contact"),
        ("destination", "Wat ga ik doen"),
        ("part.eigen", "In eigen woorden"),
        ("part.daarna", "Daarna"),
        ("domain.open", "Plannen"),
        ("open", "Wat nog niet is geregeld"),
        ("review", "Blik van de school"),
        ("arranged", "Wat al is geregeld"),
        ("offers", "Wat de school heeft aangeboden"),
    ]
    assert [each.id for each in list_sections(source_of({}, Facts()))] == ["domain.open", "review"]


SECTION_TEXTS = {
    "reach": ("06 0000 0001", "yara@voorbeeld.nl", "oom Yonas", "tolk Tigrinya", "appen"),
    "destination": ("Werken in de zorg",),
    "part.eigen": ("Ik luister goed.",),
    "review": ("Werkt hard.", "Gebeld.", "M. Bos", "Het gaat beter."),
    "arranged": ("Zorgverzekering",),
    "offers": ("aangenomen",),
}


@pytest.mark.parametrize("kept", sorted(SECTION_TEXTS))
def test_section_that_is_not_shared_is_nowhere_and_named(kept: str) -> None:
    source = source_of(WORST)
    everything = {each.id: each for each in list_sections(source)}
    document = final(source, agreed(*(everything.keys() - {kept})))
    for text in SECTION_TEXTS[kept]:
        assert text in said(compose_source(source)), text
        assert text not in said(document), text
    for other in SECTION_TEXTS.keys() - {kept}:
        assert all(text in said(document) for text in SECTION_TEXTS[other]), other
    assert everything[kept].title in json.loads(document.facts)["niet_gedeeld"]


def test_answer_of_a_domain_that_is_kept_stands_in_no_other_section() -> None:
    source = source_of(WORST)
    document = final(source, agreed("destination", "part.eigen", "part.daarna", "open", "review"))
    assert "Heeft nog geen plan." not in said(document)
    assert "Het plan mist nog." not in said(document)
    assert "plan" not in json.loads(document.facts)["antwoorden"]
    (row,) = [block for part in document.parts if part.id == "daarna" for block in part.blocks if isinstance(block, Rows)]
    assert row.rows[0] == ("Ik heb een plan.", "niet gedeeld")


def test_domain_of_a_calculated_value_that_is_kept_is_nowhere() -> None:
    of = load(Path(__file__).parents[1] / "questionnaires" / "report_calculated.yaml")
    source = source_of({"uren": Fraction(13), "loon": Fraction(7), "plan": "nee"}, of=of)
    sections = {each.id: each.questions for each in list_sections(source)}
    assert sections["domain.geld"] == {"inkomen", "uren", "loon"}
    document = final(source, agreed("domain.later", "part.werk"))
    known = json.loads(document.facts)
    assert "Geldzaken" in known["niet_gedeeld"]
    assert not known["antwoorden"].keys() & {"uren", "loon", "inkomen"}
    assert "inkomen" not in said(document) and "91" not in said(document)
    (work,) = [block for part in document.parts if part.id == "werk" for block in part.blocks if isinstance(block, Rows)]
    assert work.rows == (("Hoeveel uur werk je?", "niet gedeeld"),)


def test_codes_are_for_the_municipality() -> None:
    source = source_of(WORST)
    assert "Purmerend (0439)" in said(compose_source(source)) and "crebo 25000" in said(compose_source(source))
    for read in (repr(read_steps(source)), repr(compose_copy(source, agreed("review")).parts)):
        assert "Purmerend" in read and "0439" not in read and "25000" not in read


def test_what_was_never_to_be_shared_is_not_named_as_kept_back() -> None:
    document = final(source_of(WORST), agreed("destination", "part.eigen", "domain.open", "open", "review", "arranged"))
    kept = ["Telefoon, mail en tweede contact", "Daarna", "Wat de school heeft aangeboden"]
    assert json.loads(document.facts)["niet_gedeeld"] == kept
    assert f"Niet gedeeld met de gemeente: {' · '.join(kept)}'" in said(document)


def test_student_who_keeps_the_phone_is_reached_through_the_school() -> None:
    source = source_of(WORST)
    assert "via Sanne" not in said(compose_source(source))
    assert "('Bereikbaar', 'via Sanne de Wit, 06 0000 0000')" in said(final(source, agreed("review")))


def test_section_of_which_a_student_says_nothing_is_not_there() -> None:
    of = shipped("overstap")
    example = next(each for each in of.examples if each.name.startswith("Sem"))
    answers = accept(of, example.answers)
    quiet = source_of({**answers, "vaak_thuis": "liever_niet"}, of=of)
    assert "part.gezond" in {each.id for each in list_sections(source_of(answers, of=of))}
    assert "part.gezond" not in {each.id for each in list_sections(quiet)}
    concept = compose_source(quiet)
    assert "gezond" not in {part.id for part in concept.parts}
    assert "vaak_thuis" not in json.loads(concept.facts)["antwoorden"]
    assert "hulp" in json.loads(concept.facts)["antwoorden"], "what else was said stays"


def test_when_a_student_is_best_called_leaves_only_when_asked() -> None:
    student = replace(FACTS.student, phone="", email="", second_contact="", preferred_channel="", preferred_time="na vijven")
    source = source_of(WORST, replace(FULL, student=replace(student, language_help="")))
    assert "reach" in {each.id for each in list_sections(source)}
    assert "na vijven" in said(compose_source(source))
    assert "na vijven" not in said(final(source, agreed("open", "review")))


@settings(max_examples=60)
@given(
    st.sampled_from([each.name for each in shipped("overstap").examples]),
    st.data(),
    st.sampled_from(["nl", "en"]),
)
def test_no_answer_outside_the_agreement_or_the_receivers_list_is_in_document_or_json(
    name: str, data: st.DataObject, language: str
) -> None:
    """Each answer becomes a word of its own, so that it is known again wherever it would stand."""
    of = shipped("overstap")
    example = next(each for each in of.examples if each.name == name)
    answers = accept(of, example.answers)
    marked, words = mark(of, answers)
    source = source_of(answers, of=marked, language=language)
    sections = list_sections(source)
    assert not answers or any(word in said(compose_source(source)) for word in words.values())
    chosen = data.draw(st.sets(st.sampled_from([each.id for each in sections]), min_size=1))
    document = said(final(source, Agreement(frozenset(chosen), (BY_PHONE,))))
    shared = {question for each in sections if each.id in chosen for question in each.questions}
    kept = {question for each in sections if each.id not in chosen for question in each.questions}
    for question, word in words.items():
        may = "municipality" in of.questions[question].shared_with
        if not may or question in kept or question not in shared:
            assert word not in document, (question, sorted(chosen))


def mark(of: Definition, answers: dict[str, Any]) -> tuple[Definition, dict[str, str]]:
    """Return the definition in which every option and every sentence that tells of a question has a word of its own."""
    questions, words = {}, {}
    for name, question in of.questions.items():
        word = words[name] = f"KANARIE{name.upper()}X"
        change: dict[str, Any] = {}
        if getattr(question, "options", None):
            change["options"] = {
                code: option.model_copy(update={"text": {"nl": word, "en": word}})
                for code, option in question.options.items()  # type: ignore[attr-defined]
            }
        if question.says is not None:
            one = {"nl": word, "en": word}
            change["says"] = question.says.model_copy(update={"need_report": one, "strength_report": one})
        questions[name] = question.model_copy(update=change)
    return of.model_copy(update={"questions": questions, "digest": f"{of.digest[:32]}{'m' * 32}"}), words


@given(st.sampled_from(["klopt", "klopt_niet"]), st.text(max_size=20), st.sampled_from(["nl", "en"]))
def test_what_stays_at_school_changes_nothing_in_a_document(secret: str, text: str, language: str) -> None:
    """Noninterference: two students who differ only in hidden answers have the very same document."""
    kept = {"plan": "klopt_niet", "doel": "werken"}
    one, other = ({**kept, "geheim": value, "stil": quiet} for value, quiet in ((secret, f"a{text}"), ("klopt", "b")))
    assert said(compose_source(source_of(one, language=language))) == said(
        compose_source(source_of(other, language=language))
    )


def test_agreement_says_the_words_who_when_and_how_to_stop() -> None:
    source = source_of(WORST)
    document = compose_source(
        keep_shared(source, frozenset({"review"})),
        Agreement(frozenset({"review"}), (BY_PHONE, ON_PAPER), "Klopt. Liever appen dan bellen."),
    )
    (part,) = [each for each in document.parts if each.id == "agreement"]
    rows, *others = part.blocks
    assert isinstance(rows, Rows)
    assert [who for who, _ in rows.rows] == ["Yara El Amrani", "Een ouder of voogd"]
    student, parent = (text for _, text in rows.rows)
    assert "4 juni 2026, 10:12, op de eigen telefoon (tekst 1, nl)" in student and "Ik heb het verslag over mij gelezen." in student
    assert "mag het aan de gemeente geven: Purmerend." in student, "the words of version 1, which were agreed to"
    assert "op papier, vastgelegd door Sanne de Wit" in parent
    texts = [block.text for block in others if isinstance(block, Paragraph)]
    assert texts[0].startswith("Niet gedeeld met de gemeente: ") and "Sanne de Wit" in texts[1]
    (reaction,) = [each for each in document.parts if each.id == "reaction"]
    assert isinstance(reaction.blocks[0], Quote) and reaction.blocks[0].text == "Klopt. Liever appen dan bellen."
    inside = json.loads(document.facts)["instemming"]
    assert inside["door"][1] == {
        "wie": "ouder",
        "op": "2026-06-04T08:12:00+00:00",
        "hoe": "papier",
        "vastgelegd_door": "Sanne de Wit",
        "tekst": {"versie": 1, "taal": "nl", "kenmerk": "b" * 64},
    }
    assert (inside["gedeeld"], inside["reactie"]) == (["review"], "Klopt. Liever appen dan bellen.")


def test_facts_in_the_json_are_those_of_the_document() -> None:
    source = source_of(WORST)
    agreement = agreed(*(each.id for each in list_sections(source)))
    assert Facts.from_json(json.loads(final(source, agreement).facts)["feiten"]) == FULL
    alone = Facts.from_json(json.loads(final(source, agreed("open")).facts)["feiten"])
    assert (alone.student.name, alone.student.phone, alone.review.remark, alone.offers) == ("Yara El Amrani", "", "", ())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["overstap", "checkin"])
def test_student_reads_every_section_on_exactly_one_screen(name: str, language: str) -> None:
    of = shipped(name)
    for example in of.examples:
        source = source_of(accept(of, example.answers), of=of, language=language)
        steps = read_steps(source)
        asked = [section.id for step in steps for section in step.sections]
        assert sorted(asked) == sorted(each.id for each in list_sections(source)), example.name
        assert len({step.id for step in steps}) == len(steps) and steps[0].id == "question"
        assert all(shown.blocks for step in steps for shown in step.shown)


def test_concept_shows_all_and_the_final_one_is_the_same_without_the_unticked() -> None:
    source = source_of(WORST)
    concept = compose(FULL, definition(), source.outcome, source.values, catalogue("nl"))
    whole = final(source, agreed(*(each.id for each in list_sections(source))))
    same = {part.id: part for part in concept.parts if part.id != "agreement"}
    assert {part.id: part for part in whole.parts if part.id != "agreement"} == same
