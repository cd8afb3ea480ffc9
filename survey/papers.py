"""Papers of a class: from a person's wish to a PDF that the worker set; kept sealed, and for a day."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey import audit, codes, jobs
from survey.config import Settings
from survey.i18n import catalogue
from survey.records import Profile, open_name, open_profile, school_key
from survey.report.papers import Card, Cards, Overview, Paper, Poster
from survey.rounds import link
from survey.school import SchoolSettings
from survey.store.inviting import Sheet, is_of
from survey.store.people import Group, School, Staff, Student
from survey.store.surveying import Invitation, Round
from survey.store.types import new_id
from survey.vault import Vault

KEPT = timedelta(days=1)  # a sheet of cards opens a class's questionnaires


class Kind(StrEnum):
    """Which paper."""

    POSTER = "poster"
    CARDS = "cards"
    OVERVIEW = "overview"


class NobodyAsked(ValueError):
    """A class of which nobody is asked in this round has no cards."""


def wish(
    session: Session,
    vault: Vault,
    group: Group,
    round_: Round,
    kind: Kind,
    size: str,
    actor: str,
    now: datetime,
    language: str = "nl",
    staff_id: str | None = None,
) -> Sheet:
    """Ask the worker for a paper in a language; who had all links of a class is recorded.

    `staff_id` limits it to that person's students, for that person alone; without it it names the whole class.
    """
    sheet = Sheet(
        id=new_id(),
        school_id=group.school_id,
        group_id=group.id,
        round_id=round_.id,
        staff_id=None if kind is Kind.POSTER else staff_id,
        kind=kind.value,
        paper=size if kind is Kind.POSTER else "A4",
        language=language,
        state="waiting",
        due_at=now,
        created_at=now,
    )
    session.add(sheet)
    audit.record(session, vault, actor, f"class.print_{kind.value}", f"class:{group.id}", now)
    jobs.plan(session, "print_paper", sheet.id)
    return sheet


def wish_overview(
    session: Session, vault: Vault, group: Group, round_: Round, overview: Overview, actor: str, now: datetime,
    staff_id: str | None = None,
) -> Sheet:  # fmt: skip
    """Ask the worker for an overview of a class as it stands now, sealed until it is made; `staff_id` as in `wish`."""
    sheet = wish(session, vault, group, round_, Kind.OVERVIEW, "A4", actor, now, overview.language, staff_id)
    sheet.content = seal_sheet(session, vault, sheet.id, json.dumps(asdict(overview)).encode())
    return sheet


def get_sheets(session: Session, group: Group, round_: Round, staff_id: str | None) -> list[Sheet]:
    """Return the papers of a class in a round that are for a person (None: who sees every class), the newest first."""
    statement = select(Sheet).where(Sheet.group_id == group.id, Sheet.round_id == round_.id)
    found = session.scalars(statement.order_by(Sheet.created_at.desc(), Sheet.id))
    return [sheet for sheet in found if is_for(sheet, staff_id)]


def forget(session: Session, invitations: Collection[str], *kinds: Kind) -> None:
    """Delete the papers of these kinds that may name who was invited: those of the rounds, for classes change."""
    rounds = session.scalars(select(Invitation.round_id).where(Invitation.id.in_(invitations))).all()
    session.execute(delete(Sheet).where(Sheet.round_id.in_(rounds), Sheet.kind.in_(kinds)))


def is_for(sheet: Sheet, staff_id: str | None) -> bool:
    """Return whether a paper is for a person (None: who sees every class); a poster, which names nobody, is for all."""
    return sheet.kind == Kind.POSTER or sheet.staff_id == staff_id


def open_sheet(session: Session, vault: Vault, sheet: Sheet) -> bytes:
    """Return the PDF of a paper that is ready."""
    assert sheet.content is not None
    return vault.open_(school_key(session, vault), f"sheet:{sheet.id}:content", sheet.content)


def seal_sheet(session: Session, vault: Vault, sheet_id: str, content: bytes) -> bytes:
    """Return a PDF sealed for this paper's row."""
    return vault.seal(school_key(session, vault), f"sheet:{sheet_id}:content", content)


def get_invited(session: Session, sheet: Sheet) -> list[Invitation]:
    """Return the invitations of a paper's class in its round, of the students whom it may name."""
    statement = (
        select(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .where(
            Student.group_id == sheet.group_id, Invitation.round_id == sheet.round_id, Invitation.revoked_at.is_(None)
        )
    )
    if sheet.staff_id is not None:
        statement = statement.where(is_of(sheet.staff_id))
    return list(session.scalars(statement))


def compose(session: Session, vault: Vault, settings: Settings, sheet: Sheet) -> Paper:
    """Return what a paper says, as plain values. Raises NobodyAsked."""
    if sheet.kind == Kind.OVERVIEW:
        return Overview(**json.loads(open_sheet(session, vault, sheet)))
    group, round_ = session.get_one(Group, sheet.group_id), session.get_one(Round, sheet.round_id)
    school, key = session.get_one(School, sheet.school_id), school_key(session, vault)
    mentor = open_name(key, session.get_one(Staff, group.mentor_id))
    if sheet.kind == Kind.POSTER:
        return _poster(settings, school, mentor, sheet)
    return _cards(session, vault, settings, sheet, round_, group, mentor)


def name_cards(profiles: list[Profile]) -> list[str]:
    """Return the first names; the whole name where two of a class share the first."""
    names = Counter(profile.first_name for profile in profiles)
    return [profile.first_name if names[profile.first_name] == 1 else profile.name for profile in profiles]


def _poster(settings: Settings, school: School, mentor: str, sheet: Sheet) -> Poster:
    said, base = catalogue(sheet.language), settings.base_url.rstrip("/")
    return Poster(
        language=sheet.language,
        size=sheet.paper,
        school=school.name,
        logo=b64encode(school.logo).decode() if school.logo else "",
        colour=SchoolSettings.from_json(school.settings).brand,
        title=said.text("What comes after school?"),
        about=said.text("What is arranged already? And what not yet? Tell us on your phone."),
        address=f"{base}/code",
        address_text=_typed(f"{base}/code"),
        steps=(
            said.text("Scan the code on your own card, or this one."),
            said.text("Did you scan this one? Then type the code of your card."),
            said.text("Choose your answers. You can always stop."),
        ),
        help=said.text("Need help? Ask {mentor}.", mentor=mentor),
        code=said.text("QR code of {address}", address=_typed(f"{base}/code")),
    )


def _cards(
    session: Session, vault: Vault, settings: Settings, sheet: Sheet, round_: Round, group: Group, mentor: str
) -> Cards:
    key, said = school_key(session, vault), catalogue(sheet.language)
    statement = select(Student).where(Student.group_id == group.id)
    profiles = {student.id: open_profile(key, student) for student in session.scalars(statement)}
    invited = sorted(get_invited(session, sheet), key=lambda one: profiles[one.student_id].sort_key)
    if not invited:
        raise NobodyAsked(sheet.id)
    names = name_cards([profiles[one.student_id] for one in invited])
    cards = [
        Card(name, link(settings, vault, one), codes.issued_code(vault, one))
        for name, one in zip(names, invited, strict=True)
    ]
    return Cards(
        language=sheet.language,
        title=f"{said.text('Cards with QR codes')} {group.name}",
        scan=said.text("Scan this code with your phone."),
        type=said.text("Or type at"),
        address_text=_typed(f"{settings.base_url.rstrip('/')}/code"),
        foot=said.text("From {mentor}. Open until {day}.", mentor=mentor, day=said.date(round_.closes_at)),
        code=said.text("QR code of"),
        cards=cards,
    )


def _typed(address: str) -> str:
    """Return an address as one types it."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"
