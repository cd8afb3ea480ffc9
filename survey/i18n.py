"""Words in a language: catalogues from survey/locale/<language>/*.po, dates and moments as people say them."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po

from survey.hours import ZONE

#: The language of the messages in code and templates; it needs no catalogue.
SOURCE = "en"
#: The file that a language of staff has.
STAFF = "staff"
#: What the head of a file says as long as nobody who speaks the language from birth has read it.
UNCHECKED = re.compile(rb'"X-Checked-By: *\\n"')


class BrokenCatalogue(ValueError):
    """Two files of a language translate one message differently; names the message and both files."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language; a message that it lacks is said in English."""

    language: str
    messages: Mapping[str, tuple[str, ...]]  # message -> its translation, or one for each plural form
    form: Callable[[int], int]  # a number -> which plural form
    direction: str  # "ltr" or "rtl"

    def text(self, message: str, **values: object) -> str:
        """Return the message in this language, with its {names} filled in."""
        translated = self.messages.get(message)
        return (translated[0] if translated else message).format_map(values)

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the message that goes with `n`, which the message may name as {n}."""
        translated = self.messages.get(one)
        if translated is None:
            return (one if n == 1 else many).format_map({"n": n, **values})
        return translated[min(self.form(n), len(translated) - 1)].format_map({"n": n, **values})

    def words(self, text: Mapping[str, str]) -> str:
        """Return a text of a definition in this language, else in the first language that it has, else ""."""
        found = text.get(self.language) or text.get("und")
        return found if found is not None else next(iter(text.values()), "")

    def date(self, day: Date) -> str:
        """Return "12 juni 2027"."""
        return format_date(_local(day), "d MMMM y", locale=self.language)

    def day(self, day: Date) -> str:
        """Return "maandag 12 juni"."""
        return format_date(_local(day), "EEEE d MMMM", locale=self.language)

    def day_of_month(self, day: Date) -> str:
        """Return "12 juni", for a day within the year."""
        return format_date(_local(day), "d MMMM", locale=self.language)

    def weekday(self, day: Date) -> str:
        """Return "maandag", for a day within the week."""
        return format_date(_local(day), "EEEE", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Return "12 juni 2027, 14:05" in the time of the schools; moments are kept in UTC."""
        local = moment.astimezone(ZONE)
        return f"{self.date(local)}, {format_time(local, 'HH:mm', locale=self.language)}"


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language; for one without files it is English with that language's dates.

    Raises BrokenCatalogue when two files disagree on a message.
    """
    locale = Locale.parse(language, sep="-")
    messages: dict[str, tuple[str, ...]] = {}
    origins: dict[str, str] = {}
    form: Callable[[int], int] = _germanic_form
    for name, source in sorted(sources(language).items()):
        read = read_po(BytesIO(source), locale=str(locale))
        form = gettext.c2py(read.plural_expr)
        for entry in read:
            if not entry.id:
                continue
            key, said = _pair(entry.id, entry.string or "")
            if not all(said):
                continue
            if messages.setdefault(key, said) != said:
                raise BrokenCatalogue(f"{language}: {key!r} is said differently in {origins[key]} and {name}")
            origins[key] = name
    return Catalogue(language, messages, form, locale.text_direction)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages in which all pages of students can be said, English among them."""
    folders = (folder.name for folder in files("survey").joinpath("locale").iterdir() if folder.is_dir())
    return tuple(sorted({SOURCE, *(name for name in folders if not name.startswith("_"))}))


@cache
def staff_languages() -> tuple[str, ...]:
    """Return the codes of the languages in which the pages of staff and the document can be said as well."""
    return tuple(code for code in languages() if code == SOURCE or f"{STAFF}.po" in sources(code))


@cache
def is_checked(language: str) -> bool:
    """Return whether somebody who speaks it from birth has read the words of the pages: no file leaves that open."""
    return not any(UNCHECKED.search(source) for source in sources(language).values())


def own_name(language: str) -> str:
    """Return what a language calls itself, "Nederlands" for nl."""
    name = Locale.parse(language, sep="-").get_display_name() or language
    return name[:1].upper() + name[1:]


def name_in(language: str, speaking: str) -> str:
    """Return what a language is called in another, "Tigrinya" for ti in Dutch."""
    name = Locale.parse(language, sep="-").get_display_name(Locale.parse(speaking, sep="-")) or language
    return name[:1].upper() + name[1:]


def sources(language: str) -> dict[str, bytes]:
    """Return the catalogues of a language by file name, none for a language without."""
    folder = files("survey").joinpath("locale").joinpath(language)
    if not folder.is_dir():
        return {}
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".po")}


def _pair(message: str | Sequence[str], said: str | Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return a message's key (a plural's singular) and its translations."""
    key = message if isinstance(message, str) else message[0]
    return key, (said,) if isinstance(said, str) else tuple(said)


def _local(day: Date) -> Date:
    return day.astimezone(ZONE) if isinstance(day, datetime) else day


def _germanic_form(n: int) -> int:
    return 0 if n == 1 else 1
