"""What the script of the question pages sends, what waited in the browser, and leaving nothing behind there."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from phone import Form, Page
from sealing import seal_as_browser
from trip import Pupil, Trip, launch

from survey.web.compress import squeeze
from survey.web.headers import KEPT, hash_of
from survey.web.script import read_script
from survey.web.script import squeeze as squeeze_script

CLUB = Path(__file__).parent / "club.yaml"
MOST_BYTES = 2048
SCRIPT = re.compile(r'<script src="(/s/\w+\.js)" defer data-key="([^"]+)" data-who="([^"]+)" data-say="([^"]+)"></script>')


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
    """Return a student who pressed Start."""
    pupil = trip.invite("Yara Smit")
    pupil.starts()
    return pupil


def by_script(pupil: Pupil, form: Form, how: str, **given: str) -> tuple[int, dict[str, Any]]:
    """Send a form as the script does; return the status and what it is told."""
    fields = {**dict(form.values), **given}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in pupil.phone.cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Keep": how,
    }
    status, _, content = pupil.phone.fetch("POST", form.action, urlencode(fields).encode(), headers)
    return status, json.loads(content) if status == 200 else {}


def waits(page: Page, forms: list[tuple[str, str]], who: str = "") -> Form:
    """Return the form with which the script sends what waited."""
    found = SCRIPT.search(page.html)
    assert found
    sealed = seal_as_browser(found[2], who or found[3], forms)
    return Form("/wacht", "post", [("csrf_token", dict(page.form.values)["csrf_token"]), ("sealed", sealed)])


# The script


def test_script_is_small_and_kept_by_the_browser(yara: Pupil, client: FlaskClient) -> None:
    found = SCRIPT.search(yara.page.html)
    assert found
    reply = client.get(found[1])
    assert reply.mimetype == "text/javascript" and "immutable" in reply.headers["Cache-Control"]
    assert len(gzip.compress(reply.data, 6)) <= MOST_BYTES and len(squeeze(reply.data, 0)) <= MOST_BYTES
    assert client.get("/s/0123456789abcdef.js").status_code == 404


def test_only_pages_of_a_visit_run_it(yara: Pupil, client: FlaskClient) -> None:
    policy = yara.page.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self';" in policy and "unsafe" not in policy
    reads = read_script("read")
    start = client.get(yara.path)
    assert read_script().digest not in start.text
    named = f'<template id="later" data-src="/s/{reads.digest}.js"></template>'
    assert start.text.endswith(f"{named}\n</body>\n</html>"), "the first page fetches it once it is there"
    policy = start.headers["Content-Security-Policy"]
    (later,) = re.findall(r"<script>(.*?)</script>", start.text)
    assert "a.href=" in later and "#later" in later, "and the sheet of the pages after it"
    assert f"script-src 'self' {hash_of(later)}; connect-src 'self';" in policy and "unsafe" not in policy
    again = client.get(yara.path)
    assert f'<script src="/s/{reads.digest}.js" defer>' in again.text and "sha256-" not in again.headers["Content-Security-Policy"].split("script-src")[1]
    stranger = client.get("/u/0123456789ABCDEFGHJKMNPQRS")
    assert "<script" not in stranger.text and "script-src" not in stranger.headers["Content-Security-Policy"]


def test_first_page_that_a_browser_sees_names_the_script_with_its_key(yara: Pupil, trip: Trip, client: FlaskClient) -> None:
    """A question can be the first: the page is left open overnight, and the browser has forgotten the sheet."""
    saves = read_script()
    signer = SecureCookieSessionInterface().get_signing_serializer(trip.app)
    assert signer
    known = signer.loads(yara.phone.cookies[trip.app.config["SESSION_COOKIE_NAME"]])
    with client.session_transaction() as session:
        session.update({key: value for key, value in known.items() if key != KEPT})
    page = client.get(yara.page.path)
    found = re.search(r'<template id="later" data-src="([^"]+)" data-key="([^"]+)" data-who="([^"]+)" data-say=', page.text)
    assert found and found[1] == f"/s/{saves.digest}.js" and client.get(found[1]).status_code == 200
    assert len(squeeze(page.data, 0)) <= 6 * 1024


def test_shrunk_script_keeps_its_strings() -> None:
    source = '// a note\nconst a = { b: "x y" };\n  if (a) {\n    go("[name=c]", "✓ " + a);\n  }\n'
    assert squeeze_script(source) == 'const a={b:"x y"};if(a){go("[name=c]","✓ "+a)}'
    assert "✓ " in read_script().source and "//" not in read_script().source


# Saved at once


def test_answer_is_saved_without_the_button(yara: Pupil, trip: Trip) -> None:
    status, told = by_script(yara, yara.page.form, "change", lid="ja")
    assert (status, told) == (200, {"seen": "lid:1", "to": "/v/team?na=lid", "all": True})
    assert trip.values(yara) == {"lid": "ja"}
    assert by_script(yara, yara.page.form, "change", lid="ja") == (status, told), "again is the same"


def test_changed_mind_is_saved_with_what_was_told(yara: Pupil, trip: Trip) -> None:
    form = yara.page.form
    _, told = by_script(yara, form, "change", lid="ja")
    assert by_script(yara, form, "change", lid="nee")[0] == 409, "an older page does not overwrite"
    assert by_script(yara, form, "go", **{"lid": "nee", "seen-at": told["seen"]})[1]["to"] == "/v/bang?na=lid"
    assert trip.values(yara) == {"lid": "nee"}


def test_empty_page_is_not_saved_and_not_refused_until_the_button(yara: Pupil, trip: Trip) -> None:
    form = yara.page.form
    assert by_script(yara, form, "change")[1]["all"] is True
    assert by_script(yara, form, "go")[0] == 422
    assert trip.values(yara) == {}


def test_refused_text_is_left_out_and_said(yara: Pupil, trip: Trip) -> None:
    yara.answers(lid="nee", bang="no")
    yara.phone.answer()
    form = yara.page.form
    assert yara.page.path == "/v/woorden"
    told = by_script(yara, form, "change", goed="x" * 41, wens="een huis")[1]
    assert told["all"] is False
    assert trip.values(yara) == {"lid": "nee", "bang": "no", "wens": "een huis"}


def test_one_long_page_is_saved_as_far_as_it_is_filled_in(yara: Pupil, trip: Trip) -> None:
    page = yara.phone.open("/alles")
    told = by_script(yara, page.form, "change", bang="yes")[1]
    assert told["all"] is True and "bang:1" in told["seen"]
    assert trip.values(yara) == {"bang": "yes"}


# Waited for the network


def test_what_waited_is_stored_in_its_order(yara: Pupil, trip: Trip) -> None:
    forms = [("/v/lid", "lid=ja&seen-at=lid:0"), ("/v/lid?terug=controle", "lid=nee&seen-at=lid:0")]
    page = yara.phone.send(waits(yara.page, forms))
    assert (page.status, page.path) == (200, "/v/bang")
    assert "Je was bij vraag 2." in page.words
    assert trip.values(yara) == {"lid": "nee"}


def test_what_waited_and_had_arrived_changes_nothing(yara: Pupil, trip: Trip) -> None:
    waiting = waits(yara.page, [("/v/lid", "lid=ja&seen-at=lid:0")])
    yara.answers(lid="ja")
    assert yara.phone.send(waiting).status == 200
    assert trip.values(yara) == {"lid": "ja"}


def test_what_waited_never_overwrites_another_phone(yara: Pupil, trip: Trip) -> None:
    forms = [("/v/lid", "lid=ja&seen-at=lid:0"), ("/alles", "bang=no&seen-at=lid:0+bang:0")]
    waiting = waits(yara.page, forms)
    other = trip.new_phone()
    other.start(yara.link)
    other.answer(lid="nee")
    page = yara.phone.send(waiting)
    assert page.status == 409
    assert "Wat je hier invulde Ben je lid van een club? Ja" in page.words
    assert trip.values(yara) == {"lid": "nee", "bang": "no"}


@pytest.mark.parametrize("address", ["/v/bestaat_niet", "/staff/", "https://evil.example/v/lid", "/v/team"])
def test_form_of_no_open_page_is_passed_over(yara: Pupil, trip: Trip, address: str) -> None:
    yara.phone.send(waits(yara.page, [(address, "team=spelen&seen-at=team:0")]))
    assert trip.values(yara) == {}


def test_what_waited_for_another_student_is_refused(yara: Pupil, trip: Trip) -> None:
    page = yara.phone.send(waits(yara.page, [("/v/lid", "lid=ja&seen-at=lid:0")], who="0" * 16))
    assert page.status == 410
    assert trip.values(yara) == {}


# Not you


def test_leaving_forgets_who_answered(yara: Pupil) -> None:
    page = yara.phone.send(yara.page.form_to("/niet-jij"))
    assert (page.status, page.path) == (200, "/weg")
    assert "Niemand ziet hier nu antwoorden." in page.words
    assert yara.phone.open("/v/lid").status == 403
