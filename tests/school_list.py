"""Lists of students as a school's system exports them: plausible Dutch names, plainly made up, the same each time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO, StringIO
from random import Random

import xlsxwriter

HEADINGS = (
    "Studentnummer", "Roepnaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Klas", "Mentor", "E-mail privé", "Mobiel",
    "Postcode", "Woonplaats", "Gemeente", "Opleiding", "Crebo", "Niveau", "Leerweg",
)  # fmt: skip
FIRST = (
    "Noor", "Daan", "Amira", "Sem", "Yara", "Jayden", "Fleur", "Zoë", "Mohamed", "Lotte", "Bram", "Esmée", "Çağla", "Thijs",
    "Ruben", "Naomi", "Łukasz", "Indy", "Sanne", "Björn",
)  # fmt: skip
LAST = (
    ("", "Bakker"), ("de", "Jong"), ("van den", "Berg"), ("", "El Idrissi"), ("", "Smit"), ("van der", "Meer"), ("", "Kok"),
    ("", "D'Hondt"), ("'t", "Hart"), ("", "Yılmaz"), ("van", "Dijk"), ("", "Mulder"), ("ter", "Horst"), ("", "Visser"),
)  # fmt: skip
PLACES = (("Purmerend", "Purmerend", "1441"), ("Ilpendam", "Waterland", "1452"), ("Edam", "Edam-Volendam", "1135"))
DAY_ONE = date(2005, 1, 1)

#: What is wrong with each of twenty rows: the column and what stands there.
WRONG = (
    ("Mobiel", "06-12"), ("Geboortedatum", "31-2-2007"), ("E-mail privé", "noor@"), ("Postcode", "0123 AB"), ("Roepnaam", ""),
    ("Achternaam", "12345"), ("Klas", ""), ("Studentnummer", ""), ("Crebo", "25"), ("Niveau", "7"), ("Leerweg", "avond"),
    ("Geboortedatum", "12-6-1901"), ("Geboortedatum", "gisteren"), ("Mobiel", "bellen na vier uur"), ("Roepnaam", "<b>"),
    ("E-mail privé", "geen"), ("Postcode", "Purmerend"), ("Mobiel", "012345"), ("Achternaam", ""), ("Geboortedatum", "13-13-2006"),
)  # fmt: skip


def make_rows(students: int, first_number: int = 100_001, classes: int = 40) -> list[dict[str, str]]:
    """Return the rows of a list by heading."""
    chance, rows = Random(6), []
    for index in range(students):
        infix, last = LAST[chance.randrange(len(LAST))]
        first = FIRST[chance.randrange(len(FIRST))]
        place, municipality, postcode = PLACES[index % len(PLACES)]
        number = first_number + index
        born = DAY_ONE + timedelta(days=chance.randrange(1400))
        cells = (
            str(number), first, infix, last, f"{born.day}-{born.month}-{born.year}", f"V{index % classes + 1:02}", "",
            f"s{number}@voorbeeld.nl", f"06{chance.randrange(10**8):08}", f"{postcode} AB", place, municipality, "Verkoper",
            "25167", "2", "BOL",
        )  # fmt: skip
        rows.append(dict(zip(HEADINGS, cells, strict=True)))
    return rows


def spoil(rows: Sequence[dict[str, str]], at_most: int = len(WRONG)) -> list[dict[str, str]]:
    """Return the rows with a mistake in some of them, each of another kind."""
    spoiled = [dict(row) for row in rows]
    for index, (heading, written) in enumerate(WRONG[:at_most]):
        spoiled[index * (len(rows) // at_most)][heading] = written
    return spoiled


def to_csv(rows: Iterable[Mapping[str, str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Return a list as a CSV."""
    text = StringIO(newline="")
    writer = csv.DictWriter(text, HEADINGS, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def to_xlsx(rows: Iterable[Mapping[str, str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Return a list as a workbook, days as days."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet("Studenten"), book.add_format({"num_format": "dd-mm-yyyy"})
    sheet.write_row(0, 0, headings)
    for index, row in enumerate(rows, 1):
        for column, heading in enumerate(headings):
            written = row[heading]
            parts = written.split("-")
            if heading == "Geboortedatum" and len(parts) == 3 and int(parts[1]) <= 12 and int(parts[0]) <= 28:
                sheet.write_datetime(index, column, date(*map(int, reversed(parts))), day)
            else:
                sheet.write_string(index, column, written)
    book.close()
    return out.getvalue()
