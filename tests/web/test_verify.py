"""A receiver hands in a file and reads whether it is a school's; nothing of it stays."""

from __future__ import annotations

import re
import tempfile
import time
from typing import Any

import pytest
from factories import NOW, Campus
from flask.testing import FlaskClient
from paper import flip, small_file
from werkzeug.test import TestResponse

from survey import seals
from survey.report.authority import make_seal
from survey.report.seal import put_seal
from survey.seals import Judgement, Verdict
from survey.web import verify
from survey.web.limits import BODY_BYTES


def hand_in(client: FlaskClient, content: bytes | None, **fields: Any) -> TestResponse:
    """Send a file by the form of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/verify").text)
    assert token
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in {"csrf_token": token[1], **fields}.items()]
    if content is not None:
        parts.append(b'name="file"; filename="<b>Yara</b>.pdf"\r\nContent-Type: application/pdf\r\n\r\n' + content)
    # Written here, because the test client's own way to do so leaves temporary files open.
    body = b"".join(b"--grens\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--grens--\r\n"
    return client.post("/verify", data=body, content_type="multipart/form-data; boundary=grens")


def test_form_is_there_for_anyone_in_both_languages(client: FlaskClient) -> None:
    assert "Is dit bestand echt?" in client.get("/verify").text
    assert "Is this file real?" in client.get("/verify?language=en").text
    assert "Is this file real?" in client.get("/verify", headers={"Accept-Language": "en"}).text
    assert "Is dit bestand echt?" in client.get("/verify?language=../x").text


def test_sealed_file_is_told(client: FlaskClient, school: Campus) -> None:
    seal = make_seal(school.school.name, "Proef", NOW)
    seals.store_seal(school.session, school.vault, seal, NOW)
    school.session.commit()
    content = put_seal(small_file(), seal, NOW)
    answer = hand_in(client, content)
    assert answer.status_code == 200
    for words in ("Dit bestand is echt en niet veranderd", "ROC Waterland heeft het verzegeld", "23 november 2026"):
        assert words in answer.text
    changed = hand_in(client, flip(content), language="en")
    assert "This file was changed" in changed.text and "ROC Waterland" in changed.text


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.CONCEPT, "Dit is een concept"), (Verdict.CHANGED, "is veranderd"), (Verdict.UNKNOWN, "kennen dit bestand niet")],
)
def test_each_verdict_has_its_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, verdict: Verdict, words: str
) -> None:
    monkeypatch.setattr(verify, "judge", lambda session, content: Judgement(verdict, "ROC Waterland"))
    assert words in hand_in(client, b"x").text


@pytest.mark.parametrize("content", [None, b""])
def test_no_file_is_asked_for(client: FlaskClient, content: bytes | None) -> None:
    answer = hand_in(client, content)
    assert answer.status_code == 422
    assert "Kies eerst een bestand" in answer.text


def test_largest_file_is_read_and_a_larger_one_refused_at_once(client: FlaskClient) -> None:
    assert hand_in(client, b"/ByteRange" * (verify.FILE_BYTES // 10)).status_code == 200
    started = time.perf_counter()
    answer = hand_in(client, b"x" * (verify.FILE_BYTES + verify.FRAME_BYTES))
    assert answer.status_code == 413 and "Dat bestand is te groot" in answer.text
    assert time.perf_counter() - started < 2


def test_other_pages_take_no_more_than_before(client: FlaskClient) -> None:
    answer = client.post("/taal", data=b"x" * (BODY_BYTES + 1), content_type="multipart/form-data; boundary=grens")
    assert answer.status_code == 413 and "te veel tekst" in answer.text


def test_file_never_touches_the_disk_and_its_name_is_not_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **named: Any) -> Any:
        raise AssertionError("a file of a visitor would be written")

    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", refuse)
    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    answer = hand_in(client, b"y" * 1_500_000)
    assert answer.status_code == 200
    assert "Yara" not in answer.text
