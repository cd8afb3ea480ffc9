"""How a mentor sees a student's domains: beside the student's own answers, in the same bands, never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import audit
from survey.definition.model import Definition, Report
from survey.records import get_definition, hold, open_case, open_name, school_key, seal_case, sitting_key
from survey.report.sharing import questions_in
from survey.sitting import NotSent, Status
from survey.store.casework import SchoolView
from survey.store.people import Staff
from survey.store.surveying import Sitting
from survey.store.types import new_id
from survey.vault import Vault

LONGEST = 300


class BadView(ValueError):
    """A view that cannot be stored; `domain` and `code` (unknown, long, consent) name what is wrong."""

    def __init__(self, domain: str, code: str) -> None:
        """Keep where and what."""
        super().__init__(f"{domain}: {code}")
        self.domain, self.code = domain, code


@dataclass(frozen=True, slots=True)
class View:
    """How one domain is seen: a band of the definition, or "" for no view, and a remark."""

    band: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PastView:
    """One version of a view, opened."""

    domain: str
    number: int
    view: View
    by: str
    at: datetime


def domains_of(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Return the domains of a questionnaire in their order, each with its bands, the best first."""
    ids = (definition.report or Report()).scales or tuple(definition.scales)
    edges = {id_: definition.scales[id_].bands for id_ in ids}
    return {id_: tuple(dict.fromkeys(edge.label for edge in found)) for id_, found in edges.items() if found}


def takes_remark(definition: Definition, domain: str) -> bool:
    """Return whether own words may stand beside a domain: not where an answer behind it takes the student's own yes."""
    asked = (definition.questions[name] for name in questions_in(definition, domain))
    return all(each.consent is None for each in asked)


def save(
    session: Session, vault: Vault, sitting: Sitting, staff: Staff, views: Mapping[str, View], now: datetime
) -> int:
    """Store each view that differs from the one that stands, as its next version; return how many that were.

    Raises NotSent before the answers are sent: a view beside nothing is none. Raises BadView.
    """
    hold(session, sitting)
    if sitting.status not in (Status.SENT, Status.FINAL):
        raise NotSent
    definition = get_definition(session, sitting.digest)
    bands = domains_of(definition)
    for domain, view in views.items():
        if domain not in bands or view.band not in ("", *bands[domain]):
            raise BadView(domain, "unknown")
        if len(view.remark) > LONGEST:
            raise BadView(domain, "long")
        if view.remark and not takes_remark(definition, domain):
            raise BadView(domain, "consent")
    standing = {one.domain: one for one in reversed(get_views(session, vault, sitting))}
    changed = {id_: view for id_, view in views.items() if view != (standing[id_].view if id_ in standing else View())}
    key = sitting_key(session, vault, sitting)
    for domain, view in changed.items():
        id_ = new_id()
        session.add(
            SchoolView(
                id=id_,
                school_id=sitting.school_id,
                sitting_id=sitting.id,
                domain=domain,
                number=standing[domain].number + 1 if domain in standing else 1,
                staff_id=staff.id,
                content=seal_case(key, SchoolView, id_, {"band": view.band, "remark": view.remark}),
                created_at=now,
            )
        )
    if changed:
        audit.record(session, vault, f"staff:{staff.id}", "sitting.view", f"sitting:{sitting.id}", now)
    return len(changed)


def get_views(session: Session, vault: Vault, sitting: Sitting) -> list[PastView]:
    """Return every version of every domain's view, the newest first; none of a sitting that was erased."""
    if not sitting.wrapped_key:
        return []
    statement = (
        select(SchoolView, Staff)
        .join(Staff, Staff.id == SchoolView.staff_id)
        .where(SchoolView.sitting_id == sitting.id)
        .order_by(SchoolView.number.desc(), SchoolView.domain)
    )
    key, own = school_key(session, vault), sitting_key(session, vault, sitting)
    return [
        PastView(row.domain, row.number, View(**open_case(own, row)), open_name(key, staff), row.created_at)
        for row, staff in session.execute(statement)
    ]


def get_standing(session: Session, vault: Vault, sitting: Sitting) -> dict[str, PastView]:
    """Return the view that stands of each domain that has one."""
    newest = {one.domain: one for one in reversed(get_views(session, vault, sitting))}
    return {domain: one for domain, one in newest.items() if one.view.band or one.view.remark}
