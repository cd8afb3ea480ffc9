"""Students as a table to export: what the school knows, how far they are, and the answers that a role may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import municipalities
from survey.access import Role
from survey.answers import State
from survey.definition.model import Definition
from survey.export import Column, Table
from survey.hours import ZONE
from survey.i18n import Catalogue
from survey.kinds.question import Option, Question
from survey.profile import Profile
from survey.records import get_definition, open_answers, open_name, open_profile, school_key
from survey.route import find_path
from survey.sitting import Status
from survey.store.people import Group, Staff, Student, mentor_of
from survey.store.surveying import Invitation, Round, Sitting
from survey.vault import Vault

#: Facts of a profile in a table, in its order.
FACTS = (
    "number", "first_name", "infix", "last_name", "birth_date", "email", "phone", "postcode", "place", "programme",
    "crebo", "level", "track", "location", "diploma_date", "last_day",
)  # fmt: skip
#: Why there is no answer, besides the states of a question: the sitting has none to give.
NOT_ASKED, NOT_STARTED, NOT_SENT, ERASED = "not_asked", "not_started", "not_sent", "erased"
STATE = "_state"  # how a question's second column ends


@dataclass(frozen=True, slots=True)
class _Found:
    """A row before it is written."""

    student: Student
    profile: Profile
    group: str
    mentor: str
    round: str
    sitting: Sitting | None
    digest: str


def make_table(
    session: Session, vault: Vault, invitation_ids: Sequence[str], role: Role, with_answers: bool, said: Catalogue,
    now: datetime,
) -> Table:  # fmt: skip
    """Return invited students in this order, with their answers where a role may read them; a handful of queries.

    Answers count once they are sent. A question that none of its readers is this role is not in the table at all.
    """
    found = _find(session, vault, invitation_ids)
    columns = _fact_columns(said)
    rows = [list(_facts(row, now.year)) for row in found]
    if with_answers:
        definitions = {row.digest: get_definition(session, row.digest) for row in found}
        questions = _questions(definitions.values(), role)
        for question in questions.values():
            columns += _answer_columns(question, said)
        key = school_key(session, vault)
        for row, cells in zip(found, rows, strict=True):
            cells += _answers(vault, key, row, definitions[row.digest], questions)
    return Table(said.text("Students"), tuple(columns), tuple(tuple(cells) for cells in rows))


def _find(session: Session, vault: Vault, ids: Sequence[str]) -> list[_Found]:
    key = school_key(session, vault)
    statement = (
        select(Invitation, Student, Group, Staff, Round, Sitting)
        .select_from(Invitation)
        .join(Student, Student.id == Invitation.student_id)
        .join(Group, Group.id == Student.group_id)
        .join(Staff, Staff.id == mentor_of())
        .join(Round, Round.id == Invitation.round_id)
        .outerjoin(Sitting, Sitting.invitation_id == Invitation.id)
        .where(Invitation.id.in_(ids))
    )
    mentors: dict[str, str] = {}
    found = {}
    for invitation, student, group, mentor, round_, sitting in session.execute(statement):
        name = mentors.get(mentor.id) or mentors.setdefault(mentor.id, open_name(key, mentor))
        digest = sitting.digest if sitting else round_.digest
        profile = open_profile(key, student)
        found[invitation.id] = _Found(student, profile, group.name, name, round_.name, sitting, digest)
    return [found[id_] for id_ in ids if id_ in found]


def _fact_columns(said: Catalogue) -> list[Column]:
    day = said.text("day, as 2026-06-12")
    names = {
        "number": said.text("Student number"),
        "first_name": said.text("First name"),
        "infix": said.text("Infix (van, de)"),
        "last_name": said.text("Last name"),
        "birth_date": said.text("Date of birth"),
        "email": said.text("E-mail address"),
        "phone": said.text("Telephone"),
        "postcode": said.text("Postcode"),
        "place": said.text("Place of residence"),
        "programme": said.text("Programme"),
        "crebo": said.text("Crebo"),
        "level": said.text("Level"),
        "track": said.text("Learning track"),
        "location": said.text("Location"),
        "diploma_date": said.text("Date of the diploma"),
        "last_day": said.text("Last day at school"),
    }
    days = {"birth_date", "diploma_date", "last_day"}
    listed = said.text("from the school's list")
    known = [Column(name, names[name], listed, day if name in days else "") for name in FACTS]
    moment = said.text("day and time in the Netherlands, as 2026-06-12 14:05")
    states = "not_started, started, sent, final, erased"
    unknown, imported = said.text("empty: not known"), said.text("from the imported table")
    return [
        *known,
        Column("class", said.text("Class")),
        Column("mentor", said.text("Mentor")),
        Column("municipality_code", said.text("Municipality"), said.text("CBS code"), unknown),
        Column("municipality", said.text("Municipality"), said.text("name"), unknown),
        Column("municipality_confirmed", said.text("Confirmed by a person"), "", "yes, no"),
        Column("doorstroompunt", said.text("Doorstroompunt"), imported, unknown),
        Column("labour_market_region", said.text("Labour-market region"), imported, unknown),
        Column("regions_year", said.text("Year of the regions")),
        Column("round", said.text("Round")),
        Column("state", said.text("State"), "", states),
        Column("started_at", said.text("Started"), "", moment),
        Column("sent_at", said.text("Sent"), "", moment),
        Column("priority", said.text("Priority"), "", said.text("empty: none yet")),
    ]  # fmt: skip


def _facts(row: _Found, year: int) -> list[str]:
    """Return the cells of what is known without the answers."""
    code, sitting = row.student.municipality, row.sitting
    region = municipalities.region_of(code, year)
    facts = [str(getattr(row.profile, name) or "") for name in FACTS]
    return [
        *facts,
        row.group,
        row.mentor,
        code or "",
        municipalities.name_of(code) if code else "",
        "yes" if row.student.municipality_by == "person" else "no",
        region.doorstroompunt if region else "",
        region.labour_market if region else "",
        str(region.year) if region else "",
        row.round,
        sitting.status if sitting else NOT_STARTED,
        _moment(sitting.started_at if sitting else None),
        _moment(sitting.sent_at if sitting else None),
        str(sitting.priority or "") if sitting else "",
    ]


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def _questions(definitions: Collection[Definition], role: Role) -> dict[str, Question]:
    """Return the questions with an answer that this role may read, of every version, in the order of the first."""
    found: dict[str, Question] = {}
    for definition in definitions:
        for id_, question in definition.questions.items():
            if question.takes_answer and may_read(question, role):
                found.setdefault(id_, question)
    return found


def may_read(question: Question, role: Role) -> bool:
    """Return whether a role may read the answers to a question; one without readers is read by all staff."""
    return not question.seen_by or role.value in question.seen_by


def _answer_columns(question: Question, said: Catalogue) -> list[Column]:
    """Return two columns of a question: its value, and why there is none."""
    options: Mapping[str, Option] = getattr(question, "options", {})
    values = ", ".join(f"{code} = {said.words(option.text)}" for code, option in options.items())
    states = ", ".join((*(state.value for state in State), NOT_ASKED, NOT_STARTED, NOT_SENT, ERASED))
    text = said.words(question.text)
    return [
        Column(question.id, text, said.text("the answer; empty when there is none"), values),
        Column(f"{question.id}{STATE}", text, said.text("whether there is an answer, or why there is none"), states),
    ]


def _answers(
    vault: Vault, key: bytes, row: _Found, definition: Definition, questions: dict[str, Question]
) -> list[str]:
    """Return two cells for each question: the answer as it is exported, and its state."""
    sitting = row.sitting
    if sitting is None or sitting.status not in (Status.SENT, Status.FINAL):
        whys = {"": NOT_STARTED, Status.STARTED.value: NOT_SENT}
        why = whys.get(sitting.status if sitting else "", ERASED)
        return ["", why] * len(questions)
    values = open_answers(vault.sitting_key(key, sitting), sitting).values
    states = find_path(definition, values).states
    cells = []
    for id_ in questions:
        own = definition.questions.get(id_)
        if own is None:
            cells += ["", NOT_ASKED]
            continue
        state, value = states.get(id_, State.NOT_SHOWN), values.get(id_)
        given = own.export(value) if state is State.ANSWERED and value is not None else ""
        cells += ["; ".join(given) if isinstance(given, list) else str(given), state.value]
    return cells
