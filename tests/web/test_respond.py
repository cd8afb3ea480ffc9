"""The student's way through the pages, as a browser without JavaScript sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from club import CHECKED, Pupil, count, text_of, token_of
from factories import NOW
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.store.surveying import Sitting

pytestmark = pytest.mark.usefixtures("school_day")


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


def test_acute_answer_is_followed_by_who_to_call_now_and_what_sending_does(pupil: Pupil) -> None:
    pupil.start()
    box = text_of(pupil.answer(lid="nee", bang="yes")).partition("Wil je nu met iemand praten?")[2]
    assert box.startswith(" Je mentor Sanne Bel 06 0000 0042 ")
    assert "Ga verder en stuur alles. Dan weet Sanne het. Sanne belt je vandaag." in box
    with time_machine.travel(NOW.replace(day=27, hour=22), tick=False):  # a Friday evening
        pupil.start()
        page = text_of(pupil.client.get("/v/uitleg?na=bang"))
    assert "Je mentor Sanne Bel" not in page, "nobody who is not there is named as to be called now"
    assert "Dan weet Sanne het. Sanne belt je maandag." in page


def test_ordinary_answer_shows_no_help_lines(pupil: Pupil) -> None:
    pupil.start()
    assert "Proeflijn" not in pupil.answer(lid="nee", bang="no").text


def test_student_reads_who_calls_when_before_sending(pupil: Pupil) -> None:
    page = pupil.go_to_check(bang="yes")
    assert "Sanne belt je vandaag." in text_of(page)
    with time_machine.travel(NOW.replace(day=27, hour=17), tick=False):  # a Friday after school
        words = text_of(pupil.start())
    assert "Sanne belt je maandag." in words and "De Proeflijn" in words
