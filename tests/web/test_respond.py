"""The student's way through the pages, as a browser without JavaScript sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey import school
from survey.school import SchoolSettings
from survey.store.surveying import Invitation, Round, Sitting, StoredOutcome
from survey.store.traces import Mail
from survey.vault import Vault

CLUB = (Path(__file__).parent / "club.yaml").read_text(encoding="utf-8")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen-at" value="([^"]*)"')
CHECKED = re.compile(r'value="(\w+)" id="[\w-]+" checked')


@dataclass
class Pupil:
    """One browser on one link."""

    client: FlaskClient
    token: str
    round: Round
    invitation: Invitation

    def start(self) -> TestResponse:
        """Open the link, press Start, follow to the question."""
        return self.press(f"/u/{self.token}")

    def press(self, address: str, shown: TestResponse | None = None, **fields: object) -> TestResponse:
        """Open a page (or use one that was shown before), fill in the fields, press its button and follow."""
        shown = shown or self.client.get(address)
        seen = SEEN.search(shown.text)
        data = {"csrf_token": token_of(shown), **({"seen-at": unescape(seen[1])} if seen else {}), **fields}
        return self.client.post(address, data=data, follow_redirects=True)

    def answer(self, **answers: object) -> TestResponse:
        """Answer pages by id, each holding the question of that name."""
        response = None
        for page, value in answers.items():
            response = self.press(f"/v/{page}", **{page: value})
        assert response is not None
        return response

    def go_to_check(self, lid: str = "nee", bang: str = "no") -> TestResponse:
        """Start and answer everything on the shorter path."""
        self.start()
        self.answer(lid=lid, bang=bang)
        self.press("/v/uitleg")
        return self.press("/v/woorden")


@pytest.fixture(autouse=True)
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def invite(app: Flask, school: Campus) -> Callable[..., Pupil]:
    """Return a function that invites one more student to the same round."""
    group, round_ = school.group(school.staff()), school.round(CLUB)

    def make(name: str = "Yara Smit", language: str = "nl") -> Pupil:
        invitation, token = school.invitation(round_, school.student(group, name))
        school.session.commit()
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return Pupil(client, token, round_, invitation)

    return make


@pytest.fixture
def pupil(invite: Callable[..., Pupil]) -> Pupil:
    """Return a student with an unused link."""
    return invite()


def token_of(page: TestResponse) -> str:
    """Return the token of a page's forms."""
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def text_of(page: TestResponse) -> str:
    """Return the words of a page on one line."""
    return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).split()))


def count(session: Session, table: type[object]) -> int:
    """Return the number of rows of a table."""
    return session.scalars(select(func.count()).select_from(table)).one()


# Start


def test_start_page_says_who_asks_and_who_sees_what(pupil: Pupil) -> None:
    page = pupil.client.get(f"/u/{pupil.token}")
    assert page.status_code == 200
    words = text_of(page)
    assert "Hoi Yara. Sanne van ROC Waterland vraagt iets." in words
    assert "Alleen Sanne leest dit." in words
    assert "6 korte vragen." in words
    assert "Sanne de Wit 06 0000 0042" in words


def test_looking_at_a_link_uses_nothing_up(pupil: Pupil, session: Session) -> None:
    for _ in range(20):
        assert pupil.client.get(f"/u/{pupil.token}").status_code == 200
    assert count(session, Sitting) == 0
    assert pupil.start().request.path == "/v/lid"


def test_upper_case_address_of_the_code_on_paper_is_the_same_link(pupil: Pupil) -> None:
    assert pupil.press(f"/U/{pupil.token.upper()}").request.path == "/v/lid"


def test_start_rotates_the_cookie(pupil: Pupil) -> None:
    pupil.client.get(f"/u/{pupil.token}")
    before = pupil.client.get_cookie("survey")
    pupil.start()
    after = pupil.client.get_cookie("survey")
    assert before and after and before.value != after.value


def test_link_goes_on_where_the_student_was(pupil: Pupil, app: Flask) -> None:
    pupil.start()
    pupil.answer(lid="ja", team=["spelen"])
    other_phone = Pupil(app.test_client(), pupil.token, pupil.round, pupil.invitation)
    assert "fijn dat je er weer bent" in text_of(other_phone.client.get(f"/u/{pupil.token}"))
    page = other_phone.start()
    assert page.request.path == "/v/keer"
    assert "Je was bij vraag 3." in text_of(page)


@pytest.mark.parametrize("token", ["0" * 26, "kort", "x" * 64, "Æ" * 26, "../staff", "a/b"])
def test_unknown_and_malformed_links_look_the_same(pupil: Pupil, token: str) -> None:
    reference = pupil.client.get("/u/" + "Z" * 26)
    page = pupil.client.get(f"/u/{token}")
    assert page.status_code == reference.status_code == 404
    assert text_of(page) == text_of(reference)


def test_revoked_link_looks_like_an_unknown_one(pupil: Pupil, session: Session) -> None:
    pupil.start()
    pupil.invitation.revoked_at = NOW
    session.commit()
    assert text_of(pupil.client.get(f"/u/{pupil.token}")) == text_of(pupil.client.get("/u/" + "Z" * 26))
    assert pupil.client.get("/v/lid").status_code == 403


def test_new_link_closes_browsers_that_used_the_old_one(pupil: Pupil, session: Session) -> None:
    pupil.start()
    pupil.invitation.generation = 2
    session.commit()
    assert pupil.client.get("/v/lid").status_code == 403


def test_cookie_of_yesterday_asks_for_the_link_again(pupil: Pupil) -> None:
    pupil.start()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert "Open je link opnieuw" in text_of(pupil.client.get("/v/lid"))
        assert pupil.start().request.path == "/v/lid"


def test_page_without_cookie_says_to_open_the_link(pupil: Pupil) -> None:
    page = pupil.client.get("/v/lid")
    assert page.status_code == 403
    assert "Open je link opnieuw" in text_of(page)


# A round that is not open


def test_closed_round_says_so_and_whom_to_call(pupil: Pupil) -> None:
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        page = pupil.client.get(f"/u/{pupil.token}")
    assert page.status_code == 200
    assert "Het is gesloten Je kon antwoorden tot 23 december 2026." in text_of(page)
    assert "Sanne de Wit 06 0000 0042" in text_of(page)


def test_round_to_come_says_when(pupil: Pupil) -> None:
    with time_machine.travel(NOW - timedelta(days=3), tick=False):
        assert "Je kunt beginnen op 22 november 2026." in text_of(pupil.client.get(f"/u/{pupil.token}"))


def test_round_that_closes_half_way_takes_no_more_answers(pupil: Pupil) -> None:
    shown = pupil.start()
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        assert "Het is gesloten" in text_of(pupil.client.get(f"/u/{pupil.token}"))
        pupil.client.get("/v/lid")
        page = pupil.client.post("/v/lid", data={"csrf_token": token_of(shown), "lid": "ja"})
    assert page.status_code in (400, 403)


# Questions


def test_question_stands_alone_with_its_words(pupil: Pupil) -> None:
    page = pupil.start()
    assert re.search(r"<legend>\s*<h1>Ben je lid van een club\?</h1>", page.text)
    assert "<title>Vraag 1 van 6 · Sport</title>" in page.text
    assert "Bijvoorbeeld voetbal." in page.text
    assert "Waarom vragen we dit? Dan weten we wat je al doet." in text_of(page)
    assert page.text.count('class="o q"') == 2, "not knowing and not saying are quieter"


def test_empty_answer_is_an_error_with_the_words_of_the_question(pupil: Pupil) -> None:
    pupil.start()
    page = pupil.press("/v/lid")
    assert page.status_code == 422
    assert "<title>Fout: Vraag 1 van 6" in page.text
    summary = page.text.partition('class="errors"')[2].partition('<form method="post" action="/v/lid')[0]
    assert "autofocus" in summary and 'href="#lid"' in summary
    assert "Ben je lid van een club?" in summary and "Kies een antwoord." in summary
    assert 'aria-describedby="lid-hint lid-error"' in page.text


def test_no_error_before_sending(pupil: Pupil) -> None:
    assert 'class="errors"' not in pupil.start().text


def test_refused_input_is_kept(pupil: Pupil) -> None:
    pupil.start()
    pupil.answer(lid="ja", team=["spelen"])
    page = pupil.press("/v/keer", keer="twee")
    assert page.status_code == 422
    assert 'value="twee"' in page.text and "Gebruik cijfers, zoals 12." in text_of(page)
    assert "Gebruik een getal van 20 of minder." in text_of(pupil.press("/v/keer", keer="21"))


def test_choice_that_stands_alone_cannot_be_combined(pupil: Pupil) -> None:
    pupil.start()
    pupil.answer(lid="ja")
    page = pupil.press("/v/team", team=["spelen", "niets"])
    assert page.status_code == 422
    assert CHECKED.findall(page.text) == ["spelen", "niets"]


def test_answer_that_is_not_offered_is_refused(pupil: Pupil) -> None:
    pupil.start()
    assert pupil.press("/v/lid", lid="misschien").status_code == 422


def test_long_text_is_refused_and_kept(pupil: Pupil) -> None:
    pupil.go_to_check()
    page = pupil.press("/v/woorden", goed="x" * 41, wens="Een <b>huis</b>\nen een hond")
    assert page.status_code == 422
    assert "niet meer dan 40 tekens, nu 41" in text_of(page)
    assert "Een &lt;b&gt;huis&lt;/b&gt;\nen een hond</textarea>" in page.text


def test_saved_is_said_and_back_shows_the_answer(pupil: Pupil) -> None:
    pupil.start()
    page = pupil.answer(lid="ja")
    assert page.request.path == "/v/team"
    assert "✓ Bewaard" in text_of(page)
    assert '<a href="/v/lid">' in page.text
    for _ in range(2):  # and Reload
        assert CHECKED.findall(pupil.client.get("/v/lid").text) == ["ja"]


def test_changed_answer_changes_the_path(pupil: Pupil) -> None:
    pupil.start()
    pupil.answer(lid="ja", team=["spelen"])
    page = pupil.answer(lid="nee")
    assert page.request.path == "/v/bang"
    assert '<a href="/v/lid">' in page.text


def test_total_never_grows(pupil: Pupil) -> None:
    pupil.start()
    totals = [
        int(re.search(r"<title>Vraag \d+ van (\d+)", page.text)[1])  # type: ignore[index]
        for page in (pupil.client.get("/v/lid"), pupil.answer(lid="ja"), pupil.answer(lid="nee"), pupil.answer(bang="no"))
    ]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("path", ["/v/woorden", "/v/team", "/v/bestaat_niet", "/controle", "/klaar"])
def test_page_out_of_order_leads_to_first_open_question(pupil: Pupil, path: str) -> None:
    pupil.start()
    page = pupil.client.get(path, follow_redirects=True)
    assert page.request.path == "/v/lid"
    posted = pupil.client.post(path, data={"csrf_token": token_of(page), "goed": "te vroeg"}, follow_redirects=True)
    assert posted.request.path in ("/v/lid", "/klaar")


def test_posting_ahead_stores_nothing(pupil: Pupil, session: Session) -> None:
    shown = pupil.start()
    before = session.scalars(select(Sitting.answers)).one()
    pupil.press("/v/woorden", shown, goed="te vroeg")
    session.expire_all()
    assert session.scalars(select(Sitting.answers)).one() == before


def test_fields_that_were_not_asked_are_ignored(pupil: Pupil, session: Session) -> None:
    pupil.start()
    pupil.press("/v/lid", lid="nee", bang="yes", status="sent", priority="1", school_id="x", version="9")
    session.expire_all()
    sitting = session.scalars(select(Sitting)).one()
    assert (sitting.status, sitting.priority) == ("started", None)
    assert CHECKED.findall(pupil.client.get("/v/bang").text) == []


# Help at once


def test_help_lines_stand_on_the_page_after_an_acute_answer(pupil: Pupil) -> None:
    pupil.start()
    page = pupil.answer(lid="nee", bang="yes")
    assert page.request.path == "/v/uitleg"
    assert 'href="tel:08000000"' in page.text and "De Proeflijn. Gratis." in page.text
    assert "De Proeflijn" not in pupil.client.get("/v/uitleg").text, "not again when looking back"


def test_ordinary_answer_shows_no_help_lines(pupil: Pupil) -> None:
    pupil.start()
    assert "Proeflijn" not in pupil.answer(lid="nee", bang="no").text


def test_student_reads_who_calls_when_before_sending(pupil: Pupil) -> None:
    page = pupil.go_to_check(bang="yes")
    assert "Sanne belt je vandaag." in text_of(page)
    with time_machine.travel(NOW.replace(day=27, hour=17), tick=False):  # a Friday after school
        words = text_of(pupil.start())
    assert "Sanne belt je maandag." in words and "De Proeflijn" in words


# Check and send


def test_check_page_shows_every_answer_on_the_path(pupil: Pupil) -> None:
    page = pupil.go_to_check()
    assert page.request.path == "/controle"
    words = text_of(page)
    for said in ("Ben je lid van een club? Nee Wijzig", "Ben je bang? Nee Wijzig", "Wat kan je goed? Niet ingevuld Wijzig"):
        assert said in words
    assert "Bijna klaar." not in words and "Hoe vaak per week?" not in words
    assert "Stuur naar Sanne" in words


def test_change_from_the_check_page_returns_to_it(pupil: Pupil) -> None:
    pupil.go_to_check()
    page = pupil.press("/v/bang?terug=controle", bang="yes")
    assert page.request.path == "/controle"
    assert "Ben je bang? Ja Wijzig" in text_of(page)


def test_change_that_opens_questions_leads_to_the_first_of_them(pupil: Pupil) -> None:
    pupil.go_to_check()
    page = pupil.press("/v/lid?terug=controle", lid="ja")
    assert page.request.full_path == "/v/team?na=lid&terug=controle"
    assert pupil.press("/v/team?terug=controle", team="helpen").request.path == "/v/keer"
    assert pupil.press("/v/keer?terug=controle", keer="2").request.path == "/controle"


def test_what_says_all_answers_is_never_shown_from_memory(pupil: Pupil) -> None:
    pupil.start()
    page = pupil.go_to_check()
    assert page.headers["Cache-Control"] == "no-store"
    assert pupil.press("/controle").headers["Cache-Control"] == "no-store"


def test_sending_says_what_happens_now(pupil: Pupil) -> None:
    pupil.go_to_check(bang="yes")
    page = pupil.press("/controle")
    assert page.request.path == "/klaar"
    words = text_of(page)
    assert "Klaar. Dank je, Yara." in words
    assert words.index("De Proeflijn") < words.index("Wat gebeurt er nu?"), "help comes first"
    assert "Sanne belt je vandaag." in words
    assert "Sanne praat met je voor 7 december." in words
    assert "Meedoen ! Lastig Je doet nog niet mee." in words


def test_second_send_gives_the_first_receipt(pupil: Pupil, session: Session) -> None:
    shown = pupil.go_to_check(bang="yes")
    first, second = pupil.press("/controle", shown), pupil.press("/controle", shown)
    code = re.compile(r"Je code is (\w+)")
    assert code.findall(first.text) == code.findall(second.text) != []
    assert (count(session, StoredOutcome), count(session, Mail)) == (1, 1)


@pytest.mark.parametrize("path", ["/v/lid", "/v/woorden", "/controle"])
def test_after_sending_every_page_leads_to_what_happens_now(pupil: Pupil, path: str) -> None:
    shown = pupil.go_to_check()
    pupil.press("/controle", shown)
    assert pupil.client.get(path, follow_redirects=True).request.path == "/klaar"
    assert pupil.press(path, shown, lid="ja").request.path == "/klaar"
    assert "Kijk wat er nu gebeurt" in text_of(pupil.client.get(f"/u/{pupil.token}"))
    assert pupil.start().request.path == "/klaar"


def test_sent_answers_stay_readable_when_the_round_is_over(pupil: Pupil) -> None:
    pupil.press("/controle", pupil.go_to_check())
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        assert "je hebt alles gestuurd" in text_of(pupil.client.get(f"/u/{pupil.token}"))


# Two windows


def test_two_answers_are_both_shown_and_the_student_chooses(pupil: Pupil) -> None:
    pupil.start()
    here, there = pupil.client.get("/v/lid"), pupil.client.get("/v/lid")
    pupil.press("/v/lid", there, lid="ja")
    conflict = pupil.press("/v/lid", here, lid="nee")
    assert conflict.status_code == 409
    words = text_of(conflict)
    assert "Wat je hier invulde Ben je lid van een club? Nee" in words
    assert "Wat je ergens anders invulde Ben je lid van een club? Ja" in words
    chosen = pupil.press("/v/lid", conflict, lid="nee")
    assert chosen.request.path == "/v/bang"
    assert CHECKED.findall(pupil.client.get("/v/lid").text) == ["nee"]


def test_same_answer_in_two_windows_is_no_conflict(pupil: Pupil) -> None:
    pupil.start()
    here, there = pupil.client.get("/v/lid"), pupil.client.get("/v/lid")
    pupil.press("/v/lid", there, lid="ja")
    assert pupil.press("/v/lid", here, lid="ja").request.path == "/v/team"


def test_conflict_keeps_the_other_answers_of_the_page(pupil: Pupil) -> None:
    pupil.go_to_check()
    here, there = pupil.client.get("/v/woorden"), pupil.client.get("/v/woorden")
    pupil.press("/v/woorden", there, goed="zingen")
    conflict = pupil.press("/v/woorden", here, goed="koken", wens="een huis")
    assert conflict.status_code == 409
    mine, theirs = re.findall(r'name="goed" value="(\w+)"', conflict.text)
    assert (mine, theirs) == ("koken", "zingen")
    assert conflict.text.count('name="wens" value="een huis"') == 2


# Language


def test_language_changes_and_the_page_stays(pupil: Pupil) -> None:
    page = pupil.start()
    assert '<html lang="nl" dir="ltr">' in page.text
    data = {"csrf_token": token_of(page), "language": "en", "here": "/v/lid"}
    page = pupil.client.post("/taal", data=data, follow_redirects=True)
    assert page.request.path == "/v/lid"
    assert '<html lang="en" dir="ltr">' in page.text
    assert "Are you a member of a club?" in page.text and "Question 1 of 6" in page.text


def test_language_can_be_chosen_before_start_and_is_kept(pupil: Pupil, session: Session) -> None:
    address = f"/u/{pupil.token}"
    data = {"csrf_token": token_of(pupil.client.get(address)), "language": "en", "here": address}
    assert "Hi Yara." in pupil.client.post("/taal", data=data, follow_redirects=True).text
    assert "Are you a member" in pupil.start().text
    assert session.scalars(select(Sitting.language)).one() == "en"


def test_browser_language_is_spoken_first(invite: Callable[..., Pupil]) -> None:
    assert "6 short questions." in text_of((english := invite(language="en-GB")).client.get(f"/u/{english.token}"))


@pytest.mark.parametrize("here", ["//evil.example", "https://evil.example", "/staff/", "/v/lid\\x", "/v/../staff", ""])
def test_language_leads_to_own_pages_only(pupil: Pupil, here: str) -> None:
    data = {"csrf_token": token_of(pupil.start()), "language": "en", "here": here}
    assert pupil.client.post("/taal", data=data).status_code == 400


def test_language_that_the_questionnaire_lacks_is_refused(pupil: Pupil) -> None:
    data = {"csrf_token": token_of(pupil.start()), "language": "xx", "here": "/v/lid"}
    assert pupil.client.post("/taal", data=data).status_code == 400


# Forms that are too old


def test_old_form_keeps_what_was_typed(pupil: Pupil) -> None:
    pupil.go_to_check()
    page = pupil.client.post("/v/woorden", data={"csrf_token": "oud", "goed": "ik kan <goed> koken"})
    assert page.status_code == 400
    assert "ik kan &lt;goed&gt; koken" in page.text
    assert 'href="/v/woorden"' in page.text


def test_second_start_keeps_the_other_tab_alive(pupil: Pupil) -> None:
    shown = pupil.start()
    pupil.start()
    assert pupil.press("/v/lid", shown, lid="ja").request.path == "/v/team"


def test_link_of_another_student_replaces_the_first(invite: Callable[..., Pupil]) -> None:
    yara, daan = invite("Yara Smit"), invite("Daan Visser")
    yara.start()
    yara.answer(lid="ja")
    daan.client = yara.client
    assert CHECKED.findall(daan.start().text) == []
    assert CHECKED.findall(daan.client.get("/v/lid").text) == []


def test_promise_of_a_holiday_names_the_next_school_day_and_who_can_be_called_now(
    pupil: Pupil, session: Session, vault: Vault
) -> None:
    """R14: nobody is at the school today, so "today" would not be true."""
    school.save_settings(session, vault, SchoolSettings(holidays=((NOW.date(), NOW.date()),)), "system", NOW)
    session.commit()
    page = pupil.go_to_check(bang="yes")
    words = text_of(page)
    assert "Sanne belt je morgen." in words and "vandaag" not in words
    done = text_of(pupil.press("/controle", page))
    assert "Sanne belt je morgen." in done and "Wil je nu met iemand praten?" in done
