"""What tests of the document share: one of plain values, and ways to read what was made of it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pikepdf

from survey.answers import Values
from survey.definition.model import Definition
from survey.handover.words import VERSION
from survey.i18n import catalogue
from survey.report.agreed import Agreement, Consent
from survey.report.compose import compose, read_source
from survey.report.document import (
    Box,
    Document,
    Domain,
    Domains,
    Head,
    Items,
    Margins,
    Paragraph,
    Part,
    Quote,
    Rows,
)
from survey.report.facts import (
    Arrangement,
    Contact,
    Facts,
    Municipality,
    Offer,
    Programme,
    Request,
    Review,
    School,
    Student,
)
from survey.report.papers import Card, Cards, Overview, Poster
from survey.report.source import Source
from survey.route import find_path
from survey.score import compile_definition

#: An ordinary concept.
DOCUMENT = Document(
    language="nl",
    direction="ltr",
    name="Overgangsdocument Yara El Amrani",
    author="ROC Waterland",
    day="2026-06-04",
    head=Head("Overgangsdocument", "van school naar werk", "art. 9.2.13", "ROC Waterland", "Purmerend", "concept"),
    box=Box("Vraag aan de gemeente", "Help Yara vóór 1 augustus met toeslagen.", ("Bel Sanne: 06 0000 0000.",)),
    parts=(
        Part("student", "Over wie", (Rows((("Naam", "Yara El Amrani"), ("Geboren", "14 maart 2008"))),), half=True),
        Part("school", "School", (Rows((("Opleiding", "Verkoper, niveau 2"),)),), half=True),
        Part("own", "In eigen woorden", (Quote("Wat kan jij goed?", "Ik ben goed met klanten."),)),
        Part(
            "domains",
            "Waar gaat het om",
            (
                Domains(
                    ("Onderwerp", "Beeld", "Vraagt hulp", "Waarom"),
                    (
                        Domain("Geld", "Hulp kan fijn zijn", "help", 10, "ja", ("Betaalt rekeningen niet op tijd.",)),
                        Domain("Wonen", "Gaat goed", "good", 0, "nee", ("Heeft een plek om te wonen.",)),
                        Domain("Gezond", "niet gedeeld", "none", None, "", ()),
                    ),
                ),
                Paragraph("Ingevuld: 20 van 22 vragen.", quiet=True),
            ),
        ),
        Part("circumstances", "Wat nog niet is geregeld", (Items(("Er is nog geen plan.",)),)),
    ),
    small_print=("Dit document helpt bij een gesprek.",),
    margins=Margins("CONCEPT - NIET VERSTUREN", "Overgangsdocument", "Vertrouwelijk", "pagina ", " van "),
    facts='{"feiten": {"nummer": "V2B-0112"}}',
)

#: All that a school can know and add.
FACTS = Facts(
    number="V2B-0112",
    version=2,
    day=date(2026, 6, 4),
    municipality=Municipality("Purmerend", "0439"),
    request=Request("Help Yara met toeslagen.", date(2026, 8, 1), "16 juni, 15.30 uur", "Jongerenloket", "Sanne"),
    contact=Contact("Sanne de Wit", "mentor", "06 0000 0000", "sanne@voorbeeld.nl", "ma-do 8.30-16.30 uur"),
    student=Student("Yara El Amrani", date(2008, 3, 14), "1441 AA", "06 0000 0001", "yara@voorbeeld.nl", "appen"),
    school=School("ROC Waterland", "Purmerend", "mbo"),
    programme=Programme("Verkoper", "25000", 2, "bol", "verwacht", date(2026, 7, 3), date(2026, 6, 26)),
    review=Review("Werkt hard.", "Gebeld.", "M. Bos", "4", "Het gaat beter.", "Sanne de Wit", date(2026, 6, 4)),
    arranged=(Arrangement("Zorgverzekering", "Sanne"),),
    offers=(Offer("gesprek", date(2026, 5, 12), "Sanne", "aangenomen"),),
    return_to="nazorg@voorbeeld.nl",
    objection="fg@voorbeeld.nl",
    kept_until=date(2027, 8, 3),
)

#: A student who lets a few things be shared; sections that a document does not have change nothing.
AGREED = Agreement(
    frozenset({"reach", "review"}),
    (Consent("student", datetime(2026, 6, 4, 8, 12, tzinfo=UTC), "nl", VERSION, "a" * 64),),
    "Klopt. Liever appen.",
)

#: Texts that hurt: long, empty, of scripts without a face, of other directions, of mark-up.
HOSTILE = [
    "x" * 20_000,
    "y\n" * 5_000,
    "a" + " " * 20_000 + "z",
    "goed 😀👨‍👩‍👧 zo 👍🏽",
    "يارا العمراني \u202e omgekeerd \u2066 en terug",
    "ኣበበ ቢቂላ",
    "\x00\x01\ud800\ufffe\U0010ffff",
    "漢字 ไทย हिन्दी 한국어",
    "e\u0301\u0323" * 50,
    "Ярослав Γιάννης Łukasz Ș",
    "<h1>Kop</h1><img src=x alt=><table><tr><td>cel</table>",
    '" style="position: running(x); string-set: mark \'\'',
    "]]></rdf:RDF><!-- ) >> endobj 1 0 obj << /S /URI >>",
    " ",
]


def accept(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Read answers of an example as the questions do."""
    return {question: definition.questions[question].accept(value) for question, value in answers.items()}


def compose_answers(definition: Definition, answers: Values, facts: Facts, language: str, **more: Any) -> Document:
    """Score answers and compose their document."""
    outcome = compile_definition(definition).score(answers)
    values = find_path(definition, answers).values
    return compose(facts, definition, outcome, values, catalogue(language), **more)


def source_for(definition: Definition, answers: Values, language: str) -> Source:
    """Return what a concept is made from, for a student with a name in another script."""
    outcome, values = compile_definition(definition).score(answers), find_path(definition, answers).values
    facts = replace(FACTS, student=replace(FACTS.student, name="يارا العمراني · ኣበበ ቢቂላ"))
    return read_source(facts, definition, outcome, values, catalogue(language))


def agreed_to(shared: frozenset[str], reaction: str) -> Agreement:
    """Return the agreement of a student and a parent."""
    moment = datetime(2026, 6, 4, 8, 12, tzinfo=UTC)
    consents = (Consent("student", moment, "ar", VERSION, "a" * 64), Consent("parent", moment, "nl", VERSION, "b" * 64, "S. de Wit"))
    return Agreement(shared, consents, reaction)


def with_text(text: str) -> Document:
    """Give the document with one text in every place that can hold one."""
    rows = Rows(((text, text),))
    domains = Domains((text, text, text, text), (Domain(text, text, "help", 3, text, (text, text)),))
    blocks = (Paragraph(text), Quote(text, text), Items((text,)), rows, domains)
    parts = (Part("a", text, (rows,), half=True), Part("b", text, (rows,), half=True), Part("c", text, blocks))
    changes: dict[str, Any] = {
        "name": text.strip() or DOCUMENT.name,  # a document always has a title
        "author": text,
        "head": Head(text, text, text, text, text, text),
        "box": Box(text, text, (text,)),
        "parts": parts,
        "small_print": (text,),
        "margins": Margins(text, text, text, text, text),
    }
    return replace(DOCUMENT, **changes)


def pages_of(pdf: bytes) -> list[str]:
    """Give the text of each page as pdftotext reads it."""
    command = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def small_file() -> bytes:
    """Give the least that a seal can be put on: one empty page."""
    written = BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(9, 9))
        file.save(written)
    return written.getvalue()


def flip(content: bytes, place: int = 20) -> bytes:
    """Give a file with one bit of one byte turned."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


#: A poster, eleven cards and an overview of sixty students.
POSTER = Poster(
    language="nl",
    size="A4",
    school="ROC Waterland",
    logo="",
    colour="#0b5d5e",
    title="Wat komt er na school?",
    about="Wat is al geregeld?",
    address="https://overstap.voorbeeld.nl/code",
    address_text="overstap.voorbeeld.nl/code",
    steps=("Scan de code.", "Typ de code van je kaart."),
    help="Hulp nodig? Vraag het aan Sanne de Wit.",
    code="QR-code van overstap.voorbeeld.nl/code",
)
CARD = Card("Çağdaş", "https://overstap.voorbeeld.nl/u/0123456789ABCDEFGHJKMNPQRS", "7K3Q-M9XD-T4B")
CARDS = Cards("nl", "Kaarten V2B", "Scan deze code.", "Of typ op", "overstap.voorbeeld.nl/code", "Van Sanne.", "QR-code van", (CARD,) * 11)
STATE = ("te bespreken", "werk", "ja, snel", "3 punten", "!! 1 · vandaag bellen", "", "")
OVERVIEW = Overview(
    language="nl",
    title="Klas V2B",
    about="ROC Waterland · Voorjaar · mentor Sanne de Wit",
    day="23 november 2026",
    confidential="Vertrouwelijk",
    page="bladzijde ",
    of=" van ",
    heads=("Student", "Stand", "Gaat naar", "Vraagt hulp", "Nog te regelen", "Voorrang", "Gesproken op", "Document"),
    rows=tuple((f"Ömer Yılmaz {n}", *STATE) for n in range(60)),
    none="Niemand is gevraagd.",
    foot="Mensen beslissen.",
)
