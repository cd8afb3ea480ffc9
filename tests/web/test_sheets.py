"""Cards with QR codes."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from factories import Campus
from flask.testing import FlaskClient
from sqlalchemy import select
from staffroom import plain, signed_in
from stages import NOW, make_course

from survey import codes
from survey.records import Profile
from survey.store.traces import Event
from survey.web.sheets import make_card, name_card

ADDRESS = "http://localhost/u/0123456789ABCDEFGHJKMNPQRS"


def test_each_invited_student_has_a_card_with_the_own_link(client: FlaskClient, school: Campus) -> None:
    course = make_course(school)
    _, _, token = course.invite("Noor Bakker")
    _, revoked, gone = course.invite("Daan Visser")
    revoked.revoked_at = revoked.revoked_at or course.round.opens_at
    school.session.flush()
    desk = signed_in(client, school, course.mentor)
    page = desk.get(f"/staff/classes/{course.group.id}/cards")
    words = plain(page)
    assert "Noor" in words and "Bakker" not in words and "Of typ op localhost/code" in words
    assert "Daan" not in words and gone not in page and token not in page
    assert page.count('class="qr"') == 1 and "style=" not in page
    assert "Van Sanne de Wit." in words


def test_code_on_the_card_finds_its_student(client: FlaskClient, school: Campus) -> None:
    course = make_course(school)
    _, invitation, _ = course.invite()
    page = signed_in(client, school, course.mentor).get(f"/staff/classes/{course.group.id}/cards")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", page)
    assert found
    assert codes.find_by_code(course.session, course.vault, found[0], "192.0.2.7", NOW) is invitation


def test_printing_is_recorded(client: FlaskClient, school: Campus) -> None:
    course = make_course(school)
    course.invite()
    signed_in(client, school, course.mentor).get(f"/staff/classes/{course.group.id}/cards")
    last = school.session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
    assert (last.action, last.subject) == ("class.print_cards", f"class:{course.group.id}")


def test_class_that_nobody_asked_is_not_found(client: FlaskClient, school: Campus) -> None:
    course = make_course(school)
    signed_in(client, school, course.mentor).get(f"/staff/classes/{course.group.id}/cards", 404)


@pytest.mark.parametrize(("name", "shown"), [("Noor", "Noor"), ("Daan", "Daan Visser")])
def test_last_name_stands_only_where_a_first_name_is_not_enough(name: str, shown: str) -> None:
    assert name_card(Profile(name, "Visser"), Counter(Noor=1, Daan=2)) == shown


def test_code_in_capitals_is_small_and_drawn_without_style() -> None:
    card = make_card("Noor", ADDRESS, "7K3Q-M9XD-T4B")
    assert 'viewBox="0 0 37 37"' in card.code  # version 3 with its quiet zone; small letters would need version 4
    assert "style" not in card.code and "<script" not in card.code
    assert card.address == "localhost/u/0123456789ABCDEFGHJKMNPQRS"
