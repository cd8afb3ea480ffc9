"""What is stored of an act is that act again, years later."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from survey.handover.codec import KINDS, read_event, write_event
from survey.handover.events import (
    Agreed,
    Event,
    Finalised,
    NotSent,
    Offered,
    ParentAgreed,
    ParentRefused,
    Read,
    Refused,
    Sent,
    Withdrawn,
)

AT = datetime(2026, 6, 4, 10, 12, tzinfo=UTC)
SECTIONS = frozenset({"domain.geld", "review"})
ACTS: list[Event] = [
    Offered(1, "staff:a", AT, SECTIONS, "d" * 64),
    Read(1, "student", AT),
    Agreed(1, "student", AT, SECTIONS, "t" * 64, 1, "ar", "staff:a", "Klopt."),
    ParentAgreed(1, "parent", AT, SECTIONS, "t" * 64, 1, "nl"),
    Refused(1, "student", AT),
    ParentRefused(1, "parent", AT, "staff:a"),
    Finalised(1, "staff:a", AT),
    Sent(1, "staff:a", AT, date(2026, 6, 3), "Jongerenloket"),
    NotSent(1, "staff:a", AT),
    Withdrawn(1, "student", AT),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_act_comes_back_as_it_was(act: Event) -> None:
    assert read_event(json.loads(json.dumps(write_event(act)))) == act


def test_every_kind_of_act_has_a_name() -> None:
    assert {type(act) for act in ACTS} == set(KINDS.values())


def test_an_act_that_an_older_version_stored_is_still_read() -> None:
    raw = {"kind": "refused", "version": 1, "by": "student", "at": "2026-06-04T10:12:00+00:00"}
    assert read_event(raw) == Refused(1, "student", AT)
