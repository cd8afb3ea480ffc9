"""What goes wrong on the way: each gets a clear answer, and nothing is lost or opened."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from flask.testing import FlaskClient
from phone import Page, Phone
from sqlalchemy import func, select
from stages import NOW
from trip import Launch, Pupil, Trip

from survey.store.surveying import Invitation, RaisedFlag, Sitting, StoredOutcome
from survey.store.traces import Event, Mail

#: What differs between two answers that are the same: the form's token, and whether the browser keeps style and script.
CHANGING = re.compile(
    r'(?<=name="csrf_token" value=")[^"]+'
    r'|\s*<style>.*?</style>|\s*<link rel="stylesheet"[^>]*>|<script src="/s/[^>]*></script>',
    re.DOTALL,
)
CHANGING_HEADERS = {"set-cookie", "x-request-id", "content-length", "date"}
NOT_OFFERED = (
    ["paars"], ["ROOD"], ["rood "], ["rood", "groen"], ["rood", "paars"], ["0"], [""], ["None"], ["rood\x00"],
    ["<script>alert(1)</script>"], ["' OR 1=1 --"], ["../../etc/passwd"], ["{{ 7 * 7 }}"], ["x" * 20_000],
)  # fmt: skip


@pytest.fixture
def trip(launched: Launch) -> Trip:
    """Give a class with the small questionnaire."""
    return launched("journey")


@pytest.fixture
def lot(trip: Trip) -> Pupil:
    """Give a student who started."""
    pupil = trip.invite("Lot Groot")
    pupil.starts()
    return pupil


def look(phone: Phone, path: str) -> tuple[int, str, dict[str, str]]:
    """Return all that a visitor can tell of an address."""
    page = phone.open(path)
    headers = {name: value for name, value in page.headers.items() if name not in CHANGING_HEADERS}
    return page.status, CHANGING.sub("", page.html), headers


def post(phone: Phone, path: str, **fields: str | list[str]) -> Page:
    """Send fields to an address, with the token of the page that the phone shows."""
    assert phone.page is not None
    form = phone.page.form
    token = next(value for name, value in form.values if name == "csrf_token")
    form.action, form.values = path, [("csrf_token", token)]
    return phone.send(form, fields)


def count(trip: Trip, *tables: type[object]) -> list[int]:
    """Return how many rows there are."""
    session = trip.campus.session
    return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


# Links


def test_unknown_malformed_and_revoked_links_cannot_be_told_apart(trip: Trip, lot: Pupil) -> None:
    token = lot.link.rpartition("/")[2]
    lot.invitation.revoked_at = NOW
    trip.campus.session.commit()
    wrong = ["Z" * 26, token[:-1], token + "A", "x", token[::-1], "Æ" * 26, "%00", "U" * 26, token.replace(token[3], "!")]
    seen = [look(trip.new_phone(), f"/u/{each}") for each in (token, token.lower(), *wrong)]
    assert {status for status, _, _ in seen} == {404}
    assert len({html for _, html, _ in seen}) == 1, "the same bytes"
    assert all(headers == seen[0][2] for _, _, headers in seen)
    assert token not in seen[0][1] and "Lot" not in seen[0][1]


def test_pressing_start_on_a_link_that_does_not_stand_tells_nothing_either(trip: Trip, lot: Pupil) -> None:
    phone = trip.new_phone()
    phone.open("/staff/sign-in")  # for a token
    unknown = post(phone, f"/u/{'Z' * 26}")
    lot.invitation.revoked_at = NOW
    trip.campus.session.commit()
    phone.open("/staff/sign-in")
    revoked = post(phone, lot.path)
    assert unknown.status == revoked.status == 404
    assert CHANGING.sub("", unknown.html) == CHANGING.sub("", revoked.html)
    assert lot.phone.open("/v/colour").status == 403, "and the browser that used it is closed"


def test_looking_at_a_link_twenty_times_changes_nothing(trip: Trip) -> None:
    pupil = trip.invite("Kim Klein")
    tables = (Sitting, Invitation, Event, Mail)
    before = count(trip, *tables)
    pages = {look(trip.new_phone(), pupil.path)[:2] for _ in range(20)}
    assert len(pages) == 1 and count(trip, *tables) == before
    assert pupil.starts().path == "/v/colour"


# A round that is not open


def test_closed_round_says_so_and_whom_to_call(trip: Trip, lot: Pupil) -> None:
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        for page in (lot.phone.open(lot.path), trip.new_phone().open(lot.path)):
            assert page.status == 200
            assert "Het is gesloten" in page.words and "23 december 2026" in page.words
            assert "Bel of app je mentor" in page.words and "Sanne de Wit" in page.words
            assert 'href="tel:0600000042"' in page.html and "<form" not in page.html.partition("<main")[2]


def test_round_that_closes_before_the_button_is_pressed(trip: Trip, lot: Pupil) -> None:
    lot.answers(colour="rood", size="klein")
    trip.round.closes_at = NOW
    trip.campus.session.commit()
    page = lot.phone.send(lot.page.form_to("/controle"))
    assert page.status == 403 and "Het is gesloten" in page.words and "Sanne de Wit" in page.words
    assert count(trip, StoredOutcome) == [0]
    assert trip.values(lot) == {"colour": "rood", "size": "klein"}, "nothing is lost"


def test_round_to_come_says_when(trip: Trip) -> None:
    pupil = trip.invite("Kim Klein")
    with time_machine.travel(NOW - timedelta(days=2), tick=False):
        page = pupil.phone.open(pupil.path)
        assert page.status == 200 and "Je kunt beginnen op 22 november 2026." in page.words
    assert count(trip, Sitting) == [0]


# The order of pages


def test_page_sent_out_of_order_leads_to_the_first_open_question(trip: Trip, lot: Pupil) -> None:
    for ahead in ("size", "reason", "nergens", "__class__"):
        page = post(lot.phone, f"/v/{ahead}", size="groot", reason="ja", colour="blauw")
        assert (page.status, page.path) == (200, "/v/colour"), ahead
        assert trip.values(lot) == {}
    assert lot.phone.open("/controle").path == "/v/colour"
    assert post(lot.phone, "/controle").path == "/v/colour" and count(trip, StoredOutcome) == [0]


def test_question_that_left_the_path_takes_no_answer(trip: Trip, lot: Pupil) -> None:
    lot.answers(colour="rood", size="klein")
    page = post(lot.phone, "/v/reason", reason="ja")
    assert page.path == "/controle" and "reason" not in trip.values(lot)


# Sent


def test_sent_answers_stay_as_they_were(trip: Trip, lot: Pupil) -> None:
    lot.answers(colour="rood", size="groot", reason="ja")
    form = lot.page.form_to("/controle")
    first = lot.sends()
    for page in (
        post(lot.phone, "/v/colour", colour="blauw"),
        lot.phone.open("/v/colour"),
        lot.phone.open("/controle"),
        lot.comes_back(),
        lot.phone.send(form),
    ):
        assert (page.status, page.path) == (200, "/klaar") and page.words == first.words
    assert trip.values(lot)["colour"] == "rood"
    assert count(trip, StoredOutcome, RaisedFlag, Mail) == [1, 1, 1]


# Somebody else's


def test_cookie_opens_the_own_answers_only(trip: Trip, lot: Pupil) -> None:
    lot.answers(colour="blauw")
    kim = trip.invite("Kim Klein")
    kim.starts()
    kim.answers(colour="groen")
    kim.phone.cookies, lot.phone.cookies = lot.phone.cookies, kim.phone.cookies
    assert 'value="groen" id="colour-2" checked' in lot.phone.open("/v/colour").html
    page = kim.starts()  # on a phone that was Lot's, Kim's own link
    assert page.path == "/v/size" and "Je was bij vraag 2." in page.words
    kim.answers(size="klein")
    assert (trip.values(kim), trip.values(lot)) == ({"colour": "groen", "size": "klein"}, {"colour": "blauw"})


def test_cookie_that_was_changed_opens_nothing(trip: Trip, lot: Pupil) -> None:
    name, value = next(iter(lot.phone.cookies.items()))
    payload, _, signature = value.partition(".")
    for forged in (payload, f"{payload}.", f"{payload[:-2]}AA.{signature}", value[:-1], "x" * 5000, "é", '"', ""):
        lot.phone.cookies = {name: forged}
        page = lot.phone.open("/v/colour")
        assert page.status == 403 and "Open je link opnieuw" in page.words


def test_form_with_the_token_of_another_student_is_refused(trip: Trip, lot: Pupil) -> None:
    kim = trip.invite("Kim Klein")
    kim.starts()
    lot.phone.page = kim.page
    page = lot.phone.answer(colour="rood")
    assert page.status == 400 and "Deze pagina is te oud" in page.words
    assert trip.values(lot) == {} == trip.values(kim)


# Fields


def test_what_is_not_offered_is_refused_and_never_repeated_raw(trip: Trip, lot: Pupil) -> None:
    for sent in NOT_OFFERED:
        page = lot.phone.answer(colour=sent)
        assert (page.status, page.path) == (422, "/v/colour"), sent
        shown = CHANGING.sub("", page.html)
        assert "<script" not in shown and "49" not in shown and "paars" not in shown
    assert trip.values(lot) == {}
    assert lot.answers(colour="rood").path == "/v/size", "and the page goes on working"


def test_revisions_that_make_no_sense_do_no_harm(trip: Trip, lot: Pupil) -> None:
    lot.answers(colour="rood")
    for seen in ("", "colour", "colour:-1", "colour:x", "colour:" + "9" * 400, "a:1 " * 3000, "\x00", "size:1"):
        lot.phone.open("/v/size")
        page = lot.phone.answer(**{"seen-at": seen, "size": "klein"})
        assert page.status in (200, 409), seen
    assert trip.values(lot) == {"colour": "rood", "size": "klein"}


def test_text_with_characters_of_no_use_is_cleaned(launched: Launch) -> None:
    trip = launched("web_words")
    pupil = trip.invite("Zoë Kat")
    pupil.starts()
    pupil.answers(welkom={}, naam="Mi\x00no\x07es\u202e \u2066\ud7ff😀")
    pupil.answers(uitleg={}, verhaal="a\x1b[31mb\r\n\x0bc\ufeff", wens="\u200f\x7f")
    stored = trip.values(pupil)
    assert stored["naam"].startswith("Minoes") and stored["naam"].endswith("😀")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "".join(stored.values()))
    assert stored["verhaal"] == "a[31mb\nc"
    pupil.sends()


def test_body_that_is_no_form_or_no_text_is_answered(trip: Trip, lot: Pupil) -> None:
    client: FlaskClient = trip.app.test_client(use_cookies=False)
    cookie = "; ".join(f"{name}={value}" for name, value in lot.phone.cookies.items())
    for body, kind in ((b"\xff\xfe\x00", "application/x-www-form-urlencoded"), (b"{}", "application/json"),
                       (b"--x\r\n", "multipart/form-data; boundary=x"), (b"colour=rood", "text/plain")):  # fmt: skip
        answer = client.post("/v/colour", data=body, headers={"Cookie": cookie, "Content-Type": kind})
        assert answer.status_code == 400, kind
    assert trip.values(lot) == {}


def test_form_without_its_token_gives_the_typed_words_back(launched: Launch) -> None:
    trip = launched("web_words")
    pupil = trip.invite("Zoë Kat")
    pupil.starts()
    form = pupil.answers(welkom={}).form
    form.values = []
    page = pupil.phone.send(form, {"naam": "Minoes de Tweede"})
    assert page.status == 400 and "Minoes de Tweede" in page.words
    assert '<a class="go" href="/v/naam">' in page.html
    assert trip.values(pupil) == {}


def test_body_that_is_too_large_is_refused_and_nothing_is_stored(trip: Trip, lot: Pupil) -> None:
    for path in ("/v/colour", "/controle", "/taal"):
        page = post(lot.phone, path, colour="rood", more="x" * 70_000)
        assert page.status == 413 and "te veel tekst" in page.words
        page = lot.phone.open("/v/colour")
        assert page.status == 200 and trip.values(lot) == {}


def test_host_that_is_not_ours_gets_nothing(trip: Trip, lot: Pupil) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in lot.phone.cookies.items())
    client = trip.app.test_client(use_cookies=False)
    for path in (lot.path, "/v/colour", "/staff/", "/health/live"):
        answer = client.get(path, headers={"Host": "overstap.example", "Cookie": cookie})
        assert answer.status_code == 400 and "Lot" not in answer.text, path
        assert "Location" not in answer.headers


def test_same_page_sent_twice_is_one_answer(trip: Trip, lot: Pupil) -> None:
    form = lot.page.form
    first = lot.phone.send(form, {"colour": "rood"})
    before = count(trip, Event)
    second = lot.phone.send(form, {"colour": "rood"})
    assert (first.status, first.path, second.status, second.path) == (200, "/v/size", 200, "/v/size")
    assert count(trip, Event) == before, "the second changed nothing"


def test_same_page_sent_from_two_windows_asks_which_is_right(trip: Trip, lot: Pupil) -> None:
    form = lot.page.form
    lot.phone.send(form, {"colour": "rood"})
    page = lot.phone.send(form, {"colour": "blauw"})
    assert page.status == 409 and "Je gaf twee antwoorden" in page.words
    assert trip.values(lot) == {"colour": "rood"}, "nothing was overwritten silently"
    chosen = next(each for each in page.reader.forms if ("colour", "blauw") in each.values)
    assert lot.phone.send(chosen).path == "/v/size"
    assert trip.values(lot) == {"colour": "blauw"}


def test_change_of_language_leads_to_own_pages_only(lot: Pupil) -> None:
    for here in ("https://evil.example/", "//evil.example", "/staff/", "/u/x\r\nSet-Cookie: a=b", "/v/../x", "/v/colour\n"):
        lot.phone.open("/v/colour")
        assert post(lot.phone, "/taal", language="en", here=here).status == 400, here


def test_address_with_a_nul_is_one_that_does_not_exist(trip: Trip, lot: Pupil) -> None:
    desk = trip.sign_in(trip.coordinator)
    page = desk.open("/staff/")
    for place in ("classes/%00", "classes/%00/cards", "students/%00", "reports/%00.pdf", "municipalities/%00.zip"):
        assert desk.open(f"/staff/{place}").status == 404, place
    for place in ("flags/%00/take", "reports/%00/retry", "students/%00/finalise"):
        form = page.reader.forms[0]
        form.action = f"/staff/{place}"
        assert desk.send(form).status == 404, place
    assert look(lot.phone, "/u/%00") == look(lot.phone, "/u/" + "Z" * 26)


def test_address_with_a_query_of_nonsense_shows_its_page(lot: Pupil) -> None:
    for query in (urlencode({"na": "\x00", "terug": "https://evil.example"}), "na=" + "a" * 5000, "na=colour&na=size", "%ff=%fe"):
        page = lot.phone.open(f"/v/colour?{query}")
        assert page.status == 200 and "evil.example" not in page.html
