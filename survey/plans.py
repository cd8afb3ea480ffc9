"""How a round asks and reminds, and how it is changed while it runs; who did what stays in the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.messages import Texts
from survey.records import school_key
from survey.rounds import Phase, phase
from survey.store.inviting import RoundPlan
from survey.store.surveying import Round
from survey.store.traces import Event
from survey.store.types import new_id
from survey.vault import Vault


class BadEnd(ValueError):
    """A moment at which a round cannot end: before it opens, or in the past for one that should go on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A round's plan; `reminders` to a student at most, `remind_days` between one message and the next."""

    sender_id: str | None = None  # who signs; None: each class's mentor
    texts: Texts = field(default_factory=Texts)
    reminders: int = 0
    remind_days: int = 4


def get_plan(session: Session, vault: Vault, round_: Round) -> Plan:
    """Return a round's plan; one without asks in the usual words and reminds nobody."""
    row = _find(session, round_)
    if row is None:
        return Plan()
    own = vault.open_json(school_key(session, vault), f"round_plan:{row.id}:texts", row.texts)
    return Plan(row.sender_id, Texts(own), row.reminders, row.remind_days)


def save_plan(session: Session, vault: Vault, round_: Round, plan: Plan) -> None:
    """Store a round's plan, in the place of the one before."""
    key, row = school_key(session, vault), _find(session, round_)
    if row is None:
        row = RoundPlan(id=new_id(), school_id=round_.school_id, round_id=round_.id)
    row.sender_id, row.reminders, row.remind_days = plan.sender_id, plan.reminders, plan.remind_days
    row.texts = vault.seal_json(key, f"round_plan:{row.id}:texts", plan.texts.own)
    session.add(row)
    session.flush()


def change_round(
    session: Session,
    vault: Vault,
    round_: Round,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    plan: Plan,
    actor: str,
    now: datetime,
) -> None:
    """Store what a round is called, when it is open and how it asks. Raises BadEnd."""
    if not opens_at < closes_at:
        raise BadEnd("a round closes after it opens")
    is_longer, is_shorter = closes_at > round_.closes_at, closes_at < round_.closes_at
    round_.name, round_.opens_at, round_.closes_at = name, opens_at, closes_at
    save_plan(session, vault, round_, plan)
    action = "round.extend" if is_longer else "round.shorten" if is_shorter else "round.change"
    audit.record(session, vault, actor, action, f"round:{round_.id}", now)


def close_early(session: Session, vault: Vault, round_: Round, actor: str, now: datetime) -> None:
    """End a round now; what students saved stays, and it can be opened again. Raises BadEnd when it is not open."""
    if phase(round_, now) is not Phase.OPEN:
        raise BadEnd("only an open round can be closed")
    round_.closes_at = now
    audit.record(session, vault, actor, "round.close", f"round:{round_.id}", now)


def reopen(session: Session, vault: Vault, round_: Round, closes_at: datetime, actor: str, now: datetime) -> None:
    """Let an ended round take answers again until a moment to come. Raises BadEnd."""
    if phase(round_, now) is not Phase.CLOSED or closes_at <= now:
        raise BadEnd("an ended round opens again until a moment to come")
    round_.closes_at = closes_at
    audit.record(session, vault, actor, "round.reopen", f"round:{round_.id}", now)


def get_history(session: Session, round_: Round) -> list[Event]:
    """Return who did what to a round, the newest first."""
    statement = select(Event).where(Event.subject == f"round:{round_.id}").order_by(Event.number.desc())
    return list(session.scalars(statement))


def _find(session: Session, round_: Round) -> RoundPlan | None:
    return session.scalars(select(RoundPlan).where(RoundPlan.round_id == round_.id)).one_or_none()
