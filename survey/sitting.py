"""One student's way through the questions: start, answer a page, send once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from survey import audit, route
from survey.alarms import raise_flags
from survey.answers import Answers, Value
from survey.definition.model import Definition, Page
from survey.hours import next_school_day
from survey.records import (
    find_outcome,
    get_definition,
    hold,
    open_answers,
    open_correction,
    open_outcome,
    school_key,
    seal_answers,
    seal_correction,
    seal_outcome,
    seal_sent,
    seal_summary,
    sitting_key,
)
from survey.rounds import Phase, phase
from survey.score import ENGINE, score
from survey.score.outcome import Outcome
from survey.store.surveying import Invitation, Round, Sitting, StoredOutcome
from survey.store.types import new_id
from survey.summary import NOTHING, summarise
from survey.vault import ALPHABET, Vault

__all__ = ["Receipt", "Status", "answer", "get_outcome", "next_school_day", "read", "start", "submit"]

RECEIPT_CHARACTERS = 6  # of 32 kinds: enough to name when calling, no key to anything


class Status(StrEnum):
    """How far a sitting is."""

    STARTED = "started"
    SENT = "sent"
    FINAL = "final"
    ERASED = "erased"  # the student took everything back; what was said is gone


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the student can name when calling; `first` is False when it was given before."""

    code: str
    sent_at: datetime
    first: bool


class Conflict(Exception):
    """Another tab or phone changed an answer of this page since it was shown; nothing was stored."""

    def __init__(self, page: Page, mine: Mapping[str, Value | None], theirs: Mapping[str, Value | None]) -> None:
        """Keep both values of the questions that differ."""
        super().__init__(f"page {page.id} was changed elsewhere")
        self.page, self.mine, self.theirs = page, mine, theirs


class OutOfOrder(Exception):
    """A page that is not on the path, or behind the first open one."""

    def __init__(self, first_open: Page | None) -> None:
        """Keep the first open page; None when every page has been answered."""
        super().__init__("the page is not open yet")
        self.first_open = first_open


class AlreadySent(Exception):
    """The answers have been sent; they are as they were then."""


class NotSent(Exception):
    """Nothing was sent yet that could be corrected, looked at or finalised."""


class RoundClosed(Exception):
    """The round takes no answers now."""

    def __init__(self, round_: Round, when: Phase) -> None:
        """Keep the round, and whether it is still to come or over."""
        super().__init__(f"round {round_.id} is {when}")
        self.round, self.phase = round_, when


class IncompletePath(Exception):
    """A page on the path has no answer yet."""

    def __init__(self, page: Page) -> None:
        """Keep the first open page."""
        super().__init__(f"page {page.id} is open")
        self.page = page


def find_sitting(session: Session, invitation: Invitation) -> Sitting | None:
    """Return the sitting that an invitation began, None before Start."""
    return session.scalars(select(Sitting).where(Sitting.invitation_id == invitation.id)).one_or_none()


def start(session: Session, vault: Vault, invitation: Invitation, language: str, now: datetime) -> Sitting:
    """Begin an invitation's sitting, or return the one that was begun before. Raises RoundClosed."""
    begun = find_sitting(session, invitation)
    if begun is not None:
        return begun if begun.status != Status.ERASED else _begin_again(session, vault, begun, invitation, now)
    round_ = _open_round(session, invitation, now)
    definition, answers = get_definition(session, round_.digest), Answers()
    id_ = new_id()
    key, wrapped = vault.new_sitting_key(school_key(session, vault), id_)
    done, total = _count(definition, answers)
    sitting = Sitting(
        id=id_,
        school_id=invitation.school_id,
        invitation_id=invitation.id,
        digest=definition.digest,
        wrapped_key=wrapped,
        language=language,
        answers=seal_answers(key, id_, answers),
        summary=seal_summary(key, id_, NOTHING),
        status=Status.STARTED,
        done=done,
        total=total,
        started_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(sitting)
    except IntegrityError:  # Start was pressed twice at once; the other press won
        return session.scalars(select(Sitting).where(Sitting.invitation_id == invitation.id)).one()
    audit.record(session, vault, actor_of(sitting), "sitting.start", f"sitting:{id_}", now)
    return sitting


def read(session: Session, vault: Vault, sitting: Sitting) -> tuple[Definition, Answers]:
    """Return the questionnaire of a sitting and what was given so far, with what is being corrected."""
    definition = get_definition(session, sitting.digest)
    if sitting.status == Status.ERASED:
        return definition, Answers()
    key = sitting_key(session, vault, sitting)
    return definition, open_answers(key, sitting) if sitting.correction is None else open_correction(key, sitting)


def takes_answers(sitting: Sitting) -> bool:
    """Return whether answers can be given: it was not sent yet, or what was sent is being corrected."""
    return sitting.status == Status.STARTED or sitting.correction is not None


def answer(
    session: Session,
    vault: Vault,
    sitting: Sitting,
    page_id: str,
    values: Mapping[str, Value | None],
    seen: Mapping[str, int],
    now: datetime,
    ahead: bool = False,
    actor: str | None = None,
) -> Page | None:
    """Store the answers of a page and return the next page on the path, None at its end.

    `actor` is who answers, for the record, where it is not the student alone.

    `ahead` takes a page of the path that stands behind the first open one: several were shown at once.

    `seen` is the revision of each answer that the page showed: an older one with another value raises Conflict;
    different questions merge; the same value again changes nothing. Raises OutOfOrder, AlreadySent, RoundClosed,
    and kinds' Refused for a value that the question does not take.
    """
    hold(session, sitting)
    if not takes_answers(sitting):
        raise AlreadySent
    _check_round(session, sitting, now)
    definition, before = read(session, vault, sitting)
    page = _get_page(definition, before, page_id, ahead)
    after = _merge(definition, page, before, values, seen)
    if after is not before:
        _keep(session, vault, sitting, definition, after, page, now)
        audit.record(session, vault, actor or actor_of(sitting), "sitting.answer", f"sitting:{sitting.id}", now)
        given, still = route.consented(definition, before.values), route.consented(definition, after.values)
        _record_consents(session, vault, sitting, given, still, now)
    return route.next_page(definition, after.values, page.id)


def submit(
    session: Session, vault: Vault, sitting: Sitting, now: datetime, actor: str | None = None
) -> Receipt:
    """Close the sitting: score it, store the outcome, raise its flags; give the same receipt when asked again.

    Sent again after a correction the new outcome counts; the one before stays, with the answers that it was made of.

    Raises IncompletePath with the first open page, RoundClosed.
    """
    hold(session, sitting)
    if not takes_answers(sitting):
        return _get_receipt(session, sitting)
    _check_round(session, sitting, now)
    definition, answers = read(session, vault, sitting)
    if (page := route.first_open(definition, answers.values)) is not None:
        raise IncompletePath(page)
    outcome, key = score(definition, answers.values), sitting_key(session, vault, sitting)
    code = "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_CHARACTERS))
    try:
        with session.begin_nested():
            before = _take_over(session, sitting, key, answers) if sitting.correction is not None else None
            sitting.sendings += 1
            _store_outcome(session, sitting, key, outcome, code, now)
            sitting.status, sitting.sent_at, sitting.changed_at = Status.SENT, now, now
            sitting.priority = priority_of(definition, outcome)
            given = route.find_path(definition, answers.values).values
            sitting.summary = seal_summary(key, sitting.id, summarise(definition, given, outcome))
    except (IntegrityError, StaleDataError):  # sent twice at once; the other one won
        session.refresh(sitting)
        return _get_receipt(session, sitting)
    raise_flags(session, vault, sitting, definition, outcome, now, known=before.flags if before else ())
    audit.record(session, vault, actor or actor_of(sitting), "sitting.send", f"sitting:{sitting.id}", now)
    return Receipt(code, now, first=True)


def get_outcome(session: Session, vault: Vault, sitting: Sitting) -> Outcome | None:
    """Return what the rules said when the sitting was sent, None before."""
    stored = find_outcome(session, sitting) if sitting.status != Status.ERASED else None
    return None if stored is None else open_outcome(sitting_key(session, vault, sitting), stored)


def find_receipt(session: Session, sitting: Sitting) -> Receipt | None:
    """Return the receipt of a sitting that was sent, None before."""
    stored = find_outcome(session, sitting) if sitting.status != Status.ERASED else None
    return None if stored is None else Receipt(stored.receipt, stored.created_at, first=False)


def priority_of(definition: Definition, outcome: Outcome) -> int | None:
    """Return the number that the definition's priority rule gave, None without such a rule or value."""
    rule = definition.report.priority if definition.report else None
    value = outcome.rules[rule].value if rule else None
    return None if value is None else int(value)


def _begin_again(
    session: Session, vault: Vault, sitting: Sitting, invitation: Invitation, now: datetime
) -> Sitting:
    """Begin afresh where everything was taken back: a new key, nothing said, nothing of before."""
    hold(session, sitting)
    if sitting.status != Status.ERASED:  # Start was pressed twice at once; the other press won
        return sitting
    round_ = _open_round(session, invitation, now)
    definition, answers = get_definition(session, round_.digest), Answers()
    key, sitting.wrapped_key = vault.new_sitting_key(school_key(session, vault), sitting.id)
    sitting.digest, sitting.answers = definition.digest, seal_answers(key, sitting.id, answers)
    sitting.summary = seal_summary(key, sitting.id, NOTHING)
    sitting.done, sitting.total = _count(definition, answers)
    sitting.status, sitting.started_at, sitting.changed_at, sitting.sent_at = Status.STARTED, now, now, None
    sitting.sendings += 1  # under this number there is no outcome: what counted before is erased
    audit.record(session, vault, actor_of(sitting), "sitting.start", f"sitting:{sitting.id}", now)
    return sitting


def _check_round(session: Session, sitting: Sitting, now: datetime) -> None:
    """Raise RoundClosed where answers come too late; what was sent can be put right as long as nobody finalised it."""
    if sitting.correction is None:
        _open_round(session, session.get_one(Invitation, sitting.invitation_id), now)


def _keep(
    session: Session, vault: Vault, sitting: Sitting, definition: Definition, after: Answers, page: Page, now: datetime
) -> None:
    """Seal answers into their place; how far a student is counts until the first sending only."""
    key = sitting_key(session, vault, sitting)
    if sitting.correction is not None:
        sitting.correction = seal_correction(key, sitting.id, after)
    else:
        after = after.with_moment(page.id, int((now - sitting.started_at).total_seconds()))
        sitting.answers = seal_answers(key, sitting.id, after)
        given = route.find_path(definition, after.values).values
        sitting.summary = seal_summary(key, sitting.id, summarise(definition, given, None))
        sitting.done, sitting.total = _count(definition, after)
    sitting.changed_at = now


def _take_over(session: Session, sitting: Sitting, key: bytes, answers: Answers) -> Outcome | None:
    """Put corrected answers in the place of those that were sent, which stay with their outcome; return that."""
    stored = find_outcome(session, sitting)
    if stored is not None:
        stored.answers = seal_sent(key, stored.id, open_answers(key, sitting))
    sitting.answers, sitting.correction = seal_answers(key, sitting.id, answers), None
    return open_outcome(key, stored) if stored else None


def _open_round(session: Session, invitation: Invitation, now: datetime) -> Round:
    round_ = session.get_one(Round, invitation.round_id)
    if (when := phase(round_, now)) is not Phase.OPEN:
        raise RoundClosed(round_, when)
    return round_


def _get_page(definition: Definition, answers: Answers, page_id: str, ahead: bool) -> Page:
    """Return a page that may be answered: on the path, and not behind the first open one unless `ahead`."""
    first_open = route.first_open(definition, answers.values)
    for page in route.find_path(definition, answers.values).pages:
        if page.id == page_id:
            return page
        if first_open is not None and page.id == first_open.id and not ahead:
            break
    raise OutOfOrder(first_open)


def _merge(
    definition: Definition, page: Page, before: Answers, values: Mapping[str, Value | None], seen: Mapping[str, int]
) -> Answers:
    """Return the answers with those of a page; raise Conflict where both sides changed one."""
    shown = set(route.find_path(definition, before.values).questions)
    after, mine, theirs = before, {}, {}
    for question in page.questions:
        if question not in values or question not in shown:
            continue
        value = definition.questions[question].accept(values[question])
        stored = before.get(question)
        current = stored.value if stored else None
        if value != current and seen.get(question, 0) != before.revision(question):
            mine[question], theirs[question] = value, current
        after = after.with_value(question, value)
    if mine:
        raise Conflict(page, mine, theirs)
    for question in route.without_consent(definition, after.values):  # not only left out: it may not be kept
        after = after.with_value(question, None)
    return after


def _record_consents(
    session: Session, vault: Vault, sitting: Sitting, before: frozenset[str], after: frozenset[str], now: datetime
) -> None:
    """Record that the student gave or took back a consent; which one stays sealed among the answers."""
    for action, questions in (("consent.give", after - before), ("consent.withdraw", before - after)):
        if questions:
            audit.record(session, vault, actor_of(sitting), action, f"sitting:{sitting.id}", now)


def _count(definition: Definition, answers: Answers) -> tuple[int, int]:
    """Return the pages done and the pages of the longest path that is still possible."""
    page = route.first_open(definition, answers.values)
    last = route.find_path(definition, answers.values).pages[-1]
    number, total = route.progress(definition, answers.values, (page or last).id)
    return (number if page is None else number - 1), total


def _get_receipt(session: Session, sitting: Sitting) -> Receipt:
    receipt = find_receipt(session, sitting)
    assert receipt is not None, "a sitting that was sent has an outcome"
    return receipt


def _store_outcome(
    session: Session, sitting: Sitting, key: bytes, outcome: Outcome, code: str, now: datetime
) -> None:
    id_ = new_id()
    session.add(
        StoredOutcome(
            id=id_,
            school_id=sitting.school_id,
            sitting_id=sitting.id,
            number=sitting.sendings,
            digest=sitting.digest,
            engine=ENGINE,
            content=seal_outcome(key, id_, outcome),
            receipt=code,
            created_at=now,
        )
    )


def actor_of(sitting: Sitting) -> str:
    """Return how the record names the student."""
    return f"student:{sitting.id}"
