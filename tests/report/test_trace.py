"""The annex and its JSON tell how each shared picture was made, in the language of the document, and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from paper import FACTS, accept, compose_answers, pages_of

from survey.definition.load import shipped
from survey.report import pdf
from survey.report.document import Document, Paragraph, Table
from survey.report.trace import say_number

OVERSTAP = shipped("overstap")


def made(language: str = "nl", annex: str = "ja") -> Document:
    """Compose the document of a student with worries."""
    example = next(each for each in OVERSTAP.examples if each.name.startswith("Sem"))
    return compose_answers(OVERSTAP, accept(OVERSTAP, example.answers), replace(FACTS, annex=annex), language)


def annex(document: Document) -> list[Table | Paragraph]:
    """Return the blocks of the annex."""
    (part,) = [each for each in document.parts if each.id == "trace"]
    return [block for block in part.blocks if isinstance(block, Table | Paragraph)]


def test_each_domain_has_its_answers_points_band_edges_and_what_would_change_it() -> None:
    blocks = annex(made())
    money = next(block for block in blocks if isinstance(block, Table) and block.columns[0] == "Geld")
    assert money.columns == ("Geld", "Antwoord", "Punten")
    assert money.rows[0] == ("Ik heb elke maand genoeg geld voor eten en wonen.", "Klopt niet", "3")
    name, total, value = money.rows[-1]
    assert (name, value) == ("Samen", "2,67")
    assert total.startswith("Hulp kan fijn zijn · ") and "3 van 3 ingevuld" in total and "onder 1 Gaat goed" in total
    sentence = blocks[blocks.index(money) + 1]
    assert isinstance(sentence, Paragraph) and sentence.text
    texts = " ".join(block.text for block in blocks if isinstance(block, Paragraph))
    assert "Wat dit zou veranderen:" in texts


def test_annex_is_a_page_of_its_own_and_only_there_when_asked_for() -> None:
    pages = pages_of(pdf.render(made()))
    assert any(page.lstrip().startswith("CONCEPT") and "Bijlage: hoe dit beeld is gemaakt" in page for page in pages[2:])
    assert len(pages_of(pdf.render(made(annex="")))) == 2
    assert "Annex: how this picture was made" in repr(made("en")) and "Together" in repr(annex(made("en")))


def test_json_always_carries_how_it_was_scored() -> None:
    inside = json.loads(made(annex="").facts)["onderbouwing"]
    money = next(each for each in inside if each["domein"] == "Geld")
    assert (money["waarde"], money["beeld"], money["beantwoord"]) == ("2.67", "Hulp kan fijn zijn", 3)
    assert [part["punten"] for part in money["onderdelen"]] == ["3", "2", "3"]


@pytest.mark.parametrize(
    ("number", "dutch", "english"),
    [(None, "–", "–"), (3, "3", "3"), (Fraction(8, 3), "2,67", "2.67"), (Fraction(5, 1000), "0,01", "0.01"),
     (Fraction(-1, 2), "-0,5", "-0.5"), (Fraction(-1, 1000), "0", "0"), (10**27, "1" + "0" * 27, "1" + "0" * 27), (100, "100", "100"), (0, "0", "0")],
)  # fmt: skip
def test_numbers_are_said_half_up(number: Fraction | int | None, dutch: str, english: str) -> None:
    assert (say_number(number, "nl"), say_number(number, "en")) == (dutch, english)
    assert (say_number(number, "tr"), say_number(number, "ar")) == (dutch, english)
