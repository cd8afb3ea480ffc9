"""The operator sees whether the server is well, and of nobody a name; the region sees tens; each role finds its room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from factories import NOW, Campus
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from staffroom import Desk, plain, signed_in

from survey import mail
from survey.access import Role
from survey.store.scope import in_school


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW):
        yield


def test_operator_sees_work_and_versions_and_no_names(
    client: FlaskClient, school: Campus, other_school: Campus, session: Session
) -> None:
    school.student(school.group(school.staff(name="Sanne de Wit")), "Yara Voorbeeld")
    failed = mail.write(session, school.key, mail.Letter("sanne@voorbeeld.nl", "flag"), NOW)
    failed.state = "failed"
    theirs = mail.write(other_school.session, other_school.key, mail.Letter("joke@voorbeeld.nl", "flag"), NOW)
    assert theirs.state == "waiting"
    other_school.session.commit()
    session.commit()
    page = signed_in(client, school, school.staff(Role.operator, "Olaf Beheer")).get("/staff/server")
    assert "2 scholen" in page and "overstap" in page and "alleen naar bestanden" in page
    assert "Mails 1 23 november 2026, 10:30 1" in plain(page)
    for secret in ("Sanne", "Yara", "voorbeeld.nl", "V2B", "ROC"):
        assert secret not in page.partition("<main")[2], secret


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.region, "/staff/region"),
        (Role.privacy_officer, "/staff/trail"),
        (Role.operator, "/staff/server"),
    ],
)
def test_role_without_classes_comes_to_its_own_room(
    client: FlaskClient, school: Campus, role: Role, home: str
) -> None:
    desk = signed_in(client, school, school.staff(role, "Iemand Anders"))
    assert client.get("/staff/").location == home
    assert "Overzicht" not in plain(desk.get(home).partition("<main")[0])


def test_school_grants_a_region_by_its_name(client: FlaskClient, school: Campus, other_school: Campus) -> None:
    other_school.staff(Role.region, "Rian Regio")
    other_school.session.commit()
    desk: Desk = signed_in(client, school, school.staff(Role.administrator, "Ad Min"))
    refused = desk.post("/staff/region/schools", region="Nergens")
    assert refused.status_code == 422 and "geen regio met deze naam" in refused.text
    assert desk.post("/staff/region/schools", region="Deltion Voorbeeld").status_code == 303
    assert "Deltion Voorbeeld" in desk.get("/staff/region/schools")


def test_region_without_schools_reads_how_they_agree(client: FlaskClient, school: Campus, session: Session) -> None:
    desk = signed_in(client, school, school.staff(Role.region, "Rian Regio"))
    assert "Nog geen school" in desk.get("/staff/region")
    in_school(session, school.school.id)
