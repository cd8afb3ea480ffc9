"""The staff's room of questionnaires: upload, all that is found by line, preview, publish, retire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from factories import Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from staffroom import TOKEN, Desk, plain, signed_in
from stages import LATER, SOURCE, WORRIED, make_course
from werkzeug.test import TestResponse

from survey import rounds, shelf
from survey.access import Role
from survey.definition.load import shipped_files
from survey.i18n import catalogue
from survey.store.people import Staff
from survey.store.publishing import ShelvedVersion
from survey.store.surveying import Sitting, StoredDefinition
from survey.store.traces import Event
from survey.web.advice import ADVICE

CHECKIN = next(path for path in shipped_files() if path.parent.name == "checkin").read_text(encoding="utf-8")
OWN = CHECKIN.replace("id: checkin", "id: napraten")
ROOM = "/staff/questionnaires"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def keeper(school: Campus) -> Staff:
    """Give the administrator of the school."""
    return school.staff(Role.administrator, "Femke Mulder")


@pytest.fixture
def desk(client: FlaskClient, school: Campus, keeper: Staff) -> Desk:
    """Seat the administrator."""
    school.session.flush()
    return signed_in(client, school, keeper)


def upload(desk: Desk, content: str | bytes, name: str = "1.yaml", **beside: bytes) -> TestResponse:
    """Send files with the form."""
    token = TOKEN.search(desk.client.get(ROOM).text)
    raw = content.encode() if isinstance(content, str) else content
    translations = [(BytesIO(text), file.replace("_", ".")) for file, text in beside.items()]
    data = {"csrf_token": token[1] if token else "", "file": (BytesIO(raw), name), "translations": translations}
    answer = desk.client.post(ROOM, data=data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large body is a file of the test's client
    return answer


def row(school: Campus) -> ShelvedVersion:
    """Return the only version on the school's own shelf."""
    return school.session.scalars(select(ShelvedVersion)).one()


def test_list_shows_what_comes_with_the_program(desk: Desk) -> None:
    words = plain(desk.get(ROOM))
    assert re.search(r"checkin 1 .* gepubliceerd hoort bij Overstap Nederlands, Engels – –", words)
    assert "overstap 1" in words and "Vragenlijst uploaden" in words


def test_coordinator_sees_and_changes_nothing(client: FlaskClient, school: Campus) -> None:
    desk = signed_in(client, school, school.staff(Role.coordinator, "Karim Bakker"))
    assert "Vragenlijst uploaden" not in desk.get(ROOM)
    assert desk.post(ROOM).status_code == 403


def test_upload_with_faults_becomes_a_draft_with_every_finding_by_line(desk: Desk, school: Campus) -> None:
    wrong = OWN.replace("version: 1\n", "version: 1\nkleur: blauw\n", 1).replace("seen_by:", "gezien_door:", 1)
    answer = upload(desk, wrong)
    assert answer.status_code == 303
    words = plain(desk.get(answer.location))
    number = wrong.splitlines().index("kleur: blauw") + 1
    assert f"regel {number} , teken 1 kleur: blauw E015 Dit woord betekent hier niets" in words
    assert "`kleur` is no word here" in words
    assert "`gezien_door` is no word here" in words
    assert re.search(r"\d+ fouten: dit concept kan nog niet worden gepubliceerd", words)
    assert "Publiceren voor onze school" not in words
    assert row(school).source == wrong


def test_every_code_has_its_advice_in_both_languages() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| ([EW]\d{3})(?: ▶)? \|", manual, re.MULTILINE))
    assert set(ADVICE) == documented
    assert [text for text in ADVICE.values() if text not in catalogue("nl").messages] == []


def test_draft_that_is_wrong_cannot_be_published_by_hand(desk: Desk, school: Campus) -> None:
    upload(desk, OWN.replace("purpose:", "doel:"))
    answer = desk.post(f"{ROOM}/{row(school).id}/publish")
    assert answer.status_code == 422 and "verbeter eerst de fouten hieronder" in answer.text
    school.session.expire_all()
    assert row(school).state == "draft"


def test_mended_draft_is_published_for_that_school_and_used_in_a_round(
    desk: Desk, school: Campus, other_school: Campus
) -> None:
    upload(desk, OWN + "kleur: blauw\n")
    assert upload(desk, OWN).location == f"{ROOM}/{row(school).id}"
    assert "Geen fouten." in desk.get(f"{ROOM}/{row(school).id}")
    desk.post(f"{ROOM}/{row(school).id}/publish")
    school.session.expire_all()
    found = next(each for each in shelf.get_published(school.session) if each.questionnaire == "napraten")
    stored = shelf.take(school.session, found, LATER)
    rounds.create_round(school.session, school.vault, stored, "Najaar", LATER, LATER.replace(month=12), "system", LATER)
    school.session.commit()
    words = plain(desk.get(ROOM))
    assert re.search(r"napraten 1 .* gepubliceerd van jouw school .* 23 november 2026 door Femke Mulder Najaar", words)
    assert "napraten" not in {each.questionnaire for each in shelf.get_published(other_school.session)}


def test_version_number_that_is_in_use_is_refused_in_words(desk: Desk, school: Campus) -> None:
    upload(desk, CHECKIN + "\n# anders\n")
    answer = desk.post(f"{ROOM}/{row(school).id}/publish")
    assert answer.status_code == 422
    assert "checkin 1 bestaat al met een andere inhoud. Geef dit bestand een hoger versienummer." in answer.text


def test_retired_version_can_be_offered_again(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "checkin")
    desk.post(f"{ROOM}/{shipped.digest[:20]}/retire")
    assert [each.questionnaire for each in shelf.get_published(school.session)] == ["overstap"]
    assert re.search(r"checkin 1 .* uit gebruik hoort bij Overstap", plain(desk.get(ROOM)))
    assert "Weer in gebruik nemen" in desk.get(f"{ROOM}/{shipped.digest[:20]}")
    desk.post(f"{ROOM}/{row(school).id}/restore")
    school.session.expire_all()
    assert len(shelf.get_published(school.session)) == 2


def test_draft_is_thrown_away(desk: Desk, school: Campus) -> None:
    upload(desk, OWN)
    desk.post(f"{ROOM}/{row(school).id}/drop")
    assert school.session.scalars(select(ShelvedVersion)).first() is None


def test_translation_is_uploaded_with_it_and_its_faults_are_shown_at_their_line(desk: Desk, school: Campus) -> None:
    po = 'msgid ""\nmsgstr ""\n"Language: tr\\n"\n\nmsgctxt "title"\nmsgid "Iets anders"\nmsgstr "Merhaba"\n'
    answer = upload(desk, OWN, **{"1_tr_po": po.encode()})
    words = plain(desk.get(answer.location))
    assert "1.tr.po regel 7 , teken 1" in words and "E297 De tekst is veranderd na het vertalen: vertaal die opnieuw. the words of `title` changed" in words
    assert "Nog niet nagekeken door iemand met deze moedertaal: Turks." in words
    assert desk.client.get(f"{answer.location}/file/1.tr.po").text == po


REFUSED = {
    "no file": (b"", "", "Kies het bestand van een vragenlijst."),
    "a picture": (b"GIF", "foto.gif", "foto.gif is geen vragenlijst: de naam eindigt op .yaml."),
    "latin 1": ("titel: café".encode("latin-1"), "oud.yaml", "oud.yaml is geen UTF-8-tekst."),
    "NUL": (b"id: a\0", "oud.yaml", "oud.yaml is geen UTF-8-tekst."),
    "5 MB": (b"# " + b"a" * 5_000_000, "groot.yaml", "groot.yaml is groter dan 1 MB."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_questionnaire_is_refused_in_words(desk: Desk, school: Campus, case: str) -> None:
    content, name, message = REFUSED[case]
    answer = upload(desk, content, name)
    assert answer.status_code == 422 and message in answer.text
    assert school.session.scalars(select(ShelvedVersion)).first() is None


HOSTILE = {
    "bomb": ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi")), "E003"),
    "tag": ("id: !!python/object/apply:os.system [ls]\n", "E004"),
    "deep": ("a: " + "[" * 3000 + "]" * 3000, "E003"),
    "empty": ("\n", "E002"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_a_draft_with_a_finding(desk: Desk, case: str) -> None:
    content, code = HOSTILE[case]
    answer = upload(desk, content)
    assert answer.status_code == 303 and code in desk.get(answer.location)


def test_translation_of_another_file_is_refused(desk: Desk) -> None:
    answer = upload(desk, OWN, **{"2_ar_po": b""})
    assert answer.status_code == 422
    assert "2.ar.po hoort er niet bij: een vertaling heet 1.ar.po" in answer.text


def test_versions_of_another_school_do_not_exist(desk: Desk, other_school: Campus) -> None:
    theirs = other_school.staff(Role.administrator, "Piet Vos")
    files = shelf.Bundle("1.yaml", OWN.encode())
    made = shelf.add_draft(other_school.session, other_school.vault, "1.yaml", files, theirs.id, LATER)
    other_school.session.commit()
    for path in ("", "/preview", "/phone", "/phone/klaar", "/file/1.yaml"):
        assert desk.client.get(f"{ROOM}/{made.id}{path}").status_code == 404, path
    for path in ("/publish", "/retire", "/restore", "/drop", "/phone"):
        assert desk.post(f"{ROOM}/{made.id}{path}").status_code == 404, path


def test_folder_of_the_server_is_in_the_list(
    app: Flask, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    (tmp_path / "1.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "stuk.yaml").write_text("id: [\n", encoding="utf-8")
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], questionnaires=tmp_path))
    words = plain(desk.get(ROOM))
    assert re.search(r"napraten 1 .* gepubliceerd van deze server", words)
    assert "stuk.yaml concept, met fouten van deze server" in words


def test_next_version_says_what_changed_and_a_coordinator_what_it_would_change(
    desk: Desk, school: Campus, client: FlaskClient
) -> None:
    upload(desk, OWN)
    desk.post(f"{ROOM}/{row(school).id}/publish")
    two = OWN.replace("version: 1\n", "version: 2\n").replace("points: 0", "points: 1", 1)
    where = upload(desk, two, "2.yaml").location
    words = plain(desk.get(where))
    assert "Wat er veranderd is sinds napraten 1" in words and "andere punten voor" in words
    assert "Een coördinator ziet hier" in words and "/changes" not in desk.get(where)
    desk.get(f"{where}/changes", 403)  # its rules may ask anything, and this desk sees no answers
    office = signed_in(client, school, school.staff(Role.coordinator, "Karim Bakker"))
    assert f"{where}/changes" in office.get(where)
    assert "Er zijn minder dan 5 inzendingen" in office.get(f"{where}/changes")


def test_change_of_bands_is_counted_over_the_stored_responses(
    desk: Desk, school: Campus, client: FlaskClient
) -> None:
    course = make_course(school)
    for number in range(6):
        course.send(WORRIED, f"Student {number}")
    school.session.flush()
    changed = SOURCE.replace("id: stap", "id: proef").replace("version: 1", "version: 2").replace("{below: 1, label: goed}", "{below: 4, label: goed}")
    where = upload(desk, changed, "2.yaml").location
    office = signed_in(client, school, course.coordinator)
    page = plain(office.get(f"{where}/changes"))
    assert "6 inzendingen." in page and re.search(r"thuis zoals het was Goed Hulp Hulp 6 –", page)


def test_sheet_is_a_page_and_a_pdf(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "checkin")
    answer = desk.client.get(f"{ROOM}/{shipped.digest[:20]}/sheet")
    assert "Pagina&#39;s en vragen" in answer.text and "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert desk.client.get(f"{ROOM}/{shipped.digest[:20]}/sheet.pdf").data.startswith(b"%PDF")


# The preview


def walk(desk: Desk, start: str, language: str = "nl") -> list[str]:
    """Walk the preview to its end as a student would, the first option each time; return what was shown."""
    pages, address = [], f"{start}?language={language}"
    for _ in range(30):
        answer = desk.client.get(address)
        assert answer.status_code == 200, (address, answer.text[-400:])
        pages.append(answer.text)
        form = next((each for each in answer.text.split("<form")[1:] if 'class="go' in each and "/taal" not in each), None)
        if "/klaar" in address or form is None:
            return pages
        action = re.search(r'action="([^"]*)"', form.split(">")[0])
        target = action[1].replace("&amp;", "&") if action else address
        fields = dict.fromkeys(re.findall(r'type="radio" name="(\w+)"', form))
        given = {name: re.findall(rf'name="{name}" value="(\w+)"', form)[0] for name in fields}
        boxes = re.findall(r'type="checkbox" name="(\w+)" value="(\w+)"', form)
        given |= {boxes[0][0]: boxes[0][1]} if boxes else {}
        token = TOKEN.search(answer.text)
        moved = desk.client.post(target, data={"csrf_token": token[1] if token else "", **given})
        assert moved.status_code == 303, (target, given, moved.text[-600:])
        address = moved.location
    raise AssertionError("the preview has no end")


def test_preview_walks_to_the_outcome_and_stores_nothing(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "overstap")
    events = school.session.scalar(select(func.count()).select_from(Event))
    pages = walk(desk, f"{ROOM}/{shipped.digest[:20]}/phone")
    assert len(pages) > 8 and "Vraag 1 van" in pages[1] and "<h1>Klaar" in pages[-1] and "Noor" in pages[-1]
    for table in (Sitting, StoredDefinition):
        assert school.session.scalar(select(func.count()).select_from(table).execution_options(across_schools="test")) == 0
    assert school.session.scalar(select(func.count()).select_from(Event)) == events
    assert not [href for page in pages for href in re.findall(r'(?:href|action)="(/(?!staff/)[^"]*)"', page)]


def test_preview_shows_errors_and_keeps_the_answers_in_its_address(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "overstap")
    start = f"{ROOM}/{shipped.digest[:20]}/phone"
    first = desk.post(start).location
    assert desk.post(first).status_code == 422
    page = shipped.definition.pages[0].questions[0]
    code = next(iter(shipped.definition.questions[page].options))  # type: ignore[attr-defined]
    second = desk.post(first, **{page: code}).location
    back = desk.get(first.split("?")[0] + "?" + second.split("?")[1])
    assert re.search(rf'value="{code}"[^>]* checked', back)


def test_every_page_can_be_jumped_to(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "overstap")
    page = desk.get(f"{ROOM}/{shipped.digest[:20]}/preview")
    jumps = re.findall(r'<a href="([^"]+)" target="phone">', page)
    assert len(jumps) == len(shipped.definition.pages)
    assert "er zijn geen antwoorden gevonden" not in page
    for address in jumps:
        assert "Vraag" in desk.get(address)


def test_language_is_changed_on_the_phone(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "overstap")
    first = desk.post(f"{ROOM}/{shipped.digest[:20]}/phone").location
    form = re.search(r'action="([^"]*/taal[^"]*)"', desk.client.get(first).text)
    assert form
    answer = desk.post(form[1].replace("&amp;", "&"), language="en")
    assert answer.status_code == 303 and "Question 1 of" in desk.get(answer.location)
    away = desk.post(f"{ROOM}/{shipped.digest[:20]}/phone/taal?here=//elders.example", language="en")
    assert away.location.startswith(f"{ROOM}/")


def test_state_that_nobody_made_is_the_beginning(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "checkin")
    for state in ("x", "eJwD", "%00", "A" * 5000):
        assert desk.client.get(f"{ROOM}/{shipped.digest[:20]}/phone?s={state}").status_code == 200


def test_only_the_phone_may_stand_in_a_frame(desk: Desk, school: Campus) -> None:
    shipped = next(each for each in shelf.get_published(school.session) if each.questionnaire == "checkin")
    phone = desk.client.get(f"{ROOM}/{shipped.digest[:20]}/phone").headers["Content-Security-Policy"]
    around = desk.client.get(f"{ROOM}/{shipped.digest[:20]}/preview").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in phone and "frame-src" not in phone
    assert "frame-ancestors 'none'" in around and "frame-src 'self'" in around
    assert "frame-ancestors 'none'" in desk.client.get(ROOM).headers["Content-Security-Policy"]
