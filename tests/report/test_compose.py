"""The document says what the municipality may see, in its order, and names the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import AGREED, FACTS, accept, compose_answers, pages_of

from survey.answers import Values
from survey.definition.load import load, shipped
from survey.definition.model import Definition
from survey.expression import parse
from survey.report import pdf
from survey.report.document import Document, Domains, Items, Paragraph, Part, Quote, Rows
from survey.report.facts import Contact, Facts, Offer, Request, Review, School, Student
from survey.report.sharing import Sharing

DEFINITION = Path(__file__).parents[1] / "questionnaires" / "report_sharing.yaml"
CANARIES = ("KANARIE", "CANARY")
WORST = {"plan": "klopt_niet", "geheim": "klopt_niet", "doel": "werken"}


@cache
def sharing_definition() -> Definition:
    """Read the definition once."""
    return load(DEFINITION)


def made(
    answers: Values, facts: Facts = FACTS, definition: Definition | None = None, language: str = "nl", **more: Any
) -> Document:
    """Compose the document of answers, by the definition of this module unless another is given."""
    return compose_answers(definition or sharing_definition(), answers, facts, language, **more)


def part(document: Document, part_id: str) -> Part | None:
    """Find a part by its id."""
    return next((each for each in document.parts if each.id == part_id), None)


def rows(document: Document, part_id: str) -> dict[str, str]:
    """Give the rows of a part."""
    found = part(document, part_id)
    return {label: text for block in (found.blocks if found else ()) if isinstance(block, Rows) for label, text in block.rows}


def domains(document: Document) -> dict[str, tuple[str, int | None, tuple[str, ...]]]:
    """Give band, bar and reasons by title."""
    found = part(document, "domains")
    assert found is not None and isinstance(found.blocks[0], Domains)
    return {each.title: (each.band, each.bar, each.reasons) for each in found.blocks[0].domains}


def test_only_what_is_made_of_shared_answers_is_said() -> None:
    document = made(WORST)
    assert domains(document) == {
        "Plannen": ("Hulp kan fijn zijn", 10, ("Heeft nog geen plan.",)),
        "Besloten": ("niet gedeeld", None, ()),
        "Gemengd": ("niet gedeeld", None, ()),
        "Getild": ("niet gedeeld", None, ()),
    }
    circumstances = part(document, "circumstances")
    assert circumstances is not None and circumstances.blocks == (Items(("Het plan mist nog.",)),)
    assert "Voorrang volgens de regels" not in rows(document, "review")


def test_what_is_never_to_be_shared_is_no_choice_of_the_student() -> None:
    document = made({**WORST, "stil": "iets"})
    agreement = part(document, "agreement")
    assert agreement is not None and len(agreement.blocks) == 1 and "niet ingestemd" in repr(agreement.blocks)
    assert json.loads(document.facts)["niet_gedeeld"] == []
    assert rows(document, "daarna") == {"Ik heb een plan.": "Klopt niet", "Alleen voor school": "niet gedeeld"}


def test_hidden_domain_is_named_whether_or_not_it_was_asked() -> None:
    """Were it named only then, its row would tell what the answer before it was."""
    assert list(domains(made({}))) == list(domains(made(WORST)))
    when = {"when": parse("doel == leren")}
    scales = {name: scale.model_copy(update=when) for name, scale in sharing_definition().scales.items()}
    quiet = sharing_definition().model_copy(update={"scales": scales, "digest": "quiet"})
    assert list(domains(made(WORST, definition=quiet))) == ["Besloten", "Gemengd", "Getild"]


words = st.text(st.characters(categories=("L", "N", "P", "S", "Z")), max_size=60)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "plan": st.sampled_from(["klopt", "klopt_niet"]),
            "geheim": st.sampled_from(["klopt", "klopt_niet"]),
            "doel": st.sampled_from(["werken", "leren"]),
            "vervolg": words.map(lambda text: f"vervolg {text}"),
            "woorden": words.map(lambda text: f"woorden {text}"),
            "stil": words.map(lambda text: f"KANARIE {text}"),
        },
    ),
    st.sampled_from(["nl", "en"]),
)
def test_no_hidden_answer_is_in_document_or_json(answers: dict[str, str], language: str) -> None:
    said = repr(made(answers, language=language))
    assert not any(canary in said for canary in CANARIES)


def test_answer_off_the_path_is_not_said() -> None:
    left = {**WORST, "vervolg": "verzorgende"}
    assert "verzorgende" not in repr(made(left))
    then = part(made({**left, "doel": "leren"}), "daarna")
    assert then is not None and then.blocks[0] == Quote("Welke opleiding?", "verzorgende")


def test_parts_stand_in_order_strengths_before_needs() -> None:
    document = made({**WORST, "woorden": "Ik kan goed luisteren.", "stil": "x"})
    assert [each.id for each in document.parts] == [
        "student",
        "school",
        "destination",
        "eigen",
        "domains",
        "circumstances",
        "daarna",
        "review",
        "arranged",
        "agreement",
        "offers",
    ]
    own, destination = part(document, "eigen"), part(document, "destination")
    assert own is not None and own.blocks == (Quote("Wat kan jij goed?", "Ik kan goed luisteren."),)
    assert destination is not None and destination.blocks == (Paragraph("Werken in de zorg"),)


def test_box_asks_and_says_whom_to_call() -> None:
    box = made(WORST).box
    assert (box.title, box.question) == ("Vraag aan de gemeente Purmerend", "Help Yara met toeslagen.")
    assert box.lines == (
        "Graag antwoord vóór 1 augustus 2026.",
        "Eerste gesprek: 16 juni, 15.30 uur, Jongerenloket, met Sanne.",
        "Bel Sanne de Wit, mentor: 06 0000 0000, sanne@voorbeeld.nl, ma-do 8.30-16.30 uur.",
    )


def test_without_facts_it_says_what_the_school_fills_in() -> None:
    document = made({}, Facts())
    assert document.box.title == "Vraag aan de gemeente"
    assert document.box.question.startswith("Nog in te vullen door de school")
    assert document.box.lines == ("Nog in te vullen door de school: wie u kunt bellen, nummer en tijden.",)
    assert rows(document, "student") == {"Naam": "nog in te vullen door de school"}
    assert domains(document)["Plannen"][1] is None
    assert (document.head.status, document.day) == ("concept", "2026-01-01")
    assert part(document, "offers") is None


def test_facts_stand_where_they_belong() -> None:
    document = made(WORST)
    assert rows(document, "student")["Gemeente"] == "Purmerend (0439)"
    assert rows(document, "school")["Opleiding"] == "Verkoper, crebo 25000, niveau 2, bol"
    assert rows(document, "school")["Diploma"] == "verwacht 3 juli 2026"
    assert rows(document, "offers") == {"12 mei 2026": "gesprek, Sanne, aangenomen"}
    review = rows(document, "review")
    assert (review["Voorrang volgens de school"], review["Reden"]) == ("rustig aan", "Het gaat beter.")
    assert document.margins.name.startswith("Overgangsdocument · V2B-0112 · versie 2 · vragenlijst report_sharing 1 (")
    assert "De school bewaart dit tot 3 augustus 2027." in document.small_print
    assert any("nazorg@voorbeeld.nl" in line for line in document.small_print)


@pytest.mark.parametrize(("kind", "article"), [("mbo", "9.2.13"), ("pro", "2.31b"), ("vso", "44a"), ("", "9.2.13")])
def test_kind_of_school_decides_the_ground(kind: str, article: str) -> None:
    assert article in made({}, Facts(school=School(kind=kind))).head.ground


def test_concept_is_marked_and_final_is_not() -> None:
    assert made({}).margins.mark == "CONCEPT - NIET VERSTUREN" == made({}, language="en").margins.mark
    final = made({}, agreement=AGREED)
    assert final.margins.mark == ""
    assert final.head.status == "definitief, 4 juni 2026"


def test_final_document_says_where_to_see_that_it_is_real() -> None:
    at = "https://overstap.voorbeeld.nl/verify"
    known = replace(FACTS, verify_at=at)
    final = made({}, known, agreement=AGREED)
    assert f"Echt en niet veranderd? Kijk op {at}." in final.small_print
    assert json.loads(final.facts)["feiten"]["controleren_op"] == at
    assert at not in str(made({}, known).small_print), "a concept has no seal yet"
    assert "Echt" not in str(made({}, agreement=AGREED).small_print), "nothing where no address is known"


def test_json_holds_the_facts_and_what_is_shown() -> None:
    inside = json.loads(made({**WORST, "woorden": "Ik luister."}).facts)
    assert Facts.from_json(inside["feiten"]) == FACTS
    assert inside["antwoorden"] == {"doel": "Werken in de zorg", "woorden": "Ik luister.", "plan": "Klopt niet"}
    assert inside["domeinen"][0] == {
        "naam": "Plannen",
        "beeld": "Hulp kan fijn zijn",
        "vraagt_hulp": "",
        "redenen": ["Heeft nog geen plan."],
    }
    assert inside["nog_niet_geregeld"] == [{"id": "geen_plan", "tekst": "Het plan mist nog."}]
    assert inside["niet_gedeeld"] == []


def test_sharing_follows_results_to_the_answers_they_are_made_of() -> None:
    sharing = Sharing(sharing_definition())
    names = ["plan", "geheim", "open", "dicht", "samen", "getild", "nog", "voorrang", "bestaat_niet", None]
    assert [name for name in names if sharing.allows(name)] == ["plan", "open"]
    assert Sharing(sharing_definition(), "school").allows("stil")


@pytest.mark.parametrize("name", ["overstap", "checkin"])
def test_examples_of_a_shipped_questionnaire_take_two_pages_at_most(name: str) -> None:
    definition = shipped(name)
    for number, example in enumerate(definition.examples[1::3]):
        language = ("nl", "en")[number % 2]
        document = made(accept(definition, example.answers), FACTS, definition, language)
        pages = pages_of(pdf.render(document))
        assert 1 <= len(pages) <= 2, example.name
        assert all("CONCEPT - NIET VERSTUREN" in page for page in pages)


def test_every_text_at_its_limit_is_three_pages_at_most() -> None:
    long = "Woorden van een mentor die graag veel vertelt. " * 200
    full = Facts(
        student=Student(name=long, preferred_time=long, second_contact=long),
        request=Request(question=long),
        contact=Contact(name=long, hours=long),
        review=Review(long, long, long, "4", long, long),
        offers=(Offer(long),) * 3,
    )
    document = made({**WORST, "woorden": long[:4000]}, full)
    assert len(pages_of(pdf.render(document))) <= 3


def test_english_document_has_no_dutch_left() -> None:
    document = made(WORST, language="en")
    assert document.box.title == "Question to the municipality of Purmerend"
    assert domains(document)["Plans"] == ("Help may be welcome", 10, ("Has no plan yet.",))
    assert document.head.title == "Overgangsdocument"


def test_schema_of_the_json_names_what_is_written() -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs" / "document.schema.json").read_text("utf-8"))
    inside = json.loads(made(WORST).facts)
    assert_described(inside, schema)
    assert set(inside) == set(schema["required"])


def assert_described(value: Any, schema: dict[str, Any]) -> None:
    """Fail for a name that a schema does not have."""
    if isinstance(value, dict):
        for name, inner in value.items():
            described = schema["properties"].get(name) if "properties" in schema else schema["additionalProperties"]
            assert described, name
            assert_described(inner, described)
    for inner in value if isinstance(value, list) else ():
        assert_described(inner, schema["items"])
