"""What the school enters for the document: its fields, how long each may be, and what is wrong with what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from survey.report.facts import Arrangement, Facts

#: Rows for what is arranged already; an entry of the form holds all of them.
ARRANGED = 5
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)")

#: What was typed, by the name of its field; lines are plain, nothing is cut.
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form: where in the facts it belongs, and how many characters that place has."""

    name: str
    part: str
    attribute: str
    cap: int
    is_day: bool = False


def _entry(name: str, part: str, attribute: str) -> Entry:
    """Read a field's length from the place in the facts that it fills."""
    place = next(each for each in fields(Facts) if each.name == part)
    made: Any = place.default_factory
    found = next(each for each in fields(made) if each.name == attribute)
    cap = found.metadata.get("cap")
    return Entry(name, part, attribute, cap or len("31-12-2026"), is_day=cap is None)


ENTRIES = (
    _entry("question", "request", "question"),
    _entry("by", "request", "by"),
    _entry("moment", "request", "moment"),
    _entry("place", "request", "place"),
    _entry("people", "request", "people"),
    _entry("contact_name", "contact", "name"),
    _entry("contact_role", "contact", "role"),
    _entry("contact_phone", "contact", "phone"),
    _entry("contact_email", "contact", "email"),
    _entry("contact_hours", "contact", "hours"),
    _entry("channel", "student", "preferred_channel"),
    _entry("time", "student", "preferred_time"),
    _entry("language_help", "student", "language_help"),
    _entry("second_contact", "student", "second_contact"),
    _entry("diploma", "programme", "diploma"),
    _entry("done", "review", "done"),
    _entry("consulted", "review", "consulted"),
)
_WHAT, _WHO = ({each.name: each.metadata["cap"] for each in fields(Arrangement)}[name] for name in ("what", "who"))
#: How many characters each field takes, by its name.
CAPS: dict[str, int] = {each.name: each.cap for each in ENTRIES} | {
    f"{kind}_{row}": cap for row in range(1, ARRANGED + 1) for kind, cap in (("what", _WHAT), ("who", _WHO))
} | {"annex": len("ja")}


def find_faults(typed: Typed) -> dict[str, str]:
    """Return what is wrong by field: "long", "day" (no such day), "who" (of what?), "bsn" (a service number)."""
    faults = {name: "long" for name, text in typed.items() if len(text) > CAPS[name]}
    for each in ENTRIES:
        if each.is_day and typed.get(each.name) and read_day(typed[each.name]) is None:
            faults[each.name] = "day"
    for row in range(1, ARRANGED + 1):
        if typed.get(f"who_{row}") and not typed.get(f"what_{row}"):
            faults.setdefault(f"what_{row}", "who")
    return {name: "bsn" for name, text in typed.items() if has_bsn(text)} | faults


def read_day(text: str) -> date | None:
    """Read a day as people in the Netherlands type it (1-8-2026) or as browsers send it (2026-08-01)."""
    found = _DAY.fullmatch(text.strip())
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def has_bsn(text: str) -> bool:
    """Return whether nine digits in a text are a citizen service number by its own check (the eleven test)."""
    for digits in _NINE_DIGITS.findall(text):
        weighed = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
        if weighed % 11 == 0 and int(digits):
            return True
    return False


#: The field that asks for the page on how the picture was made.
ANNEX, WANTED = "annex", "ja"


def fill(facts: Facts, typed: Typed) -> Facts:
    """Return the facts with what was typed; an empty field leaves what the school knew. Takes what has no faults."""
    given: dict[str, dict[str, Any]] = {}
    for each in ENTRIES:
        text = typed.get(each.name, "")
        if text:
            given.setdefault(each.part, {})[each.attribute] = read_day(text) if each.is_day else text
    parts = {part: replace(getattr(facts, part), **values) for part, values in given.items()}
    arranged = tuple(_arranged(typed))
    annex = WANTED if typed.get(ANNEX) == WANTED else ""
    return replace(facts, **parts, arranged=arranged or facts.arranged, annex=annex)


def typed_of(facts: Facts) -> dict[str, str]:
    """Return the form as the facts fill it."""
    typed = {each.name: _say(getattr(getattr(facts, each.part), each.attribute)) for each in ENTRIES}
    for row, each in enumerate(facts.arranged[:ARRANGED], 1):
        typed |= {f"what_{row}": each.what, f"who_{row}": each.who}
    return {name: text for name, text in {**typed, ANNEX: facts.annex}.items() if text}


def _arranged(typed: Typed) -> Iterable[Arrangement]:
    for row in range(1, ARRANGED + 1):
        if what := typed.get(f"what_{row}", ""):
            yield Arrangement(what, typed.get(f"who_{row}", ""))


def _say(value: object) -> str:
    return value.strftime("%d-%m-%Y") if isinstance(value, date) else str(value or "")
