"""Recordings: an administrator adds them by question and language; a student hears those of the own school."""

from __future__ import annotations

from io import BytesIO

import pytest
import time_machine
from factories import Campus
from flask.testing import FlaskClient
from staffroom import TOKEN, Desk, signed_in
from stages import NOW
from trip import TESTS, Trip, launch

from survey import recordings
from survey.access import Role
from survey.recordings import MOST_BYTES, BadRecording, find_media
from survey.store.recordings import Recording

MP3 = b"ID3" + bytes(2000)
PAGE = "/staff/recordings?questionnaire=overstap&language=nl"


@pytest.fixture(autouse=True)
def school_day() -> object:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client: FlaskClient, school: Campus) -> Desk:
    """Return the browser of an administrator."""
    someone = school.staff(Role.administrator, "Wil Jansen")
    school.session.commit()
    return signed_in(client, school, someone)


def upload(desk: Desk, content: bytes, question: str = "geld_genoeg", **fields: str) -> object:
    """Send a file for a question."""
    found = TOKEN.search(desk.client.get("/staff/sign-in").text)
    assert found
    data = {"csrf_token": found[1], "question": question, "file": (BytesIO(content), "vraag.mp3"), **fields}
    return desk.client.post(PAGE, data=data)


@pytest.mark.parametrize(
    ("content", "media"),
    [(MP3, "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"), (b"OggS\x00", "audio/ogg"), (b"\x00\x00\x00 ftypM4A ", "audio/mp4")],
)
def test_sound_is_known_by_how_it_begins(content: bytes, media: str) -> None:
    assert find_media(content) == media


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"<script>alert(1)</script>", "kind"), (b"%PDF-1.7", "kind"), (b"ID3" + bytes(MOST_BYTES), "large")],
)
def test_other_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadRecording) as refusal:
        find_media(content)
    assert refusal.value.code == code


def test_upload_is_listed_heard_and_removed(desk: Desk, school: Campus) -> None:
    assert "<audio" not in desk.get(PAGE)
    answer = upload(desk, MP3)
    assert answer.status_code == 303 and answer.location.endswith("#geld_genoeg")  # type: ignore[attr-defined]
    page = desk.client.get(PAGE)
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    (recording,) = school.session.query(Recording).all()
    first = recording.id
    heard = desk.client.get(f"/staff/recordings/{first}")
    assert (heard.mimetype, heard.data) == ("audio/mpeg", MP3)
    upload(desk, b"OggS" + bytes(10))
    school.session.expire_all()
    (newer,) = school.session.query(Recording).all()
    assert newer.media == "audio/ogg" and newer.id != first
    upload(desk, b"", remove="1")
    school.session.expire_all()
    assert school.session.query(Recording).all() == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "Kies eerst een bestand."), (b"MZ\x90", "MP3-, M4A- of OGG"), (b"ID3" + bytes(2000), "groter dan 1 MB")]
)
def test_wrong_file_is_refused_in_words(
    desk: Desk, school: Campus, content: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "MOST_BYTES", 1000)
    answer = upload(desk, content)
    assert answer.status_code == 422 and words in answer.text  # type: ignore[attr-defined]
    assert school.session.query(Recording).all() == []


def test_student_hears_the_recording_instead_of_the_phones_voice(app: object, school: Campus) -> None:
    trip: Trip = launch(app, school, TESTS / "questionnaires" / "journey.yaml")  # type: ignore[arg-type]
    place = recordings.Place("journey", "colour", "nl")
    recordings.keep(school.session, school.vault, place, MP3, trip.mentor.id, NOW)
    school.session.commit()
    noor = trip.invite()
    page = noor.starts()
    assert 'id="read"' not in page.html and "media-src 'self'" in page.headers["content-security-policy"]
    address = page.html.partition('preload="none" src="')[2].partition('"')[0]
    sound = noor.phone.open(address)
    assert (sound.content, sound.headers["content-type"]) == (MP3, "audio/mpeg")
    noor.phone.open("/v/colour")
    noor.phone.answer(colour="rood")
    assert "<audio" not in noor.page.html and 'id="read"' in noor.page.html
    kim = trip.invite("Kim Klein", language="en")
    assert "<audio" not in kim.starts().html, "not in another language"


def test_recording_of_another_school_does_not_exist(app: object, school: Campus, other_school: Campus) -> None:
    trip: Trip = launch(app, school, TESTS / "questionnaires" / "journey.yaml")  # type: ignore[arg-type]
    theirs = other_school.staff(Role.administrator, "Bo Berg")
    recording = recordings.keep(other_school.session, other_school.vault, recordings.Place("journey", "colour", "nl"), MP3, theirs.id, NOW)
    other_school.session.commit()
    noor = trip.invite()
    noor.starts()
    assert noor.phone.open(f"/geluid/{recording.id}").status == 404
