"""A whole round in a test: launch a questionnaire, let students answer on phones, then staff and the worker."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
from factories import PASSWORD, Campus
from flask import Flask
from paper import pages_of
from phone import Page, Phone, inside
from sqlalchemy import select
from stages import NOW

from survey import roster, rounds, sitting, tasks
from survey.access import Role
from survey.definition.bundle import read_bundle
from survey.records import Profile
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, Round, Sitting, StoredReport
from survey.store.traces import Mail

TESTS = Path(__file__).parent
Given = str | list[str] | Mapping[str, str | list[str]]

#: A student with the questionnaire `overstap` who looks for work and asks for help with housing.
ASKS_FOR_HOUSING: dict[str, Any] = {
    "bestemming": "werken", "werk_nu": "zoekt", "gestopt": "nee", "werk_kiezen": "klopt", "werk_vinden": "klopt_niet",
    "geld_genoeg": "klopt", "rekeningen": "klopt", "schulden": "nee", "wonen": "meestal_niet", "gezond_mag": "nee",
    "iemand_helpt": "klopt", "veilig": "klopt", "regelen": "klopt", "plan": "klopt", "moeilijk": "niets", "hulp": "ja",
    "hulp_bij": ["wonen"], "praten": "nee", "contact": "appen",
    "eigen_woorden": {"eigen_goed": "Ik kan goed koken.", "eigen_helpt": "Rustige uitleg."},
}  # fmt: skip


@dataclass(slots=True)
class Pupil:
    """One student with a phone and a link."""

    student: Student
    invitation: Invitation
    link: str
    phone: Phone

    @property
    def page(self) -> Page:
        """Return what the phone shows."""
        assert self.phone.page is not None
        return self.phone.page

    @property
    def path(self) -> str:
        """Return the address behind the link, without the server's name."""
        return urlsplit(self.link).path

    def starts(self) -> Page:
        """Open the link, press Start."""
        return self.phone.start(self.link)

    def says_who(self, born: date | None = None) -> Page:
        """Say to be the student, with the birth date where the school knows one, when the page asks."""
        if any(urlsplit(form.action).path == "/ik" for form in self.page.reader.forms):
            given = [str(part) for part in (born.day, born.month, born.year)] if born else []
            self.phone.send(self.page.form_to("/ik"), {"born": given})
        return self.page

    def answers(self, **given: Given) -> Page:
        """Answer pages by id, in the order in which they must come; a page of several questions takes a mapping."""
        for page_id, answer in given.items():
            assert self.page.path == f"/v/{page_id}", f"{page_id} was expected, {self.page.path} came"
            self.phone.answer(**(answer if isinstance(answer, Mapping) else {page_id: answer}))
            assert self.page.status == 200, self.page.words
        return self.page

    def comes_back(self, **born: str | list[str]) -> Page:
        """Open the link after sending, and say to be that person."""
        page = self.starts()
        return self.phone.send(page.form_to("/ik"), born)

    def sends(self) -> Page:
        """Press the button of the page with all answers."""
        assert self.page.path == "/controle", self.page.path
        page = self.phone.send(self.page.form_to("/controle"))
        assert (page.status, page.path) == (200, "/klaar")
        return page


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was downloaded: the text of its pages, and the facts that travel inside."""

    pages: list[str]
    facts: dict[str, Any]

    @property
    def words(self) -> str:
        """Return the text of all pages on one line."""
        return " ".join(" ".join(self.pages).split())


@dataclass(slots=True)
class Trip:
    """One questionnaire, sent to one class."""

    app: Flask
    campus: Campus
    mentor: Staff
    coordinator: Staff
    group: Group
    round: Round
    invited: list[Pupil] = field(default_factory=list)

    def invite(self, name: str = "Noor Bakker", language: str = "nl", **known: Any) -> Pupil:
        """Ask one more student, of whom the school's list may say more."""
        session, vault = self.campus.session, self.campus.vault
        first, _, last = name.partition(" ")
        number = f"{910000 + len(self.invited)}"
        profile = Profile(first_name=first, last_name=last, **known)
        student = roster.add_student(session, vault, self.group, number, profile, "GM0439")
        session.flush()
        invitation, _ = rounds.invite(session, vault, self.round, student, "system", NOW)
        link = rounds.link(self.app.extensions["settings"], vault, invitation)
        session.commit()
        pupil = Pupil(student, invitation, link, self.new_phone(language))
        self.invited.append(pupil)
        return pupil

    def new_phone(self, language: str = "nl") -> Phone:
        """Return a phone on which nothing was opened yet."""
        client = self.app.test_client()
        phone = Phone(inside(client), "http://localhost")
        fetch = phone.fetch
        phone.fetch = lambda method, path, body, headers: fetch(
            method, path, body, {**headers, "Accept-Language": language}
        )
        return phone

    def sign_in(self, staff: Staff) -> Phone:
        """Return the browser of a member of staff, signed in."""
        desk = self.new_phone()
        page = desk.open("/staff/sign-in")
        fields: dict[str, str | list[str]] = {"email": self.campus.email(staff), "password": PASSWORD}
        assert desk.send(page.form, fields).path == "/staff/"
        return desk

    def sitting(self, pupil: Pupil) -> Sitting:
        """Return the row of a student who started."""
        statement = select(Sitting).where(Sitting.invitation_id == pupil.invitation.id)
        return self.campus.session.scalars(statement.execution_options(populate_existing=True)).one()

    def values(self, pupil: Pupil) -> dict[str, Any]:
        """Return what is stored of a student's answers."""
        return sitting.read(self.campus.session, self.campus.vault, self.sitting(pupil))[1].values

    def score(self, pupil: Pupil) -> dict[str, Any]:
        """Return what the rules said: the band of a scale, the bounds of a count, the value of a rule, the flags."""
        outcome = sitting.get_outcome(self.campus.session, self.campus.vault, self.sitting(pupil))
        assert outcome is not None
        scales = {id_: scale.band for id_, scale in outcome.scales.items() if scale.applicable}
        counts = {id_: (count.low, count.high) for id_, count in outcome.counts.items()}
        rules = {id_: rule.value for id_, rule in outcome.rules.items()}
        return {**scales, **counts, **rules, "flags": list(outcome.flags), "path": list(outcome.path)}

    def finalise(self, desk: Phone, pupil: Pupil, **fields: str | list[str]) -> Page:
        """Fill in the school's view at a desk, and press the button."""
        page = desk.open(f"/staff/students/{pupil.student.id}")
        page = desk.send(page.form_to("/finalise"), {"remark": "", "override": "", "reason": "", **fields})
        assert page.status == 200, page.words
        return page

    def enter(self, desk: Phone, pupil: Pupil, **fields: str | list[str]) -> Page:
        """Type what the school adds to the document at a desk, and save it."""
        desk.open(f"/staff/students/{pupil.student.id}/content")
        assert desk.page is not None
        page = desk.send(desk.page.form_to("/content"), fields)
        assert page.status == 200, page.words
        return page

    def decide(
        self, pupil: Pupil, keep: tuple[str, ...] = (), word: str = "ja", reaction: str = "", born: date | None = None
    ) -> Page:
        """Let the student read the concept through the own link, keep some sections back, and give a word."""
        pupil.starts()
        pupil.says_who(born)
        page = pupil.phone.open("/verslag")
        page = pupil.phone.send(page.form_to("/verslag"))
        while page.path != "/verslag/besluit":
            assert page.status == 200, page.words
            form = page.form_to(page.path)
            page = pupil.phone.send(form, {name: "nee" if name in keep else "ja" for name in form.choices})
        page = pupil.phone.send(page.form_to("/besluit"), {"word": word, "reaction": reaction})
        assert (page.status, page.path) == (200, "/verslag/klaar"), page.words
        return page

    def work(self) -> None:
        """Do what waits, as the worker does it."""
        session, everything = self.campus.session, {"across_schools": "a test looks at all"}
        waiting = select(StoredReport.id).where(StoredReport.state == "waiting").execution_options(**everything)
        unsent = select(Mail.id).where(Mail.state == "waiting").execution_options(**everything)
        for task, ids in ((tasks.render_report, session.scalars(waiting)), (tasks.send_mail, session.scalars(unsent))):
            for id_ in ids.all():
                with self.app.app_context():
                    task(id_)

    def mails(self) -> list[str]:
        """Return the mails that were sent."""
        folder = Path(self.app.extensions["settings"].mail_url.removeprefix("file:"))
        return [file.read_text("utf-8") for file in sorted(folder.glob("*.eml"))]

    def download(self, desk: Phone, pupil: Pupil, query: str = "") -> Paper:
        """Follow the link to a student's newest document, and read it."""
        return read_paper(self.download_file(desk, pupil, query))

    def download_file(self, desk: Phone, pupil: Pupil, query: str = "") -> bytes:
        """Follow the first link to a document on a student's page: the final one when there is one."""
        page = desk.open(f"/staff/students/{pupil.student.id}{query}")
        page = desk.open(next(link for link in page.reader.links if link.endswith(".pdf")))
        assert (page.status, page.headers["content-type"]) == (200, "application/pdf")
        return page.content


Launch = Callable[[str], Trip]


def launch(app: Flask, campus: Campus, questionnaire: Path) -> Trip:
    """Ask a class with a questionnaire, from yesterday to a month from now."""
    session, vault = campus.session, campus.vault
    mentor, coordinator = campus.staff(), campus.staff(Role.coordinator, "Karim Bakker")
    group = campus.group(mentor)
    stored = rounds.add_definition(session, read_bundle(questionnaire), NOW)
    opens, closes = NOW - timedelta(days=1), NOW + timedelta(days=30)
    round_ = rounds.create_round(session, vault, stored, "Voorjaar", opens, closes, "system", NOW)
    session.flush()
    session.commit()
    return Trip(app, campus, mentor, coordinator, group, round_)


def read_paper(pdf: bytes) -> Paper:
    """Read a document as a reader and a machine do."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        (attached,) = opened.attachments.values()
        facts = json.loads(attached.get_file().read_bytes())
    return Paper(pages_of(pdf), facts)


def begin(launched: Launch, name: str, language: str = "nl") -> tuple[Trip, Pupil]:
    """Launch a questionnaire and let one student start."""
    trip = launched(name)
    pupil = trip.invite("Yara Smit", language)
    assert pupil.starts().status == 200
    return trip, pupil


def refused(pupil: Pupil, **given: str | list[str]) -> Page:
    """Send answers that the page must not take; the same page comes back."""
    before = pupil.page.path
    page = pupil.phone.answer(**given)
    assert (page.status, page.path) == (422, before)
    assert 'aria-describedby="' in page.html and page.reader.title.startswith("Fout: ")
    return page
