"""The agreement to a document: what each person did is stored and never changed, and tells how far the document is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import audit, jobs
from survey.handover import events as acts
from survey.handover.codec import read_event, write_event
from survey.handover.state import PARENT, STUDENT, NotAllowed, Stage, State, follow, needs_parent
from survey.hours import ZONE
from survey.records import hold, open_name, open_profile, open_review, school_key, sitting_key
from survey.report.agreed import Agreement, Consent
from survey.report.facts import Facts
from survey.school import get_settings
from survey.store.agreeing import HandoverEvent, StoredChoice
from survey.store.people import Staff, Student
from survey.store.surveying import Invitation, Review, Sitting, StoredReport
from survey.store.types import new_id
from survey.vault import Vault


def get_events(session: Session, vault: Vault, sitting: Sitting) -> list[acts.Event]:
    """Return what everybody did with the newest version, the oldest first; it begins with the offer."""
    return [event for event, _ in _read(session, vault, sitting)]


def get_state(session: Session, vault: Vault, sitting: Sitting) -> State:
    """Return how far the newest version of a sitting's document is."""
    return _fold(_read(session, vault, sitting))


def add(session: Session, vault: Vault, sitting: Sitting, event: acts.Event, now: datetime) -> State:
    """Store one act with what it leads to; the same act again changes nothing. Raises handover.state.NotAllowed."""
    hold(session, sitting)
    known = _read(session, vault, sitting)
    state = _fold(known)
    if known and replace(known[-1][0], at=event.at) == event:
        return state
    asks_parent = state.needs_parent
    if isinstance(event, acts.Offered):
        asks_parent = _asks_parent(session, vault, sitting, now)
        state = State(asks_parent, version=event.version - 1)
    after = follow(state, event)
    id_ = new_id()
    content = {"event": write_event(event), "needs_parent": asks_parent}
    last = session.scalars(select(func.max(HandoverEvent.number)).where(HandoverEvent.sitting_id == sitting.id)).one()
    session.add(
        HandoverEvent(
            id=id_,
            school_id=sitting.school_id,
            sitting_id=sitting.id,
            number=(last or 0) + 1,
            content=Vault.seal_json(sitting_key(session, vault, sitting), _place(id_), content),
            stage=after.stage,
            at=now,
        )
    )
    sitting.stage = after.stage
    actor = f"student:{sitting.id}" if event.by in (STUDENT, PARENT) else event.by
    actor = getattr(event, "on_paper", "") or actor
    audit.record(session, vault, actor, f"document.{write_event(event)['kind']}", f"sitting:{sitting.id}", now)
    return after


def make_final(session: Session, vault: Vault, sitting: Sitting, staff: Staff, now: datetime) -> State:
    """Let the document be made that may leave, with a copy for the student. Raises handover.state.NotAllowed.

    A document without its question to the municipality asks nobody for anything: "no_question".
    """
    state = get_state(session, vault, sitting)
    if state.stage is Stage.AGREED and not has_question(session, vault, sitting, state.version):
        raise NotAllowed("no_question")
    after = add(session, vault, sitting, acts.Finalised(state.version, f"staff:{staff.id}", now), now)
    for kind in ("final", "copy"):
        plan_report(session, sitting, state.version, kind, now)
    return after


def has_question(session: Session, vault: Vault, sitting: Sitting, version: int) -> bool:
    """Return whether a version says what is asked of the municipality; nothing can be added once it is finalised."""
    statement = select(Review).where(Review.sitting_id == sitting.id, Review.number == version)
    said = open_review(sitting_key(session, vault, sitting), session.scalars(statement).one())
    return bool(Facts.from_json(said["facts"]).request.question)


def plan_report(session: Session, sitting: Sitting, number: int, kind: str, now: datetime) -> StoredReport:
    """Let a document be made of this version, once; a worker makes it after the commit."""
    same = StoredReport.sitting_id == sitting.id, StoredReport.number == number, StoredReport.kind == kind
    if (planned := session.scalars(select(StoredReport).where(*same)).one_or_none()) is not None:
        return planned
    report = StoredReport(
        id=new_id(),
        school_id=sitting.school_id,
        sitting_id=sitting.id,
        number=number,
        kind=kind,
        state="waiting",
        due_at=now,
        created_at=now,
    )
    session.add(report)
    jobs.plan(session, "render_report", report.id)
    return report


def find_agreement(session: Session, vault: Vault, sitting: Sitting) -> Agreement | None:
    """Return what everyone agreed to on the newest version, None unless everybody who has to agree did."""
    known = _read(session, vault, sitting)
    said: dict[str, acts.Said] = {}
    for event, _ in known:
        if isinstance(event, acts.Agreed | acts.ParentAgreed):
            said[event.by] = event
        elif isinstance(event, acts.Refused | acts.ParentRefused):
            said.pop(event.by, None)
    state = _fold(known)
    if STUDENT not in said or (state.needs_parent and PARENT not in said):
        return None
    shared = frozenset.intersection(*(each.sections for each in said.values()))
    reaction = getattr(said[STUDENT], "reaction", "")
    return Agreement(shared, tuple(_consent(session, vault, each) for each in said.values()), reaction)


def find_sendings(session: Session, vault: Vault, sittings: Sequence[Sitting]) -> dict[str, acts.Sent]:
    """Return, by sitting, what went to a receiver last and stays with them, whatever happened to the document since."""
    of_these = HandoverEvent.sitting_id.in_([sitting.id for sitting in sittings])
    was_sent = set(session.scalars(select(HandoverEvent.sitting_id).where(of_these, HandoverEvent.stage == Stage.SENT)))
    sendings: dict[str, acts.Sent] = {}
    for sitting in sittings:
        standing: list[acts.Sent] = []
        for event, _ in _read_all(session, vault, sitting) if sitting.id in was_sent else ():
            if isinstance(event, acts.Sent):
                standing.append(event)
            elif isinstance(event, acts.NotSent):
                standing.pop()
        if standing:
            sendings[sitting.id] = standing[-1]
    return sendings


def find_choice(session: Session, vault: Vault, sitting: Sitting, version: int) -> dict[str, bool]:
    """Return what a student ticked so far on this version, by section; what belongs to an older one is gone."""
    row = session.scalars(select(StoredChoice).where(StoredChoice.sitting_id == sitting.id)).one_or_none()
    if row is None:
        return {}
    kept = Vault.open_json(sitting_key(session, vault, sitting), _choice_place(row.id), row.content)
    ticked: dict[str, bool] = kept["sections"] if kept["version"] == version else {}
    return ticked


def save_choice(
    session: Session, vault: Vault, sitting: Sitting, version: int, ticked: dict[str, bool], now: datetime
) -> None:
    """Keep what a student ticks, page by page, until a word is given."""
    row = session.scalars(select(StoredChoice).where(StoredChoice.sitting_id == sitting.id)).one_or_none()
    id_ = row.id if row else new_id()
    kept = {"version": version, "sections": ticked}
    content = Vault.seal_json(sitting_key(session, vault, sitting), _choice_place(id_), kept)
    if row is None:
        row = StoredChoice(id=id_, school_id=sitting.school_id, sitting_id=sitting.id)
    row.content, row.changed_at = content, now
    session.add(row)


def _read(session: Session, vault: Vault, sitting: Sitting) -> list[tuple[acts.Event, bool]]:
    """Return the events from the newest offer on, as `_read_all` does."""
    found = _read_all(session, vault, sitting)
    offers = [place for place, (event, _) in enumerate(found) if isinstance(event, acts.Offered)]
    return found[offers[-1] :] if offers else []


def _read_all(session: Session, vault: Vault, sitting: Sitting) -> list[tuple[acts.Event, bool]]:
    """Return the events of every version, the oldest first, each with whether a parent had to agree then."""
    statement = select(HandoverEvent).where(HandoverEvent.sitting_id == sitting.id).order_by(HandoverEvent.number)
    key = sitting_key(session, vault, sitting)
    opened = [Vault.open_json(key, _place(row.id), row.content) for row in session.scalars(statement)]
    return [(read_event(each["event"]), bool(each["needs_parent"])) for each in opened]


def _fold(known: list[tuple[acts.Event, bool]]) -> State:
    """Return where events lead; whether a parent has to agree was decided when the version was offered."""
    if not known:
        return State(needs_parent=False)
    first, asks_parent = known[0]
    state = State(asks_parent, version=first.version - 1)
    for event, _ in known:
        state = follow(state, event)
    return state


def _asks_parent(session: Session, vault: Vault, sitting: Sitting, now: datetime) -> bool:
    """Return whether a parent has to agree too, by the kind of school and the student's age now."""
    statement = (
        select(Student)
        .join(Invitation, Invitation.student_id == Student.id)
        .where(Invitation.id == sitting.invitation_id)
    )
    born = open_profile(school_key(session, vault), session.scalars(statement).one()).birth_date
    today: date = now.astimezone(ZONE).date()
    return needs_parent(get_settings(session).kind, born, today)


def _consent(session: Session, vault: Vault, said: acts.Said) -> Consent:
    recorded = said.on_paper.removeprefix("staff:")
    name = open_name(school_key(session, vault), session.get_one(Staff, recorded)) if recorded else ""
    return Consent(said.by, said.at, said.language, said.words, said.text, name)


def _place(event_id: str) -> str:
    """Name where an event's content is sealed for."""
    return f"handover_event:{event_id}:content"


def _choice_place(choice_id: str) -> str:
    """Name where a choice's content is sealed for."""
    return f"choice:{choice_id}:content"
