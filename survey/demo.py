"""The demo school: made-up people in every state, brought there by the same steps that real ones take."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import accounts, agreement, documents, entries, inviting, review, roster, rounds, route, seals, sitting
from survey.access import Role
from survey.config import Settings
from survey.definition.bundle import read_bundle
from survey.definition.model import Definition, Page
from survey.handover import events as acts
from survey.handover import words as consent
from survey.handover.state import STUDENT, Stage
from survey.i18n import catalogue
from survey.records import Profile, get_definition
from survey.report.authority import make_seal
from survey.store.people import School, Staff, Student
from survey.store.surveying import Invitation, Round, Sitting, StoredReport
from survey.vault import Vault

FILE = "demo.json"  # beside the questionnaire whose examples its students answer with
OPEN_FOR = timedelta(days=90)
AUTHORITY = "Overstap demo"  # signs the school's certificate; no reader of PDFs trusts it
NOT_STARTED, HALFWAY, FINAL = "not_started", "halfway", "final"


class NoDemo(Exception):
    """No questionnaire comes with a demo school, or its file does not fit the questionnaire."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where to click first."""

    student: str
    cards: str
    staff: str


def is_empty(session: Session) -> bool:
    """Return whether no school is there yet."""
    return session.scalars(select(School).limit(1)).first() is None


def load(session: Session, vault: Vault, passwords: Mapping[str, str], now: datetime) -> Round:
    """Add the demo school with one round and its class; `passwords` are by e-mail address."""
    folder = _folder()
    demo = json.loads((folder / FILE).read_text(encoding="utf-8"))
    school = roster.create_school(session, vault, now=now, **demo["school"])
    seals.store_seal(session, vault, make_seal(school.name, AUTHORITY, now), now)
    people = {
        one["email"]: _add_staff(session, vault, school, one, passwords[one["email"]], now) for one in demo["staff"]
    }
    stored = rounds.add_definition(session, read_bundle(folder / demo["definition"]), now)
    mentor = people[demo["group"]["mentor"]]
    actor = f"staff:{mentor.id}"
    round_ = rounds.create_round(
        session, vault, stored, demo["round"], now - timedelta(minutes=1), now + OPEN_FOR, actor, now
    )
    group = roster.add_group(session, demo["group"]["name"], mentor)
    session.flush()
    for one in demo["group"]["students"]:
        profile = _profile({**demo["group"]["programme"], **one})
        student = roster.add_student(session, vault, group, one["number"], profile, one["municipality"])
        invitation, _ = rounds.invite(session, vault, round_, student, actor, now)
        session.flush()
        _live(session, vault, invitation, mentor, one, now)
    inviting.ask(session, vault, round_, [group.id], actor, now)  # who is not finished is written to
    return round_


def make_passwords(file: Path) -> dict[str, str]:
    """Make up a password for each of the demo's staff, in a file that only its owner can read."""
    demo = json.loads((_folder() / FILE).read_text(encoding="utf-8"))
    file.touch(mode=0o600)
    file.write_text(json.dumps({one["email"]: secrets.token_urlsafe(9) for one in demo["staff"]}), encoding="utf-8")
    return read_passwords(file)


def read_passwords(file: Path) -> dict[str, str]:
    """Return the demo's passwords by address, the mentor's first; none when they were not kept."""
    passwords: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return passwords


def is_waiting(session: Session) -> bool:
    """Return whether a document is still to be made."""
    waiting = select(StoredReport.id).where(StoredReport.state.in_(("waiting", "working"))).limit(1)
    return session.scalars(waiting.execution_options(across_schools="the demo has one")).first() is not None


def find_addresses(session: Session, settings: Settings, vault: Vault) -> Addresses | None:
    """Return the link of a student who has not started (else of the first), the cards of the class, the staff page."""
    statement = (
        select(Invitation, Student.group_id)
        .join(Student, Student.id == Invitation.student_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.revoked_at.is_(None))
        .order_by(Sitting.id.is_not(None), Sitting.sent_at.is_not(None), Invitation.id)
        .limit(1)
        .execution_options(across_schools="the demo has one")
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    invitation, group_id = found
    return Addresses(
        student=rounds.link(settings, vault, invitation),
        cards=f"{settings.base_url}/staff/classes/{group_id}/cards",
        staff=f"{settings.base_url}/staff/",
    )


def _folder() -> Any:
    """Return the folder of the questionnaire that has a demo."""
    for folder in sorted(files("survey.questionnaires").iterdir(), key=lambda entry: entry.name):
        if folder.is_dir() and (folder / FILE).is_file():
            return folder
    raise NoDemo(f"no {FILE} beside a questionnaire")


def _add_staff(
    session: Session, vault: Vault, school: School, one: Mapping[str, str], password: str, now: datetime
) -> Staff:
    """Add a colleague, with a phone number of their own."""
    staff = accounts.add_staff(
        session,
        vault,
        school,
        Role(one["role"]),
        one["name"],
        one["email"],
        password,
        now,
        proof=accounts.PASSWORD_ONLY,
    )
    profile = {"name": one["name"], "email": one["email"], "phone": one["phone"]}
    staff.profile = vault.seal_json(vault.school_key(school), f"staff:{staff.id}:profile", profile)
    return staff


def _profile(one: Mapping[str, Any]) -> Profile:
    known = {field.name for field in fields(Profile)}
    return Profile.from_json({name: value for name, value in one.items() if name in known})


def _live(
    session: Session, vault: Vault, invitation: Invitation, mentor: Staff, one: Mapping[str, Any], now: datetime
) -> None:
    """Bring one student to the state that the file names."""
    if one["state"] == NOT_STARTED:
        return
    begun = sitting.start(session, vault, invitation, one.get("language", "nl"), now)
    definition = get_definition(session, begun.digest)
    given = {**_example(definition, one["example"]), **one.get("answers", {})}
    _answer(session, vault, begun, definition, given, one.get("pages"), now)
    if one["state"] == HALFWAY:
        return
    sitting.submit(session, vault, begun, now)
    if one["state"] == FINAL:
        judged = review.Judgement(one["remark"], one.get("override"), one.get("reason", ""))
        entries.save_entry(session, vault, begun, mentor, one.get("entry", {}), 0, now)
        review.finalise(session, vault, begun, mentor, judged, now)
        _decide(session, vault, begun, mentor, one, now)


def _decide(
    session: Session, vault: Vault, begun: Sitting, mentor: Staff, one: Mapping[str, Any], now: datetime
) -> None:
    """Let the student give the word that the file names, and the mentor make final what was agreed to."""
    stage, version = one.get("document"), agreement.get_state(session, vault, begun).version
    if stage is None:
        return
    agreement.add(session, vault, begun, acts.Read(version, STUDENT, now), now)
    if stage == Stage.REFUSED:
        agreement.add(session, vault, begun, acts.Refused(version, STUDENT, now), now)
        return
    facts = documents.facts_of(session, vault, begun, version)
    text = consent.digest(consent.say_consent(catalogue("nl"), facts.school.name, facts.municipality.name))
    shared = agreement.get_state(session, vault, begun).sections - {*one.get("keeps", ())}
    said = acts.Agreed(version, STUDENT, now, shared, text, consent.VERSION, "nl", "", one.get("reaction", ""))
    agreement.add(session, vault, begun, said, now)
    if stage == Stage.FINAL:
        agreement.make_final(session, vault, begun, mentor, now)


def _example(definition: Definition, start: str) -> dict[str, Any]:
    """Return the answers of the example whose name starts with this name."""
    for example in definition.examples:
        if example.name.split(" ", 1)[0] == start:
            return example.answers
    raise NoDemo(f"{definition.id} has no example of {start}")


def _answer(
    session: Session,
    vault: Vault,
    begun: Sitting,
    definition: Definition,
    given: Mapping[str, Any],
    pages: int | None,
    now: datetime,
) -> None:
    """Answer page after page, up to a number of pages or to the end."""
    page: Page | None = route.find_path(definition, {}).pages[0]
    done = 0
    while page is not None and done != pages:
        values = {id_: definition.questions[id_].accept(given.get(id_)) for id_ in page.questions}
        page = sitting.answer(session, vault, begun, page.id, values, {}, now)
        done += 1
