"""After sending: who comes back is asked who is there; what was sent can be put right, saved and deleted."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from stages import NOW
from trip import Launch, Pupil, Trip

from survey import feedback
from survey.feedback import Opinion
from survey.store.surveying import Feedback, Sitting
from survey.throttle import LIMITS


@pytest.fixture
def trip(launched: Launch) -> Trip:
    """Give a class that is asked."""
    return launched("journey")


@pytest.fixture
def noor(trip: Trip) -> Pupil:
    """Give a student who sent everything."""
    pupil = trip.invite("Noor Bakker", birth_date=date(2008, 3, 12))
    pupil.starts()
    pupil.answers(colour="rood", size="groot", reason="ja")
    pupil.sends()
    return pupil


def test_who_just_sent_sees_what_happens_at_once(noor: Pupil) -> None:
    assert "Wat gebeurt er nu?" in noor.page.words
    assert "Wat gebeurt er nu?" in noor.phone.open("/klaar").words


def test_who_opens_the_link_again_gives_the_birth_date_first(noor: Pupil) -> None:
    page = noor.starts()
    assert page.reader.heading == "Ben jij Noor?" and "Groot" not in page.words
    page = noor.phone.send(page.form_to("/ik"), {"born": ["13", "3", "2008"]})
    assert page.status == 422 and "andere geboortedatum" in page.words and 'value="13"' in page.html
    page = noor.phone.send(page.form_to("/ik"), {"born": ["12", "maart", ""]})
    assert page.status == 422 and "Vul een dag, een maand en een jaar in." in page.words
    page = noor.phone.send(page.form_to("/ik"), {"born": ["12", "maart", "2008"]})
    assert page.path == "/klaar" and "Wat gebeurt er nu?" in page.words


def test_birth_date_cannot_be_guessed_on_phone_after_phone(trip: Trip, noor: Pupil) -> None:
    for day in range(13, 13 + LIMITS["born"].of_one):
        other = Pupil(noor.student, noor.invitation, noor.link, trip.new_phone())
        other.starts()
        assert other.says_who(date(2008, 3, day)).status == 422
    noor.starts()
    page = noor.says_who(date(2008, 3, 12))
    assert page.status == 429 and "Wacht een dag, of vraag Sanne." in page.words
    with time_machine.travel(NOW + timedelta(days=1, seconds=1), tick=False):
        noor.starts()
        assert noor.says_who(date(2008, 3, 12)).path == "/klaar"


def test_right_birth_date_ends_the_count_of_wrong_ones(noor: Pupil) -> None:
    for _ in range(LIMITS["born"].of_one):
        noor.starts()
        assert noor.says_who(date(2008, 3, 13)).status == 422
        assert noor.says_who(date(2008, 3, 12)).path == "/klaar"


def test_unknown_phone_reaches_nothing_of_what_was_sent(trip: Trip, noor: Pupil) -> None:
    other = Pupil(noor.student, noor.invitation, noor.link, trip.new_phone())
    other.starts()
    for path in ("/klaar", "/mijn-antwoorden", "/mijn-antwoorden.json", "/verwijderen", "/v/colour", "/controle"):
        page = other.phone.open(path)
        assert page.reader.heading == "Ben jij Noor?" and "Rood" not in page.words, path
    noor.phone.send(noor.page.form_to("/verbeteren"))
    assert other.phone.open("/controle").reader.heading == "Ben jij Noor?", "also while somebody corrects on another phone"


def test_school_that_knows_no_birth_date_asks_by_name(trip: Trip) -> None:
    kim = trip.invite("Kim Klein")
    kim.starts()
    kim.answers(colour="groen", size="klein")
    kim.sends()
    page = kim.starts()
    assert page.reader.heading == "Ben jij Kim?" and "geboren" not in page.words
    assert "Wat gebeurt er nu?" in kim.comes_back().words


def test_somebody_else_leaves_at_once(noor: Pupil) -> None:
    page = noor.phone.send(noor.starts().form_to("/niet-jij"))
    assert page.path == "/weg"
    assert noor.phone.open("/klaar").status == 403


def test_change_counts_when_it_is_sent_again(trip: Trip, noor: Pupil) -> None:
    page = noor.phone.send(noor.page.form_to("/verbeteren"))
    assert page.path == "/controle" and "Je verandert wat je hebt verstuurd." in page.words
    noor.phone.open("/v/colour?terug=controle")
    noor.phone.answer(colour="blauw")
    assert trip.score(noor)["path"] and trip.sitting(noor).sendings == 1
    noor.phone.open("/controle")
    noor.sends()
    assert trip.values(noor)["colour"] == "blauw" and trip.sitting(noor).sendings == 2
    assert "Wat gebeurt er nu?" in noor.page.words


def test_change_can_be_left(trip: Trip, noor: Pupil) -> None:
    noor.phone.send(noor.page.form_to("/verbeteren"))
    noor.phone.open("/v/colour?terug=controle")
    noor.phone.answer(colour="blauw")
    page = noor.phone.open("/controle")
    page = noor.phone.send(page.form_to("/laat-zo"))
    assert page.path == "/klaar" and trip.values(noor)["colour"] == "rood"


def test_stranger_with_the_link_leaves_a_change_alone(trip: Trip, noor: Pupil) -> None:
    noor.phone.send(noor.page.form_to("/verbeteren"))
    other = Pupil(noor.student, noor.invitation, noor.link, trip.new_phone())
    form = other.starts().form_to("/ik")
    form.action = "/laat-zo"
    assert other.phone.send(form).reader.heading == "Ben jij Noor?"
    assert trip.sitting(noor).correction is not None


def test_after_the_mentor_finalised_a_change_goes_through_the_mentor(trip: Trip, noor: Pupil) -> None:
    form = noor.page.form_to("/verbeteren")
    trip.finalise(trip.sign_in(trip.mentor), noor)
    assert noor.phone.send(form).path == "/klaar"
    assert "erover gepraat" not in noor.page.words, "no talk was noted"
    words = noor.page.words
    assert words.index("Wat gebeurt er nu?") < words.index("Er is een verslag over jou")
    assert "School heeft je antwoorden bekeken." in words and "Vertel het aan Sanne." in words
    assert trip.sitting(noor).correction is None


def test_deleting_is_asked_once_and_done_for_ever(trip: Trip, noor: Pupil) -> None:
    page = noor.phone.open("/verwijderen")
    assert "Je krijgt ze niet terug." in page.words
    page = noor.phone.send(page.form_to("/verwijderen"))
    assert page.reader.heading == "Je antwoorden zijn weg"
    row = trip.campus.session.scalars(select(Sitting).execution_options(populate_existing=True)).one()
    assert (row.status, row.wrapped_key, row.answers) == ("erased", b"", b"")
    desk = trip.sign_in(trip.mentor)
    assert desk.open("/staff/").status == 200
    assert desk.open(f"/staff/students/{noor.student.id}").status == 200
    assert desk.open(f"/staff/classes/{trip.group.id}").status == 200


def test_who_deleted_can_begin_again(trip: Trip, noor: Pupil) -> None:
    noor.phone.send(noor.phone.open("/verwijderen").form_to("/verwijderen"))
    page = noor.phone.open(noor.link.partition("localhost")[2])
    assert "je antwoorden zijn weg" in page.words
    assert noor.starts().path == "/v/colour"
    noor.answers(colour="groen", size="klein")
    noor.sends()
    assert "Wat gebeurt er nu?" in noor.page.words


def test_half_filled_answers_can_be_deleted_too(trip: Trip) -> None:
    kim = trip.invite("Kim Klein")
    kim.starts()
    kim.answers(colour="groen")
    page = kim.phone.open("/verwijderen")
    assert kim.phone.send(page.form_to("/verwijderen")).reader.heading == "Je antwoorden zijn weg"


def test_own_answers_come_as_a_page_to_keep(noor: Pupil) -> None:
    page = noor.phone.open("/mijn-antwoorden")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-disposition"] == 'attachment; filename="mijn-antwoorden.html"'
    for words in ("Hoe groot?", "Rood", "Verstuurd op", "Wat je antwoorden betekenen", "Wat gebeurt er nu?"):
        assert words in page.words
    assert "<style>" in page.html and "<link" not in page.html and "<script" not in page.html, "it stands on its own"


def test_own_answers_are_a_page_before_they_are_sent_too(trip: Trip) -> None:
    kim = trip.invite("Kim Klein")
    kim.starts()
    kim.answers(colour="groen")
    words = kim.phone.open("/mijn-antwoorden").words
    assert "Groen" in words and "Nog niet verstuurd" in words and "Niet ingevuld" in words
    assert "Wat je antwoorden betekenen" not in words


def test_own_answers_come_for_a_computer_too(noor: Pupil) -> None:
    page = noor.phone.open("/mijn-antwoorden.json")
    assert page.headers["content-type"].startswith("application/json")
    assert page.headers["content-disposition"] == 'attachment; filename="mijn-antwoorden.json"'
    rows = json.loads(page.content)["antwoorden"]
    assert {row["id"]: row["antwoord"] for row in rows}["colour"] == "Rood"


def test_opinion_is_kept_apart_from_the_answers(trip: Trip, noor: Pupil) -> None:
    page = noor.phone.open("/mening")
    page = noor.phone.send(page.form_to("/mening"), {"words": ""})
    assert page.status == 422 and "Kies een antwoord of schrijf iets." in page.words
    page = noor.phone.send(page.form_to("/mening"), {"easy": "partly", "words": "Fijn kort."})
    assert page.reader.heading == "Dank je wel"
    columns = set(Feedback.__table__.columns.keys())
    assert columns == {"id", "school_id", "round_id", "content", "day"}, "nothing that tells who"


def test_opinions_are_shown_from_five_on(trip: Trip) -> None:
    session, vault = trip.campus.session, trip.campus.vault
    for number in range(feedback.FEWEST):
        assert feedback.get_opinions(session, vault, trip.round.id) == []
        feedback.give(session, vault, trip.round.id, Opinion("easy", f"Zin {number}."), trip.round.opens_at)
        session.flush()
    found = feedback.get_opinions(session, vault, trip.round.id)
    assert sorted(one.words for one in found) == [f"Zin {number}." for number in range(feedback.FEWEST)]


def test_too_long_an_opinion_comes_back(noor: Pupil) -> None:
    text = "lang " * 120
    page = noor.phone.open("/mening")
    page = noor.phone.send(page.form_to("/mening"), {"words": text})
    assert page.status == 422 and text.strip() in page.html
