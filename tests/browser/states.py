"""Every state of the student's pages, reached as a student reaches it; a list, so that no page is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import time_machine
from phone import Form, Page
from sealing import seal_as_browser
from sqlalchemy.exc import OperationalError
from stages import NOW
from trip import Given, Pupil, Trip

from survey import codes, recordings, sitting
from survey.erase import erase_sitting

OVERSTAP = Path(__file__).parents[2] / "questionnaires" / "overstap" / "1.yaml"
AFTER = NOW + timedelta(days=40)
BEFORE = NOW - timedelta(days=40)
#: Blueprints of others: staff before signing in, receivers of documents, the wall of a classroom, and machines.
OTHERS = ("confirm", "fetch", "health", "receive", "second_step", "sign_in", "static", "verify", "wall", "welcome")
WELL: dict[str, Given] = {
    "bestemming": "leren",
    "gestopt": "nee",
    "ingeschreven": "klopt",
    "opleiding_lukt": "meestal_niet",
    "geld_genoeg": "klopt",
    "rekeningen": "klopt",
    "schulden": "nee",
    "wonen": "klopt",
    "gezond_mag": "nee",
    "iemand_helpt": "klopt",
    "veilig": "klopt",
    "regelen": "meestal",
    "plan": "klopt",
    "moeilijk": "niets",
    "hulp": "nee",
    "praten": "nee",
    "contact": "appen",
    "eigen_woorden": {},
}
BORN = date(2008, 3, 12)
ACUTE = WELL | {"geld_genoeg": "klopt_niet", "veilig": "klopt_niet", "praten": "vandaag"}


@dataclass(slots=True)
class Walk:
    """Reaches states on phones that speak one language."""

    trip: Trip
    language: str
    pages: dict[str, Page] = field(default_factory=dict)

    def pupil(self, **known: Any) -> Pupil:
        """Ask one more student, of whom the school's list may know more."""
        return self.trip.invite("Yara Smit", self.language, **known)

    def until(self, page: str, given: dict[str, Given] = WELL, **known: Any) -> Pupil:
        """Bring one more student to a page; only the last answer goes by the phone: the journeys do that with each."""
        pupil = self.pupil(**known)
        pupil.starts()
        names = list(given) if not page else list(given)[: list(given).index(page)]
        if not names:
            return pupil
        session, vault, begun = self.trip.campus.session, self.trip.campus.vault, self.trip.sitting(pupil)
        for name in names[:-1]:
            sitting.answer(session, vault, begun, name, {name: str(given[name])}, {name: 0}, NOW)
        session.commit()
        pupil.phone.open(f"/v/{names[-1]}")
        pupil.answers(**{names[-1]: given[names[-1]]})
        return pupil

    def ready(self, given: dict[str, Given] = WELL, **known: Any) -> Pupil:
        """Let one more student answer everything."""
        return self.until("", given, **known)

    def sent(self, given: dict[str, Given] = WELL, **known: Any) -> Pupil:
        """Let one more student send everything."""
        pupil = self.ready(given, **known)
        pupil.sends()
        return pupil

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be another moment."""
        with time_machine.travel(moment, tick=False):
            yield

    def types(self, code: str) -> Page:
        """Type a code at the door."""
        pupil = self.pupil()
        return pupil.phone.send(pupil.phone.open("/code").form_to("/code"), {"code": code})


State = Callable[[Walk], Page]
STATES: dict[str, State] = {}


def state(reach: State) -> State:
    """Add a state to the list, by its name."""
    STATES[reach.__name__] = reach
    return reach


def reach_all(trip: Trip, language: str) -> dict[str, Page]:
    """Return every state's page, reached on a Monday morning."""
    walk = Walk(trip, language)
    with time_machine.travel(NOW, tick=False):
        return {name: reach(walk) for name, reach in STATES.items()}


# The door


@state
def code(walk: Walk) -> Page:
    walk.trip.new_phone(walk.language).open("/")
    return walk.trip.new_phone(walk.language).open("/code")


@state
def code_mistyped(walk: Walk) -> Page:
    return walk.types("7K3Q-M9XD-T4A")


@state
def code_unknown(walk: Walk) -> Page:
    return walk.types("0000000000" + codes.check_character("0000000000"))


@state
def code_too_often(walk: Walk) -> Page:
    with patch("survey.codes.TRIES_OF_ALL", 0):
        return walk.types("0000000000" + codes.check_character("0000000000"))


@state
def code_of_a_card(walk: Walk) -> Page:
    session, vault, invitation = walk.trip.campus.session, walk.trip.campus.vault, walk.pupil().invitation
    codes.store(session, codes.hash_codes(vault, codes.find_unissued(session, [invitation])), NOW)
    session.commit()
    return walk.types(codes.issued_code(vault, invitation))


@state
def start(walk: Walk) -> Page:
    pupil = walk.pupil()
    first = pupil.phone.open(pupil.path.replace("/u/", "/U/"))
    sheet = re.search(r'href="(/s/respond-[^"]+)"', first.html)
    assert sheet and pupil.phone.fetch("GET", sheet[1], None, {})[0] == 200
    pupil.phone.open(pupil.path.replace("/u/", "/U/") + "/privacy")
    return pupil.phone.open(pupil.path)


@state
def start_in_another_language(walk: Walk) -> Page:
    pupil = walk.pupil()
    other = {"nl": "en"}.get(walk.language, "nl")
    pupil.phone.send(pupil.phone.open(pupil.path).form_to("/taal"), {"language": other})
    return pupil.phone.send(pupil.page.form_to("/taal"), {"language": walk.language})


@state
def start_again(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    return pupil.phone.open(pupil.path)


@state
def start_sent(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.open(pupil.path)


@state
def start_withdrawn(walk: Walk) -> Page:
    pupil = walk.sent()
    campus = walk.trip.campus
    erase_sitting(campus.session, campus.vault, walk.trip.sitting(pupil), "system", NOW)
    campus.session.commit()
    return pupil.phone.open(pupil.path)


@state
def start_closed(walk: Walk) -> Page:
    pupil = walk.pupil()
    with walk.at(AFTER):
        return pupil.phone.open(pupil.path)


@state
def start_to_come(walk: Walk) -> Page:
    pupil = walk.pupil()
    with walk.at(BEFORE):
        return pupil.phone.open(pupil.path)


@state
def link_unknown(walk: Walk) -> Page:
    return walk.trip.new_phone(walk.language).open("/u/" + "Z" * 26)


@state
def reminders(walk: Walk) -> Page:
    pupil = walk.pupil()
    return pupil.phone.open(f"{pupil.path}/herinneringen")


@state
def reminders_stopped(walk: Walk) -> Page:
    pupil = walk.pupil()
    return pupil.phone.send(pupil.phone.open(f"{pupil.path}/herinneringen").form)


@state
def recording_unknown(walk: Walk) -> Page:
    return walk.until("wonen").phone.open("/geluid/0123456789")


@state
def notice_before(walk: Walk) -> Page:
    pupil = walk.pupil()
    return pupil.phone.open(f"{pupil.path}/privacy")


@state
def notice(walk: Walk) -> Page:
    return walk.until("wonen").phone.open("/privacy")


# Questions


@state
def question(walk: Walk) -> Page:
    return walk.until("bestemming").page


@state
def question_saved(walk: Walk) -> Page:
    return walk.until("rekeningen").page


@state
def question_resumed(walk: Walk) -> Page:
    return walk.until("wonen").starts()


@state
def question_one_by_one(walk: Walk) -> Page:
    return walk.until("wonen").phone.open("/een-voor-een")


@state
def question_sensitive(walk: Walk) -> Page:
    return walk.until("schulden").page


@state
def question_consent(walk: Walk) -> Page:
    return walk.until("gezond_mag").page


@state
def question_after_consent(walk: Walk) -> Page:
    return walk.until("gezond_mag").answers(gezond_mag="ja")


@state
def question_with_help(walk: Walk) -> Page:
    page = walk.until("regelen", ACUTE).page
    assert "tel:112" in page.html
    return page


@state
def question_of_several_answers(walk: Walk) -> Page:
    return walk.until("hulp").answers(hulp="ja")


@state
def question_of_text(walk: Walk) -> Page:
    return walk.until("eigen_woorden").page


@state
def question_without_answer(walk: Walk) -> Page:
    return walk.until("bestemming").phone.answer()


@state
def question_with_wrong_answers(walk: Walk) -> Page:
    return walk.until("eigen_woorden").phone.answer(eigen_goed="x" * 3000, eigen_helpt="y" * 3000)


@state
def question_to_change(walk: Walk) -> Page:
    return walk.ready().phone.open("/v/wonen?terug=controle")


@state
def question_that_a_change_opened(walk: Walk) -> Page:
    pupil = walk.ready()
    pupil.phone.open("/v/bestemming?terug=controle")
    return pupil.phone.answer(bestemming="werken")


@state
def conflict(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    other = walk.trip.new_phone(walk.language)
    other.start(pupil.link)
    other.answer(wonen="klopt")
    return pupil.phone.answer(wonen="klopt_niet")


# All on one page


@state
def slow(walk: Walk) -> Page:
    pupil = walk.pupil()
    return pupil.phone.send(pupil.phone.open(pupil.path).form, {"to": "alles"})


@state
def slow_with_gaps(walk: Walk) -> Page:
    pupil = walk.until("wonen", ACUTE)
    pupil.phone.open("/alles")
    return pupil.phone.answer(wonen="klopt", eigen_goed="x" * 3000)


@state
def slow_opened_more(walk: Walk) -> Page:
    pupil = walk.until("hulp")
    pupil.phone.open("/alles")
    return pupil.phone.answer(hulp="ja", praten="nee", contact="appen")


# Check and send


@state
def check(walk: Walk) -> Page:
    return walk.ready().page


@state
def check_with_help(walk: Walk) -> Page:
    return walk.ready(ACUTE).page


@state
def done(walk: Walk) -> Page:
    return walk.sent().page


@state
def done_with_help(walk: Walk) -> Page:
    return walk.sent(ACUTE).page


# After sending


@state
def known_by_name(walk: Walk) -> Page:
    return walk.sent().starts()


@state
def known_by_birth_date(walk: Walk) -> Page:
    return walk.sent(birth_date=BORN).starts()


@state
def known_by_no_date(walk: Walk) -> Page:
    pupil = walk.sent(birth_date=BORN)
    return pupil.phone.send(pupil.starts().form_to("/ik"), {"born": ["13", "3", "2008"]})


@state
def done_again(walk: Walk) -> Page:
    pupil = walk.sent(birth_date=BORN)
    page = pupil.phone.send(pupil.starts().form_to("/ik"), {"born": ["12", "3", "2008"]})
    assert page.path == "/klaar" and pupil.phone.open("/mijn-antwoorden").status == 200
    assert pupil.phone.open("/mijn-antwoorden.json").status == 200
    return pupil.phone.open("/klaar")


@state
def correcting(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.send(pupil.page.form_to("/verbeteren"))


@state
def left_as_sent(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.send(pupil.phone.send(pupil.page.form_to("/verbeteren")).form_to("/laat-zo"))


@state
def deleting(walk: Walk) -> Page:
    return walk.sent().phone.open("/verwijderen")


@state
def deleted(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.send(pupil.phone.open("/verwijderen").form_to("/verwijderen"))


@state
def opinion(walk: Walk) -> Page:
    return walk.sent().phone.open("/mening")


@state
def opinion_without_words(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.send(pupil.phone.open("/mening").form_to("/mening"))


@state
def opinion_given(walk: Walk) -> Page:
    pupil = walk.sent()
    return pupil.phone.send(pupil.phone.open("/mening").form_to("/mening"), {"easy": "easy"})


# The document, read and agreed with on the own phone


def concept(walk: Walk) -> Pupil:
    """Let a mentor finalise what one more student sent; the student opens it."""
    pupil = walk.sent()
    walk.trip.finalise(walk.trip.sign_in(walk.trip.mentor), pupil, remark="Werkt hard.")
    pupil.phone.open("/verslag")
    return pupil


def step(pupil: Pupil) -> Page:
    """Open the first screen of the document on which something is asked."""
    page = pupil.phone.send(pupil.page.form_to("/verslag"))
    while not page.form_to(page.path).choices:
        page = pupil.phone.send(page.form_to(page.path))
    return page


def decision(pupil: Pupil) -> Page:
    """Let everything be shared, up to the page that asks for a word."""
    page = step(pupil)
    while page.path != "/verslag/besluit":
        page = pupil.phone.send(page.form_to(page.path), {name: "ja" for name in page.form.choices})
    return page


def word(pupil: Pupil, given: str) -> Page:
    """Give a word."""
    return pupil.phone.send(decision(pupil).form_to("/besluit"), {"word": given, "reaction": "Klopt."})


@state
def agree_start(walk: Walk) -> Page:
    return concept(walk).page


@state
def agree_step(walk: Walk) -> Page:
    return step(concept(walk))


@state
def agree_step_without_answer(walk: Walk) -> Page:
    pupil = concept(walk)
    return pupil.phone.send(step(pupil).form_to(pupil.page.path))


@state
def agree_decide(walk: Walk) -> Page:
    return decision(concept(walk))


@state
def agree_too_long(walk: Walk) -> Page:
    pupil = concept(walk)
    return pupil.phone.send(decision(pupil).form_to("/besluit"), {"word": "ja", "reaction": "x" * 5000})


@state
def agree_done(walk: Walk) -> Page:
    return word(concept(walk), "ja")


@state
def agree_refused(walk: Walk) -> Page:
    return word(concept(walk), "nee")


@state
def agree_stop(walk: Walk) -> Page:
    pupil = concept(walk)
    word(pupil, "ja")
    return pupil.phone.open("/verslag/stop")


@state
def agree_stopped(walk: Walk) -> Page:
    pupil = concept(walk)
    word(pupil, "ja")
    return pupil.phone.send(pupil.phone.open("/verslag/stop").form_to("/stop"))


@state
def agree_without_copy(walk: Walk) -> Page:
    return concept(walk).phone.open("/verslag/mijn-verslag.pdf")


# What the browser kept


@state
def waited(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    return pupil.phone.send(_waiting(pupil, "/v/wonen", "wonen=klopt&seen-at=wonen:0"))


@state
def waited_and_changed_elsewhere(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    form = _waiting(pupil, "/v/wonen", "wonen=klopt&seen-at=wonen:0")
    pupil.answers(wonen="meestal")
    return pupil.phone.send(form)


@state
def waited_too_long(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    form = _waiting(pupil, "/v/wonen", "wonen=klopt")
    form.values[1] = ("sealed", "1.AAAA")
    return pupil.phone.send(form)


def _waiting(pupil: Pupil, address: str, body: str) -> Form:
    """Return the form with which the page's script sends what waited."""
    found = re.search(r'data-key="([^"]+)" data-who="([^"]+)"', pupil.page.html)
    source = re.search(r'<script src="([^"]+)"', pupil.page.html)
    assert found and source
    token = dict(pupil.page.form.values)["csrf_token"]
    sealed = seal_as_browser(found[1], found[2], [(address, body)])
    assert pupil.phone.fetch("GET", source[1], None, {})[0] == 200
    return Form("/wacht", "post", [("csrf_token", token), ("sealed", sealed)])


@state
def left(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    return pupil.phone.send(pupil.page.form_to("/niet-jij"))


@state
def question_that_is_recorded(walk: Walk) -> Page:
    trip = walk.trip
    place = recordings.Place("overstap", "eigen_goed", walk.language)
    recordings.keep(trip.campus.session, trip.campus.vault, place, b"ID3 stilte", trip.mentor.id, NOW)
    trip.campus.session.commit()
    pupil = walk.until("eigen_woorden")
    address = re.search(r'<audio [^>]*src="([^"]+)"', pupil.page.html)
    assert address and pupil.phone.open(address[1]).status == 200
    return pupil.phone.open("/v/eigen_woorden")


# What went wrong


@state
def no_visit(walk: Walk) -> Page:
    return walk.trip.new_phone(walk.language).open("/v/wonen")


@state
def too_old(walk: Walk) -> Page:
    pupil = walk.until("eigen_woorden")
    return pupil.phone.answer(csrf_token="oud", eigen_goed="Ik kan goed koken.")


@state
def closed_half_way(walk: Walk) -> Page:
    with walk.at(AFTER - timedelta(days=10, minutes=1)):
        pupil = walk.until("gestopt")
    with walk.at(AFTER - timedelta(days=9, hours=23)):
        return pupil.phone.answer(gestopt="nee")


@state
def nowhere(walk: Walk) -> Page:
    return walk.until("wonen").phone.open("/bestaat-niet")


@state
def too_much(walk: Walk) -> Page:
    return walk.until("eigen_woorden").phone.answer(eigen_goed="x" * 70_000)


@state
def broken(walk: Walk) -> Page:
    pupil = walk.until("wonen")
    with patch("survey.web.notice.build", side_effect=RuntimeError("broken on purpose")):
        return pupil.phone.open("/privacy")


@state
def database_away(walk: Walk) -> Page:
    pupil = walk.until("eigen_woorden")
    with patch("survey.sitting.answer", side_effect=OperationalError("", {}, Exception())):
        return pupil.phone.answer(eigen_goed="Ik kan goed koken.")
