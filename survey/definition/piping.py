"""Answers in texts: `{answer:hours}` says one, `{plural:hours|one=hour|other=hours}` the word that goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from babel import Locale

from survey.answers import Value, Values
from survey.definition.model import Definition
from survey.definition.said import say_answer

#: Facts of the school and the student that a text may ask for between braces.
FACTS = ("first_name", "mentor", "school", "school_phone", "programme", "location", "last_day")
#: What stands where there is no answer.
NOTHING = "…"
#: More of somebody's own words makes no sentence.
LONGEST = 100
_PIPE = re.compile(r"\{(answer|plural):([A-Za-z][A-Za-z0-9_]*)((?:\|[a-z]+=[^{}|]*)*)\}")
_FACT = re.compile(r"\{(\w+)\}")
_FALLBACK = "other"


@dataclass(frozen=True, slots=True)
class Pipe:
    """One place in a text where an answer comes in; `forms` are the words by plural category of the language."""

    sort: str  # "answer" or "plural"
    question: str
    forms: dict[str, str]


def pipes_in(text: str) -> Iterator[Pipe]:
    """Yield every place in a text where an answer comes in."""
    return (_read(found) for found in _PIPE.finditer(text))


def without_pipes(text: str) -> str:
    """Give a text with nothing but a mark in the places where answers come in."""
    return _PIPE.sub(NOTHING, text)


def fill(text: str, known: Mapping[str, str]) -> str:
    """Give a text with what is known in its places; one that is known as nothing becomes a mark, others stay."""
    return _FACT.sub(lambda place: (known[place[1]] or NOTHING) if place[1] in known else place[0], text)


def pipe(text: str, definition: Definition, values: Values, language: str) -> str:
    """Give a text with the answers in it, as plain text: what shows it still has to escape it."""
    return _PIPE.sub(lambda found: _fill(_read(found), definition, values, language), text)


def plural_categories(language: str) -> frozenset[str]:
    """Give the plural categories of a language (Unicode CLDR): `one` and `other` in Dutch, six in Arabic."""
    return frozenset(Locale.parse(language, sep="-").plural_form.tags) | {_FALLBACK}


def _read(found: re.Match[str]) -> Pipe:
    pairs = (form.partition("=") for form in found[3].split("|")[1:])
    return Pipe(found[1], found[2], {name: words for name, _, words in pairs})


def _fill(place: Pipe, definition: Definition, values: Values, language: str) -> str:
    """Give what comes in one place."""
    if place.question not in definition.questions:
        return NOTHING
    if place.sort == "plural":
        return place.forms.get(_category(values.get(place.question), language), place.forms.get(_FALLBACK, NOTHING))
    said = " ".join(say_answer(definition, place.question, values, language).split()).rstrip(" :")
    return (said if len(said) <= LONGEST else said[: LONGEST - 1].rstrip() + NOTHING) or NOTHING


def _category(value: Value | None, language: str) -> str:
    """Give the plural category of a number in a language."""
    if not isinstance(value, Fraction):
        return _FALLBACK
    number = value.numerator if value.denominator == 1 else float(value)
    return str(Locale.parse(language, sep="-").plural_form(number))
