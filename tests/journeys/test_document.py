"""Every part of the document has a screen where its owner enters it; all of it comes back in the PDF and the JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stages import NOW
from trip import ASKS_FOR_HOUSING, Launch, Pupil, Trip

from survey import casework
from survey.casework import Kind
from survey.school import SchoolSettings, save_settings

DAY = date(2026, 11, 20)
#: What a mentor types, and where it stands in the JSON.
ENTERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "question": ("Help Sem met een kamer en een uitkering.", ("vraag_aan_gemeente", "verzoek")),
    "by": ("1-2-2027", ("vraag_aan_gemeente", "voor")),
    "moment": ("dinsdag 8 december, 15.30 uur", ("vraag_aan_gemeente", "eerste_gesprek")),
    "place": ("Jongerenloket Purmerend", ("vraag_aan_gemeente", "plaats")),
    "people": ("Sem, Sanne en Fatma Yilmaz", ("vraag_aan_gemeente", "met")),
    "contact_name": ("Karim Bakker", ("contactpersoon", "naam")),
    "contact_role": ("nazorgcoördinator", ("contactpersoon", "functie")),
    "contact_phone": ("06 0000 0777", ("contactpersoon", "telefoon")),
    "contact_hours": ("ma-do 8.30-16.30 uur", ("contactpersoon", "bereikbaar")),
    "channel": ("appen", ("student", "voorkeur_kanaal")),
    "time": ("na 16 uur", ("student", "voorkeur_tijd")),
    "language_help": ("tolk Tigrinya", ("student", "taalhulp")),
    "second_contact": ("oom Yonas, 06 0000 0888", ("student", "tweede_contact")),
    "diploma": ("verwacht", ("opleiding", "diploma")),
    "done": ("We oefenden met bellen.", ("blik_van_school", "gedaan")),
    "consulted": ("docent M. Bos", ("blik_van_school", "overlegd_met")),
    "what_1": ("Zorgverzekering is er", ("al_geregeld", "0", "wat")),
    "who_1": ("Stichting Voorbeeld", ("al_geregeld", "0", "wie")),
}


@pytest.fixture
def trip(launched: Launch) -> Trip:
    """Give a class with the questionnaire that ships, at a school that chose its settings."""
    trip = launched("overstap/1")
    session, vault = trip.campus.session, trip.campus.vault
    chosen = SchoolSettings(kind="mbo", return_to="nazorg@voorbeeld.nl", objection_to="fg@voorbeeld.nl")
    save_settings(session, vault, chosen, "system", trip.round.opens_at)
    session.commit()
    return trip


def sent(trip: Trip) -> Pupil:
    """Let one student send everything."""
    pupil = trip.invite("Sem de Jong", phone="06 0000 0001", email="sem@voorbeeld.nl", programme="Kok", crebo="25180")
    pupil.starts()
    pupil.answers(**ASKS_FOR_HOUSING)
    pupil.sends()
    return pupil


def dig(facts: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at a path in JSON."""
    for step in path:
        facts = facts[int(step) if step.isdigit() else step]
    return facts


def test_all_that_the_school_enters_is_in_pdf_and_json(trip: Trip) -> None:
    sem, desk = sent(trip), trip.sign_in(trip.mentor)
    before = desk.open(f"/staff/students/{sem.student.id}")
    assert "Nog niet ingevuld: wat je aan de gemeente vraagt, vóór wanneer" in before.words
    page = trip.enter(desk, sem, **{name: text for name, (text, _) in ENTERED.items()})
    assert "Nog niet ingevuld" not in page.words
    offered = casework.Content("Een jobcoach", "phone", "Karim Bakker", "yes")
    casework.add(trip.campus.session, trip.campus.vault, sem.student, trip.mentor, Kind.OFFER, DAY, offered, NOW)
    trip.campus.session.commit()
    trip.finalise(desk, sem, remark="Sem werkt hard.", override="2", reason="Hij vraagt er zelf om.")
    trip.work()
    paper = trip.download(desk, sem)
    assert len(paper.pages) == 2
    for name, (text, path) in ENTERED.items():
        said = {"1-2-2027": "1 februari 2027"}.get(text, text)
        assert said in paper.words, name
        assert dig(paper.facts["feiten"], path) == {"1-2-2027": "2027-02-01"}.get(text, text)
    for text in ("nazorg@voorbeeld.nl", "fg@voorbeeld.nl", "Sem werkt hard.", "Hij vraagt er zelf om.", "25180"):
        assert text in paper.words, text
    facts = paper.facts["feiten"]
    assert "Een jobcoach" in paper.words and "Karim Bakker" in paper.words
    (offer,) = facts["aanbod"]
    assert (offer["wat"], offer["datum"], offer["door"]) == ("Een jobcoach", "2026-11-20", "Karim Bakker")
    assert (facts["terugsturen_naar"], facts["bezwaar_bij"]) == ("nazorg@voorbeeld.nl", "fg@voorbeeld.nl")
    assert facts["bewaard_tot"] == "2028-11-23" and "23 november 2028" in paper.words


def test_what_is_refused_comes_back_as_it_was_typed(trip: Trip) -> None:
    sem, desk = sent(trip), trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{sem.student.id}/content")
    long = "Veel te lang. " * 50
    page = desk.send(page.form_to("/content"), {"question": long, "by": "ooit", "done": "Gebeld."})
    assert page.status == 422
    assert "hoogstens 300 tekens" in page.words.lower() and "Schrijf de dag als 1-8-2026." in page.words
    kept = dict(page.form_to("/content").values)
    assert (kept["question"].strip(), kept["by"], kept["done"].strip()) == (long.strip(), "ooit", "Gebeld.")
