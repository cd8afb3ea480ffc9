"""Checking and sending the answers, in one window or two, and with a form that is too old."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from club import CHECKED, Pupil, count, text_of
from factories import NOW
from sqlalchemy.orm import Session

from survey import school
from survey.school import SchoolSettings
from survey.store.surveying import StoredOutcome
from survey.store.traces import Mail
from survey.vault import Vault

pytestmark = pytest.mark.usefixtures("school_day")


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
    assert "Meedoen ! Lastig Je doet nog niet mee." in words


def test_nothing_acute_begins_with_what_happens_now(pupil: Pupil) -> None:
    pupil.go_to_check()
    words = text_of(pupil.press("/controle"))
    assert "Klaar. Dank je, Yara. Wat gebeurt er nu? Sanne praat met je vóór 7 december." in words


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
