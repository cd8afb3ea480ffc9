"""The same journey with other questionnaires: the rooms know nothing of one of them."""

from __future__ import annotations

from trip import Launch, Pupil


def test_checkin_months_later_goes_badly(launched: Launch) -> None:
    trip = launched("checkin/1")
    iris = trip.invite("Iris Kade")
    iris.starts()
    assert "Vraag 1 van 4" in iris.page.reader.title
    iris.answers(nu_gevoel="slecht")
    assert "Praat met 113" in iris.page.words
    iris.answers(nu_bezig="niets_nu", nu_wens="graag", nu_waarbij=["gevoel", "rest"])
    assert "Hoe ik me voel, Iets anders" in iris.page.words
    assert "Sanne belt je vandaag." in iris.sends().words
    score = trip.score(iris)
    assert score == {
        "gevoel": "steun",
        "bezig": "steun",
        "nu_open": (2, 2),
        "nu_vraag": "graag",
        "nu_stap": 1,
        "flags": ["nu_slecht"],
        "path": ["nu_gevoel", "nu_bezig", "nu_wens", "nu_waarbij"],
    }
    desk = trip.sign_in(trip.mentor)
    assert "Zegt dat het slecht gaat." in desk.open("/staff/").words
    trip.finalise(desk, iris, remark="Gebeld, morgen op gesprek.")
    trip.work()
    assert len(trip.mails()) == 1
    paper = trip.download(desk, iris)
    assert len(paper.pages) <= 2 and "Hulp kan fijn zijn" in paper.words and "Gebeld, morgen op gesprek." in paper.words
    assert paper.facts["vragenlijst"]["id"] == "checkin"
    assert paper.facts["antwoorden"]["nu_waarbij"] == "Hoe ik me voel, Iets anders"


def test_checkin_that_goes_well_is_three_questions(launched: Launch) -> None:
    trip = launched("checkin/1")
    daan = trip.invite("Daan Visser")
    daan.starts()
    daan.answers(nu_gevoel="fijn", nu_bezig="zelfde", nu_wens="hoeft_niet")
    daan.sends()
    score = trip.score(daan)
    assert (score["nu_stap"], score["path"]) == (4, ["nu_gevoel", "nu_bezig", "nu_wens"])


def test_small_questionnaire_makes_documents_that_wait_for_the_students(launched: Launch) -> None:
    trip = launched("journey")
    large, small = trip.invite("Lot Groot"), trip.invite("Kim Klein", language="en")
    go(large, colour="rood", size="groot", reason="ja")
    go(small, colour="groen", size="klein")
    assert "We call you later." in small.sends().words
    assert "Sanne belt je vandaag." in large.sends().words
    assert trip.score(large) == {
        "space": "hulp", "turn": 1, "flags": ["large"], "path": ["colour", "size", "reason"],
    }  # fmt: skip
    assert trip.score(small) == {"space": "goed", "turn": 2, "flags": [], "path": ["colour", "size"]}

    desk = trip.sign_in(trip.coordinator)
    for pupil in (large, small):
        trip.finalise(desk, pupil)
    assert "Het document wordt gemaakt." in desk.open(f"/staff/students/{small.student.id}").words
    trip.work()
    home = desk.open("/staff/")
    assert "Purmerend Voorjaar 0 0 2" in home.words, "nothing is ready or agreed; two wait for their students"
    paper = trip.download(desk, large)
    assert paper.facts["antwoorden"] == {"colour": "Rood", "size": "Groot"}
    assert "Moet het groot zijn?" not in paper.facts["antwoorden"], "what the municipality may not see is not inside"


def go(pupil: Pupil, **given: str) -> None:
    """Start and answer up to the page with all answers."""
    pupil.starts()
    pupil.answers(**given)
    assert pupil.page.path == "/controle"
