"""The settings of the school: all of them or none are stored, and a colour that reads badly is refused with a better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from io import BytesIO

import pytest
import time_machine
from factories import NOW, Campus
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from staffroom import Desk, signed_in

from survey.access import Role
from survey.school import SchoolSettings, get_logo, get_settings
from survey.store.traces import Event

FORM = {
    "name": "ROC Waterland",
    "phone": "0299 000 000",
    "hours": "8.30-17.00",
    "kind": "vso",
    "contact_email": "nazorg@voorbeeld.nl",
    "return_to": "Postbus 1, 1440 AA Purmerend",
    "objection_to": "fg@voorbeeld.nl",
    "brand": "#5B0D5E",
    "brand_dark": "#e09ad9",
    "retention_months": "18",
    "opens": "08:00",
    "closes": "16:30",
    "escalate_hours": "3",
    "send_from": "10:00",
    "send_until": "18:00",
    "most_reminders": "2",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(client: FlaskClient, school: Campus) -> Desk:
    """Give a signed-in administrator."""
    return signed_in(client, school, school.staff(Role.administrator, "Ad Min"))


def test_settings_are_stored_shown_and_recorded(desk: Desk, session: Session, school: Campus) -> None:
    holidays = {"holiday_from": ["2026-12-21", "", "2026-05-05"], "holiday_until": ["2027-01-01", "", ""]}
    answer = desk.post("/staff/school", **FORM, **holidays)  # type: ignore[arg-type]
    assert answer.status_code == 303 and "Bewaard." in desk.get(answer.location)
    assert get_settings(session) == SchoolSettings(
        kind="vso",
        contact_email="nazorg@voorbeeld.nl",
        return_to="Postbus 1, 1440 AA Purmerend",
        objection_to="fg@voorbeeld.nl",
        brand="#5b0d5e",
        brand_dark="#e09ad9",
        retention_months=18,
        opens=time(8),
        closes=time(16, 30),
        holidays=((date(2026, 5, 5), date(2026, 5, 5)), (date(2026, 12, 21), date(2027, 1, 1))),
        escalate_hours=3,
        send_from=time(10),
        send_until=time(18),
        most_reminders=2,
    )
    assert 'value="2027-01-01"' in desk.get("/staff/school")
    assert "settings.change" in session.scalars(select(Event.action)).all()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Vul de naam van de school in"),
        ("kind", "havo", "Kies een soort school"),
        ("contact_email", "geen adres", "zoals naam@school.nl"),
        ("return_to", "x" * 201, "200 tekens"),
        ("brand", "groen", "Vul een kleur in"),
        ("retention_months", "0", "van 1 tot en met 120"),
        ("most_reminders", "²", "van 0 tot en met 10"),
        ("opens", "25:00", "Vul een tijd in"),
        ("closes", "07:00", "latere tijd"),
        ("send_until", "10:00", "latere tijd"),
        ("holiday_from", "31-12-2026", "Vul dagen in"),
    ],
)
def test_one_mistake_stores_nothing_and_keeps_what_was_typed(
    desk: Desk, session: Session, field: str, value: str, said: str
) -> None:
    answer = desk.post("/staff/school", **{**FORM, field: value})
    assert answer.status_code == 422 and said in answer.text
    assert field == "return_to" or "Postbus 1" in answer.text
    assert get_settings(session) == SchoolSettings()


def test_colour_that_reads_badly_is_refused_with_its_contrast_and_a_better(desk: Desk, session: Session) -> None:
    answer = desk.post("/staff/school", **{**FORM, "brand": "#ff6600"})
    assert answer.status_code == 422
    said = re.search(r"#ff6600 leest slecht: het contrast is (\d,\d):1, minstens 7,0:1 is nodig. (#\w{6})", answer.text)
    assert said and 1 < float(said[1].replace(",", ".")) < 7
    assert desk.post("/staff/school", **{**FORM, "brand": said[2]}).status_code == 303
    assert get_settings(session).brand == said[2]


def test_name_of_another_school_is_refused(desk: Desk, other_school: Campus, session: Session) -> None:
    answer = desk.post("/staff/school", **{**FORM, "name": "deltion voorbeeld"})
    assert answer.status_code == 422 and "Een andere school" in answer.text
    assert get_settings(session) == SchoolSettings()


def test_logo_is_stored_shown_and_taken_away(desk: Desk, session: Session) -> None:
    out = BytesIO()
    Image.new("RGB", (300, 100), "#0b5d5e").save(out, "JPEG")
    picture = {"logo": (BytesIO(out.getvalue()), "logo.jpg")}
    assert desk.post("/staff/school/logo", **picture).status_code == 303  # type: ignore[arg-type]
    stored = get_logo(session)
    assert stored is not None and stored.startswith(b"\x89PNG")
    assert "data:image/png;base64," in desk.get("/staff/school")
    svg = {"logo": (BytesIO(b"<svg onload='alert(1)'/>"), "logo.png")}
    answer = desk.post("/staff/school/logo", **svg)  # type: ignore[arg-type]
    assert answer.status_code == 422 and "PNG of JPEG" in answer.text
    assert desk.post("/staff/school/logo", remove="1").status_code == 303
    session.expire_all()
    assert get_logo(session) is None
