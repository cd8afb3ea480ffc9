"""What a school chose comes back as it was stored, and its record says who chose it."""

from __future__ import annotations

from datetime import date, time

import pytest
from factories import NOW, Campus
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.school import KINDS, SchoolSettings, get_settings, save_settings
from survey.store.scope import in_school
from survey.store.traces import Event
from survey.vault import Vault

CLOCK = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
CHOSEN = st.builds(
    SchoolSettings,
    kind=st.sampled_from(KINDS),
    contact_email=st.text(),
    return_to=st.text(),
    objection_to=st.text(),
    retention_months=st.integers(1, 120),
    opens=CLOCK,
    closes=CLOCK,
    holidays=st.lists(st.tuples(st.dates(), st.dates()), max_size=4).map(tuple),
    escalate_hours=st.integers(1, 40),
    send_from=CLOCK,
    send_until=CLOCK,
    most_reminders=st.integers(0, 9),
)


@given(CHOSEN)
def test_settings_come_back_as_they_were(chosen: SchoolSettings) -> None:
    assert SchoolSettings.from_json(chosen.to_json()) == chosen


def test_new_school_has_the_defaults(session: Session, school: Campus) -> None:
    assert get_settings(session) == SchoolSettings()


def test_settings_of_an_older_or_newer_version_are_read() -> None:
    assert SchoolSettings.from_json('{"kind": "pro"}') == SchoolSettings(kind="pro")
    assert SchoolSettings.from_json('{"something_new": 1, "opens": "08:00"}') == SchoolSettings(opens=time(8))


def test_change_is_stored_for_this_school_only_and_recorded_once(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    in_school(session, school.school.id)
    chosen = SchoolSettings(kind="vso", holidays=((date(2026, 12, 21), date(2027, 1, 1)),))
    for _ in range(2):
        save_settings(session, vault, chosen, "staff:x", NOW)
    assert get_settings(session) == chosen
    events = session.scalars(select(Event).where(Event.action == "settings.change")).all()
    assert [(event.actor, event.subject) for event in events] == [("staff:x", f"school:{school.school.id}")]
    in_school(session, other_school.school.id)
    assert get_settings(session) == SchoolSettings()


def test_session_of_no_school_has_no_settings(session: Session) -> None:
    with pytest.raises(KeyError):
        get_settings(session)
