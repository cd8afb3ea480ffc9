"""One row of a school's list as a student, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from survey.intake.reading import Broken, Cell
from survey.kinds.date import read_day, split
from survey.kinds.email import read_email
from survey.kinds.phone import read_phone, say_phone
from survey.kinds.postcode import read_postcode
from survey.kinds.question import Refused
from survey.profile import fold

LONGEST_NAME = 100
LONGEST_NUMBER = 40
LONGEST_GROUP = 60
LONGEST_TEXT = 200
YOUNGEST, OLDEST = 10, 100  # years; a day of birth outside of these is a slip of the pen
DAY_ZERO = date(1899, 12, 30)  # of spreadsheets' day numbers, which count a 29 February 1900 that never was
SERIALS = range(10_000, 80_000)  # 1927 to 2119

#: Words between a first and a last name, as the Dutch register of persons has them (its table 36, the common ones).
_INFIX = re.compile(
    r"(?:(?:aan|bij|in|onder|op|over|uit|voor|von|van)(?: (?:de|den|der|het|'t|’t|la|le))?|da|dal|de|de la|del|den|der"
    r"|des|di|do|dos|du|het|la|le|'s|’s|'t|’t|te|ten|ter|tot|vom|zu|zum|zur)"
)
_LETTER = re.compile(r"[^\W\d_]")
_NOT_IN_NAMES = re.compile(r"[\d@<>{}\[\]|\\/=_#*;:\x00-\x1f]")
_LEVELS = {"entree": "1", "assistent": "1", "basis": "2", "vakopleiding": "3", "middenkader": "4", "specialist": "4"}
_TRACKS = {
    "bol": ("bol", "vt", "beroepsopleidende leerweg"),
    "bbl": ("bbl", "dt", "beroepsbegeleidende leerweg"),
    "ovo": ("ovo", "derde leerweg", "overig onderwijs"),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a cell; `code` is said in words by the page, with what stands there."""

    field: str
    code: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A row as it was read: the facts that it gives, by field; a field whose cell is empty is absent.

    The names of facts are those of `Profile`, besides `group`, `mentor` and `municipality`, which are still words.
    """

    row: int
    facts: Mapping[str, str | date]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def name(self) -> str:
        """Return whose row it is, as well as it can be told."""
        parts = (str(self.facts.get(part, "")) for part in ("first_name", "infix", "last_name"))
        return " ".join(part for part in parts if part)

    def fact(self, name: str) -> str:
        """Return a fact as text, "" when the row does not give it."""
        return str(self.facts.get(name, ""))


@dataclass(slots=True)
class _Reader:
    """Reads the cells of one row; keeps what is wrong instead of stopping at it."""

    cells: Sequence[Cell]
    columns: Mapping[str, int]
    today: date
    facts: dict[str, str | date] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def take(self, name: str, read: Callable[[str], Any]) -> None:
        """Keep what a cell says, or what is wrong with it."""
        column = self.columns.get(name)
        cell: Cell = self.cells[column] if column is not None and column < len(self.cells) else ""
        if isinstance(cell, Broken):
            self.mistakes.append(Mistake(name, f"cell_{cell.value}"))
        elif cell:
            try:
                self.facts[name] = read(cell)
            except Refused as refusal:
                self.mistakes.append(Mistake(name, refusal.code, cell[:LONGEST_TEXT]))

    def need(self, name: str) -> None:
        """Note that a cell that must hold something is empty."""
        if name not in self.facts and not any(mistake.field == name for mistake in self.mistakes):
            self.mistakes.append(Mistake(name, "empty"))


def check_row(number: int, cells: Sequence[Cell], columns: Mapping[str, int], today: date) -> Checked:
    """Return what a row says with all that is wrong with it; `today` bounds the days that can be meant."""
    reader = _Reader(cells, columns, today)
    reader.take("number", read_number)
    for name in ("first_name", "infix", "last_name", "full_name"):
        reader.take(name, read_name)
    _settle_name(reader)
    reader.take("group", lambda cell: _short(cell, LONGEST_GROUP))
    reader.take("birth_date", lambda cell: _read_birth(cell, today))
    reader.take("email", read_email)
    reader.take("phone", read_number_to_call)
    reader.take("postcode", read_postcode)
    reader.take("crebo", read_crebo)
    reader.take("level", read_level)
    reader.take("track", read_track)
    for name in ("diploma_date", "last_day"):
        reader.take(name, lambda cell: read_date(cell, today.year + 50))
    for name in ("mentor", "second_contact", "preferred_time", "place", "municipality", "programme", "location"):
        reader.take(name, lambda cell: _short(cell, LONGEST_TEXT))
    for name in ("number", "first_name", "last_name", "group"):
        if name in columns or "full_name" in columns:
            reader.need(name)
    return Checked(number, reader.facts, tuple(reader.mistakes))


def read_number(cell: str) -> str:
    """Return a student number; raises Refused."""
    if len(cell) > LONGEST_NUMBER or not re.fullmatch(r"[\w./-]+(?: [\w./-]+)*", cell):
        raise Refused("number_invalid")
    return cell


def read_name(cell: str) -> str:
    """Return a name with single spaces; raises Refused for what nobody is called."""
    name = " ".join(cell.split())
    if len(name) > LONGEST_NAME or not _LETTER.search(name) or _NOT_IN_NAMES.search(name):
        raise Refused("name_invalid")
    return name


def split_last_name(written: str) -> tuple[str, str]:
    """Return the infix and the last name of "van den Berg" or "Berg, van den"; a capital makes it part of the name."""
    name, comma, behind = (part.strip() for part in written.partition(","))
    if comma and _INFIX.fullmatch(behind):
        return behind, name
    words = written.split()
    for length in range(min(3, len(words) - 1), 0, -1):
        if _INFIX.fullmatch(" ".join(words[:length])):
            return " ".join(words[:length]), " ".join(words[length:])
    return "", written


def split_full_name(written: str) -> tuple[str, str, str]:
    """Return first name, infix and last name of "Noor van den Berg", "Berg, Noor van den" or "Berg, van den, Noor"."""
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if len(parts) == 3 and _INFIX.fullmatch(parts[1]):
        return parts[2], parts[1], parts[0]
    if len(parts) == 2:
        words = parts[1].split()
        for length in range(min(3, len(words) - 1), 0, -1):
            if _INFIX.fullmatch(" ".join(words[-length:])):
                return " ".join(words[:-length]), " ".join(words[-length:]), parts[0]
        return parts[1], *split_last_name(parts[0])
    words = written.split()
    for place in range(1, len(words) - 1):  # the first word that can be an infix ends the first name
        infix, last = split_last_name(" ".join(words[place:]))
        if infix:
            return " ".join(words[:place]), infix, last
    return (words[0], "", " ".join(words[1:])) if len(words) > 1 else (written, "", "")


def read_number_to_call(cell: str) -> str:
    """Return a telephone number as people read it; a spreadsheet's 612345678 is 06 1234 5678. Raises Refused."""
    digits = re.sub(r"\D", "", cell)
    if cell == digits and len(digits) == 9 and digits[0] != "0":
        cell = "0" + digits
    elif cell == digits and len(digits) == 11 and digits.startswith("31"):
        cell = "+" + digits
    return say_phone(read_phone(cell))


def read_date(cell: str, last_year: int) -> date:
    """Return the day that a cell says: 12-6-2007, 12 juni 2007, 2007-06-12, 20070612 or a spreadsheet's number.

    Years of two digits lie in the hundred years up to `last_year`. Raises Refused.
    """
    text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", cell.strip())
    if text.isascii() and text.isdecimal():
        if len(text) == 5 and int(text) in SERIALS:
            return DAY_ZERO + timedelta(days=int(text))
        if len(text) == 8:
            text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    parts = split([text])
    if len(parts) == 3 and re.fullmatch(r"\d{2}", parts[2], re.ASCII) and len(parts[0]) <= 2:
        year = last_year - last_year % 100 + int(parts[2])
        parts[2] = str(year if year <= last_year else year - 100)
    return read_day(parts)


def read_crebo(cell: str) -> str:
    """Return a programme code; raises Refused."""
    found = re.fullmatch(r"(?:crebo\s*)?(\d{5})", cell.strip(), re.IGNORECASE | re.ASCII)
    if found is None:
        raise Refused("crebo_invalid")
    return found[1]


def read_level(cell: str) -> str:
    """Return a level, 1 for entree; raises Refused."""
    text = fold(cell)
    if found := re.fullmatch(r"(?:mbo|niveau|level|n)?[ -]*(?:niveau )?([1-4])", text):
        return found[1]
    level = next((level for word, level in _LEVELS.items() if word in text), None)
    if level is None:
        raise Refused("level_invalid")
    return level


def read_track(cell: str) -> str:
    """Return bol, bbl or ovo (the third track); raises Refused."""
    text = fold(cell)
    for track, words in _TRACKS.items():
        if text in words or text.startswith(f"{track} ") or f"({track})" in text:
            return track
    raise Refused("track_invalid")


def _read_birth(cell: str, today: date) -> date:
    day = read_date(cell, today.year - YOUNGEST)
    if not today.year - OLDEST <= day.year <= today.year - YOUNGEST:
        raise Refused("birth_unlikely")
    return day


def _short(cell: str, longest: int) -> str:
    text = " ".join(cell.split())
    if len(text) > longest or not text.isprintable():
        raise Refused("text_invalid")
    return text


def _settle_name(reader: _Reader) -> None:
    """Cut a full name, or an infix off the last name; what has a column of its own is not cut."""
    facts = reader.facts
    full = facts.pop("full_name", None)
    if full is not None:
        cut = dict(zip(("first_name", "infix", "last_name"), split_full_name(str(full)), strict=True))
        for name, part in cut.items():
            if part:
                facts.setdefault(name, part)
    elif "last_name" in facts and "infix" not in reader.columns:
        infix, last = split_last_name(str(facts["last_name"]))
        facts["last_name"] = last
        if infix:
            facts["infix"] = infix
