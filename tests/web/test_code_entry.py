"""The door for who has no link: what a typed code leads to, and that it tells nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from phone import Page
from sqlalchemy import func, select
from trip import Pupil, Trip, launch

from survey import codes
from survey.store.inviting import CodeAttempt

CLUB = Path(__file__).parent / "club.yaml"
UNKNOWN = "0000000000"


@pytest.fixture(autouse=True)
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trip(app: Flask, school: Campus) -> Trip:
    """Return a round with the small questionnaire."""
    return launch(app, school, CLUB)


@pytest.fixture
def yara(trip: Trip) -> Pupil:
    """Return a student with a card."""
    pupil = trip.invite("Yara Smit")
    vault = trip.campus.vault
    unissued = codes.find_unissued(trip.campus.session, [pupil.invitation])
    codes.store(trip.campus.session, codes.hash_codes(vault, unissued), NOW)
    trip.campus.session.commit()
    return pupil


def card(trip: Trip, pupil: Pupil) -> str:
    """Return the code as it is printed."""
    return codes.issued_code(trip.campus.vault, pupil.invitation)


def types(pupil: Pupil, code: str) -> Page:
    """Type a code on the first page."""
    page = pupil.phone.open("/code")
    return pupil.phone.send(page.form_to("/code"), {"code": code})


def unknown() -> str:
    """Return a well-formed code of nobody."""
    return UNKNOWN + codes.check_character(UNKNOWN)


@pytest.mark.parametrize("address", ["/", "/code"])
def test_first_page_asks_for_the_code(trip: Trip, address: str) -> None:
    page = trip.new_phone().open(address)
    assert (page.status, page.reader.heading) == (200, "Typ je code")
    assert page.form_to("/code").texts == ["code"]


def test_code_leads_to_the_own_start_page(trip: Trip, yara: Pupil) -> None:
    page = types(yara, card(trip, yara))
    assert page.path == yara.path
    assert yara.phone.send(page.form).path == "/v/lid"


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: " " + code.replace("-", "")])
def test_code_is_read_as_people_type_it(trip: Trip, yara: Pupil, change: object) -> None:
    assert types(yara, change(card(trip, yara))).path == yara.path  # type: ignore[operator]


def test_mistake_is_said_at_once_and_what_was_typed_stays(trip: Trip, yara: Pupil) -> None:
    wrong = card(trip, yara)
    wrong = ("2" if wrong[0] != "2" else "3") + wrong[1:]
    page = types(yara, wrong)
    assert page.status == 422
    assert "Deze code klopt niet. Kijk nog een keer op je kaartje." in page.words
    assert f'value="{wrong}"' in page.html and page.reader.title.startswith("Fout")
    assert trip.campus.session.scalars(select(func.count()).select_from(CodeAttempt)).one() == 0, "no try of the class"


def test_unknown_closed_revoked_and_sent_look_the_same(trip: Trip, yara: Pupil) -> None:
    reference = types(yara, unknown())
    assert reference.status == 422

    def looks_the_same(pupil: Pupil) -> bool:
        page, code = types(pupil, card(trip, pupil)), card(trip, pupil)
        return (page.status, page.words) == (422, reference.words) and code in page.html

    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        assert looks_the_same(yara)
    yara.invitation.revoked_at = NOW
    trip.campus.session.commit()
    assert looks_the_same(yara)
    yara.invitation.revoked_at = None
    trip.campus.session.commit()
    yara.starts()
    yara.phone.answer(lid="nee")
    yara.phone.answer(bang="no")
    yara.phone.answer()
    yara.phone.answer()
    yara.sends()
    assert looks_the_same(yara)


def test_too_many_wrong_codes_close_the_door_and_not_the_link(
    trip: Trip, yara: Pupil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "TRIES_OF_ALL", 2)  # of a loopback address only these count
    for _ in range(2):
        assert types(yara, unknown()).status == 422
    page = types(yara, card(trip, yara))
    assert page.status == 429
    assert "Te veel foute codes. Wacht een kwartier. Je link werkt wel." in page.words
    assert yara.starts().path == "/v/lid"
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert types(yara, card(trip, yara)).status == 200


def test_language_can_be_chosen_before_typing(trip: Trip, yara: Pupil) -> None:
    page = yara.phone.open("/code")
    page = yara.phone.send(page.form_to("/taal"), {"language": "en"})
    assert (page.path, page.reader.heading) == ("/code", "Type your code")


def test_long_text_is_no_code(trip: Trip, yara: Pupil) -> None:
    page = types(yara, "<b>x</b>" * 1000)
    assert page.status == 422 and "<b>x" not in page.html
