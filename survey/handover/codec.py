"""Events as JSON and back: what is stored of a person's act, readable for as long as the document is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from survey.handover import events
from survey.handover.events import Event

#: By the name under which an event is stored; a name never changes its meaning.
KINDS: dict[str, type[Event]] = {
    "offered": events.Offered,
    "read": events.Read,
    "agreed": events.Agreed,
    "parent_agreed": events.ParentAgreed,
    "refused": events.Refused,
    "parent_refused": events.ParentRefused,
    "finalised": events.Finalised,
    "sent": events.Sent,
    "not_sent": events.NotSent,
    "withdrawn": events.Withdrawn,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


def write_event(event: Event) -> dict[str, Any]:
    """Return an event as what JSON can hold, with its kind."""
    return {"kind": _NAMES[type(event)]} | {each.name: _plain(getattr(event, each.name)) for each in fields(event)}


def read_event(raw: Mapping[str, Any]) -> Event:
    """Read what `write_event` gave."""
    kind = KINDS[raw["kind"]]
    given = {each.name: raw[each.name] for each in fields(kind) if each.name in raw}
    given["at"] = datetime.fromisoformat(given["at"])
    if "day" in given:
        given["day"] = date.fromisoformat(given["day"])
    if "sections" in given:
        given["sections"] = frozenset(given["sections"])
    return kind(**given)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
