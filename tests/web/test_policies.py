"""Who reaches what: every endpoint of the URL map, every role, the own school and another; and no form without token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from factories import PASSWORD, Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from staff_pages import STAFF, make_target, own_rows, staff_rules
from staffroom import Desk, signed_in
from stages import LATER, Course, make_course
from werkzeug.routing import Rule

from survey.access import Anyone, Arriving, Respondent, Role, Staff, policy_of
from survey.store.people import Group
from survey.store.surveying import RaisedFlag

#: Policies are decided before a query; that queries keep to their school is proved on both: tests/store/test_scope.py.
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
#: Staff pages that are there for who is not signed in.
DOOR = {"sign_in.show", "sign_in.sign_in", "sign_in.leave", "sign_in.change_language", "sign_in.left"}
DOOR |= {f"welcome.{name}" for name in ("show", "choose", "show_forgotten", "ask_link")}
#: Those for who gave a right password and no more.
ARRIVING = {f"second_step.{name}" for name in ("show", "check", "show_new", "add_app", "add_passkey")}
REACHED = {200, 204, 303, 409, 422}  # the last: a form filled in on what was before, or that lacks what it needs
FORM = {"next": "/staff/", "password": PASSWORD, "new_password": PASSWORD, "do": "reopen"}
FORM |= {"name": "Joke Prins", "email": "joke@voorbeeld.nl", "role": "mentor"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def ask(desk: Desk, rule: Rule, path: str) -> int:
    """Open an address by its method; return the status."""
    if "POST" in (rule.methods or ()):
        return desk.post(path, **FORM).status_code
    return desk.client.get(path).status_code


def test_every_endpoint_has_a_policy_and_every_staff_endpoint_a_row(app: Flask) -> None:
    kinds = {rule.endpoint: policy_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint, kind in kinds.items() if isinstance(kind, Staff)} == set(STAFF)
    assert {endpoint for endpoint in kinds if endpoint.startswith(("sign_in.", "welcome."))} == DOOR
    others = [kind for endpoint, kind in kinds.items() if endpoint not in STAFF]
    assert all(isinstance(kind, Anyone | Arriving | Respondent) for kind in others)
    assert {endpoint for endpoint, kind in kinds.items() if isinstance(kind, Arriving)} == ARRIVING


def test_every_address_under_staff_is_of_staff_or_the_door(app: Flask) -> None:
    under = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")}
    assert under == set(STAFF) | DOOR | ARRIVING


@ONE_DATABASE
@pytest.mark.parametrize("role", list(Role))
def test_role_reaches_what_its_row_says_and_nothing_else(
    app: Flask, client: FlaskClient, course: Course, role: Role
) -> None:
    target = make_target(course, "GM0439")
    person = course.mentor if role is Role.mentor else course.campus.staff(role, "Iemand Anders")
    course.session.flush()
    desk = signed_in(client, course.campus, person)
    for rule in staff_rules(app):
        target = replace(target, **own_rows(course, person))  # anew: a page before may have ended or taken them away
        course.session.flush()
        status = ask(desk, rule, target.path(app, rule))
        roles, _ = STAFF[rule.endpoint]
        assert status in (REACHED if role in roles else {403}), (rule.endpoint, status)


@pytest.mark.parametrize("role", [Role.mentor, Role.coordinator])
def test_rows_of_another_school_do_not_exist(
    app: Flask, client: FlaskClient, course: Course, other_school: Campus, role: Role
) -> None:
    theirs = make_target(make_course(other_school), "GM0363")
    course.session.flush()
    desk = signed_in(client, course.campus, course.mentor if role is Role.mentor else course.coordinator)
    for rule in staff_rules(app):
        roles, names_a_row = STAFF[rule.endpoint]
        if role in roles and names_a_row:
            assert ask(desk, rule, theirs.path(app, rule)) == 404, rule.endpoint


def test_rows_of_another_mentors_class_do_not_exist(app: Flask, client: FlaskClient, course: Course) -> None:
    target = make_target(course, "GM0439")
    colleague = course.campus.staff(name="Joke Prins")
    course.campus.group(colleague, "H1A")
    course.session.flush()
    desk = signed_in(client, course.campus, colleague)
    for rule in staff_rules(app):
        roles, names_a_row = STAFF[rule.endpoint]
        if Role.mentor in roles and names_a_row:
            assert ask(desk, rule, target.path(app, rule)) == 404, rule.endpoint
    assert set(course.session.scalars(select(Group.name))) == {"V2B", "H1A"}


def test_without_a_session_every_staff_page_leads_to_the_door(app: Flask, client: FlaskClient, course: Course) -> None:
    target = make_target(course, "GM0439")
    for rule in staff_rules(app):
        path = target.path(app, rule)
        answer = Desk(client).post(path) if "POST" in (rule.methods or ()) else client.get(path)
        assert answer.status_code == 303 and answer.location.startswith("/staff/sign-in"), rule.endpoint


def test_every_form_without_its_token_is_refused(app: Flask, client: FlaskClient, course: Course) -> None:
    target = make_target(course, "GM0439")
    _, _, token = course.invite("Yara Smit")
    course.session.flush()
    desk = signed_in(client, course.campus, course.mentor)
    fillings = {"token": token, "page": "doel", "page_id": "doel", "step_id": "question"}
    posted = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            values = {name: fillings.get(name) or getattr(target, name) for name in rule.arguments}
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **values)
            answer = desk.client.open(path, method=method, data={"csrf_token": "verzonnen", "next": "/staff/"})
            assert answer.status_code == 400, (method, path)
            posted += 1
    assert posted >= len([endpoint for endpoint in STAFF if "finalise" in endpoint]) + len(DOOR)
    assert course.session.scalars(select(RaisedFlag.taken_by)).first() is None
