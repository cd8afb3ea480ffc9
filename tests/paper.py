"""What tests of the document share: one of plain values, and ways to read what was made of it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import Any

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


def with_text(text: str) -> Document:
    """Give the document with one text in every place that can hold one."""
    rows = Rows(((text, text),))
    domains = Domains((text, text, text, text), (Domain(text, text, "help", 3, text, (text, text)),))
    blocks = (Paragraph(text), Quote(text, text), Items((text,)), rows, domains)
    parts = (Part("a", text, (rows,), half=True), Part("b", text, (rows,), half=True), Part("c", text, blocks))
    changes: dict[str, Any] = {
        "name": text,
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
