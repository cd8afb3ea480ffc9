"""From the concept to a document that may leave: the student reads, ticks, agrees or refuses, and can take it back."""

from __future__ import annotations

from datetime import date

import pytest
from phone import Page
from sqlalchemy import select
from trip import ASKS_FOR_HOUSING, Launch, Pupil, Trip, read_paper

from survey import agreement
from survey.school import SchoolSettings, save_settings
from survey.seals import Verdict, judge
from survey.store.agreeing import HandoverEvent
from survey.store.traces import Event

MARK = "CONCEPT - NIET VERSTUREN"


@pytest.fixture
def trip(launched: Launch) -> Trip:
    """Give a class with the questionnaire that ships."""
    return launched("overstap/1")


def finalised(trip: Trip, **known: object) -> Pupil:
    """Bring one student to a concept."""
    pupil = trip.invite("Sem de Jong", phone="06 0000 0001", email="sem@voorbeeld.nl", **known)
    pupil.starts()
    pupil.answers(**ASKS_FOR_HOUSING)
    pupil.sends()
    desk = trip.sign_in(trip.mentor)
    trip.enter(desk, pupil, question="Help Sem met wonen.", done="We belden drie verhuurders.")
    trip.finalise(desk, pupil, remark="Sem werkt hard.")
    return pupil


def make_final(trip: Trip, pupil: Pupil) -> Page:
    """Press the mentor's button, and let the worker work."""
    desk = trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{pupil.student.id}")
    page = desk.send(page.form_to("/final"))
    trip.work()
    return page


def stage(trip: Trip, pupil: Pupil) -> str:
    """Return the state that lists sort by, which is that of the events."""
    row = trip.sitting(pupil)
    assert row.stage == agreement.get_state(trip.campus.session, trip.campus.vault, row).stage
    return row.stage


def test_student_reads_keeps_one_subject_back_and_agrees(trip: Trip) -> None:
    sem = finalised(trip)
    assert stage(trip, sem) == "concept"
    page = sem.phone.open(f"/u/{sem.link.rpartition('/')[2]}")
    assert "Er is een verslag over jou. Jij beslist wat gedeeld wordt." in page.words
    page = sem.phone.send(page.form, {"to": "verslag"})
    assert page.reader.heading == "Ben jij Sem?" and "verslag" not in page.words, "who is not known reads nothing"
    assert sem.says_who().path == "/verslag", "and then what was asked for"
    sem.starts()
    assert "verslag" not in sem.phone.open("/verslag").words, "somebody who is not known reads nothing"
    sem.says_who()
    assert "Er is een verslag over jou" in sem.page.words
    done = trip.decide(sem, keep=("domain.wonen", "reach"), reaction="Klopt. Liever appen.")
    assert "Je zei ja" in done.words and "Wonen" not in done.words.partition("Wil je stoppen")[0]
    assert stage(trip, sem) == "agreed"

    page = make_final(trip, sem)
    assert "Definitief: mag weg" in page.words and "“Klopt. Liever appen.”" in page.words
    content = trip.download_file(trip.sign_in(trip.coordinator), sem)
    paper = read_paper(content)
    assert MARK not in paper.words and len(paper.pages) == 2
    for shared in ("Sem de Jong", "Help Sem met wonen.", "Sem werkt hard.", "We belden drie verhuurders.",
                   "Klopt. Liever appen.", "op de eigen telefoon", "Ik kan goed koken."):  # fmt: skip
        assert shared in paper.words, shared
    for kept in ("06 0000 0001", "sem@voorbeeld.nl"):
        assert kept not in paper.words and kept not in str(paper.facts), kept
    (housing,) = [each for each in paper.facts["domeinen"] if each["naam"] == "Wonen"]
    assert (housing["beeld"], housing["redenen"]) == ("niet gedeeld", [])
    assert "wonen" not in paper.facts["antwoorden"]
    assert {"Wonen", "Telefoon, mail en tweede contact"} <= set(paper.facts["niet_gedeeld"])
    assert (paper.facts["status"], paper.facts["instemming"]["reactie"]) == ("vastgesteld", "Klopt. Liever appen.")
    assert judge(trip.campus.session, content).verdict is Verdict.OURS
    assert judge(trip.campus.session, content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]).verdict is not Verdict.OURS


def test_student_has_an_own_copy_and_can_take_the_agreement_back(trip: Trip) -> None:
    sem = finalised(trip)
    trip.decide(sem)
    make_final(trip, sem)
    sem.starts()
    sem.says_who()
    page = sem.phone.open("/verslag")
    assert "Haal je eigen verslag op" in page.words
    desk = trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{sem.student.id}")
    desk.send(page.form_to("/sent"), {"sent-to": "M. Smit"})
    assert stage(trip, sem) == "sent"
    assert "Haal je eigen verslag op" in sem.phone.open("/verslag/klaar").words
    copy = sem.phone.open("/verslag/mijn-verslag.pdf")
    assert (copy.status, copy.headers["content-type"]) == (200, "application/pdf")
    sem.phone.open("/verslag/stop")
    page = sem.phone.send(sem.page.form_to("/stop"))
    assert "Je bent gestopt" in page.words and stage(trip, sem) == "withdrawn"
    assert sem.phone.open("/verslag/mijn-verslag.pdf").status == 404
    page = desk.open(f"/staff/students/{sem.student.id}")
    assert "aan M. Smit" in page.words and "Vraag de ontvanger om te wissen" in page.words
    assert "Ingetrokken: niet versturen" in page.words and "Download de definitieve PDF" not in page.words


def test_refusal_keeps_everything_at_school_until_the_student_thinks_again(trip: Trip) -> None:
    sem = finalised(trip)
    done = trip.decide(sem, word="nee")
    assert "Er wordt niets verstuurd" in done.words and stage(trip, sem) == "refused"
    desk = trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{sem.student.id}")
    assert all(not form.action.endswith("/final") for form in page.reader.forms)
    page = sem.phone.open("/verslag/besluit")
    assert page.html.count('<button class="go second') == 2, "yes and no are equally big"
    sem.phone.send(page.form_to("/besluit"), {"word": "ja", "reaction": ""})
    assert stage(trip, sem) == "agreed"


def test_change_after_finalising_is_a_new_version_that_asks_again(trip: Trip) -> None:
    sem = finalised(trip)
    trip.decide(sem)
    desk = trip.sign_in(trip.mentor)
    old = sem.phone.open("/verslag/besluit")
    trip.finalise(desk, sem, remark="Sem werkt hard. Hij zoekt nog een kamer.")
    assert stage(trip, sem) == "concept"
    page = sem.phone.send(old.form_to("/besluit"), {"word": "ja"})
    assert stage(trip, sem) == "concept", "a page of the older version gives no word on the newer"
    assert "Er is een verslag over jou" in page.words
    trip.decide(sem, keep=("review",))
    events = trip.campus.session.scalars(select(HandoverEvent.stage).order_by(HandoverEvent.number)).all()
    assert events == ["concept", "read", "agreed", "concept", "read", "agreed"]


def test_nothing_ticked_is_asked_again_and_a_long_reaction_comes_back(trip: Trip) -> None:
    sem = finalised(trip)
    sem.starts()
    sem.says_who()
    page = sem.phone.open("/verslag")
    page = sem.phone.send(page.form_to("/verslag"))
    assert page.path == "/verslag/deel/question", "what is not asked is read too"
    while not page.form_to(page.path).choices:
        page = sem.phone.send(page.form_to(page.path))
    page = sem.phone.send(page.form_to(page.path))
    assert page.status == 422 and "Kies ja of nee." in page.words
    trip.decide(sem, word="nee")
    page = sem.phone.open("/verslag/besluit")
    page = sem.phone.send(page.form_to("/besluit"), {"word": "ja", "reaction": "Te lang. " * 60})
    assert page.status == 422 and dict(page.form_to("/besluit").values)["reaction"].strip() == ("Te lang. " * 60).strip()
    assert stage(trip, sem) == "refused"


def test_minor_in_practical_education_needs_a_parent_on_paper_too(trip: Trip) -> None:
    session, vault = trip.campus.session, trip.campus.vault
    save_settings(session, vault, SchoolSettings(kind="pro"), "system", trip.round.opens_at)
    session.commit()
    sem = finalised(trip, birth_date=date(2010, 5, 1))
    assert "Een ouder moet ook ja zeggen." in trip.decide(sem, born=date(2010, 5, 1)).words
    assert stage(trip, sem) == "read"
    desk = trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{sem.student.id}")
    assert "Een ouder of voogd moet ook instemmen, op papier." in page.words
    page = desk.open(f"/staff/students/{sem.student.id}/paper")
    assert desk.send(page.form_to("/paper"), {"who": "parent"}).status == 422
    ticked = [each for each in page.form_to("/paper").choices["section"] if each != "review"]
    page = desk.send(page.form_to("/paper"), {"who": "parent", "what": "yes", "section": ticked})
    assert stage(trip, sem) == "agreed" and "Een ouder stemde in, op papier" in page.words
    make_final(trip, sem)
    paper = trip.download(desk, sem)
    assert "Sem werkt hard." not in paper.words and "op papier, vastgelegd door Sanne de Wit" in paper.words
    assert [each["wie"] for each in paper.facts["instemming"]["door"]] == ["student", "ouder"]


def test_agreement_on_paper_is_recorded_with_who_wrote_it_down(trip: Trip) -> None:
    sem, desk = finalised(trip), trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{sem.student.id}/paper")
    ticked = page.form_to("/paper").choices["section"]
    page = desk.send(page.form_to("/paper"), {"who": "student", "what": "yes", "section": ticked, "reaction": "Prima."})
    assert stage(trip, sem) == "agreed" and "“Prima.”" in page.words
    last = trip.campus.session.scalars(select(Event).order_by(Event.number.desc()).limit(2)).all()
    assert (f"staff:{trip.mentor.id}", "document.agreed") in {(each.actor, each.action) for each in last}
    page = desk.open(f"/staff/students/{sem.student.id}/paper")
    desk.send(page.form_to("/paper"), {"who": "student", "what": "stop"})
    assert stage(trip, sem) == "withdrawn"
