"""What sealed rows hold, as values: each opened and sealed with the right key for the right place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.answers import Answers
from survey.definition.bundle import stored_bundle
from survey.definition.load import parse
from survey.definition.model import Definition
from survey.profile import Profile as Profile  # named here too: what a student's row holds
from survey.score.outcome import Outcome
from survey.store.casework import CaseEntry, Passing, SavedList, SchoolView
from survey.store.people import School, Staff, Student
from survey.store.surveying import RaisedFlag, Review, Sitting, StoredDefinition, StoredOutcome, StoredReport
from survey.summary import Summary
from survey.vault import Vault

_definitions: dict[str, Definition] = {}  # by digest, which tells everything of the value


class UnreadableDefinition(Exception):
    """A stored questionnaire that this version of the program cannot read; names its digest."""


def school_key(session: Session, vault: Vault) -> bytes:
    """Return the key of the school that the session is bound to."""
    return vault.school_key(session.get_one(School, session.info["school_id"]))


def sitting_key(session: Session, vault: Vault, sitting: Sitting) -> bytes:
    """Return the key of a sitting; raise Unreadable after its answers were erased."""
    return vault.sitting_key(school_key(session, vault), sitting)


def hold(session: Session, sitting: Sitting) -> None:
    """Read a sitting again as it is now, and hold it until the end of the transaction where rows can be held."""
    statement = select(Sitting).where(Sitting.id == sitting.id).with_for_update()
    session.scalars(statement.execution_options(populate_existing=True)).one()


def get_definition(session: Session, digest: str) -> Definition:
    """Return the questionnaire with which rows of this digest are read; raise UnreadableDefinition."""
    if digest not in _definitions:
        stored = session.get_one(StoredDefinition, digest)
        name = f"{stored.questionnaire}/{stored.version}.yaml"
        definition, _, findings = parse(stored_bundle(name, stored.source, stored.beside))
        if definition is None:
            raise UnreadableDefinition(f"{digest}: {findings[0].message if findings else 'empty'}")
        _definitions[digest] = definition
    return _definitions[digest]


def keep_definition(definition: Definition) -> None:
    """Remember a questionnaire that was read already, so that no visitor waits for it."""
    _definitions[definition.digest] = definition


def open_profile(key: bytes, student: Student) -> Profile:
    """Return who a student is, with the school's key."""
    return Profile.from_json(Vault.open_json(key, f"student:{student.id}:profile", student.profile))


def seal_profile(key: bytes, student_id: str, profile: Profile) -> bytes:
    """Return a profile sealed for this student's row."""
    return Vault.seal_json(key, f"student:{student_id}:profile", profile.to_json())


def open_name(key: bytes, staff: Staff) -> str:
    """Return a colleague's name, with the school's key."""
    return str(Vault.open_json(key, f"staff:{staff.id}:profile", staff.profile)["name"])


def open_answers(key: bytes, sitting: Sitting) -> Answers:
    """Return what a student gave, with the sitting's key."""
    return Answers.from_json(Vault.open_(key, f"sitting:{sitting.id}:answers", sitting.answers))


def seal_answers(key: bytes, sitting_id: str, answers: Answers) -> bytes:
    """Return answers sealed for this sitting's row."""
    return Vault.seal(key, f"sitting:{sitting_id}:answers", answers.to_json())


def seal_correction(key: bytes, sitting_id: str, answers: Answers) -> bytes:
    """Return answers that are being corrected, sealed for this sitting's row."""
    return Vault.seal(key, f"sitting:{sitting_id}:correction", answers.to_json())


def open_correction(key: bytes, sitting: Sitting) -> Answers:
    """Return the answers of a sitting that is being corrected, with the sitting's key."""
    assert sitting.correction is not None
    return Answers.from_json(Vault.open_(key, f"sitting:{sitting.id}:correction", sitting.correction))


def seal_sent(key: bytes, outcome_id: str, answers: Answers) -> bytes:
    """Return the answers that an outcome was made of, sealed for its row."""
    return Vault.seal(key, f"outcome:{outcome_id}:answers", answers.to_json())


def open_sent(key: bytes, stored: StoredOutcome, sitting: Sitting) -> Answers:
    """Return the answers that an outcome was made of: its own, or the sitting's when nothing was sent since."""
    if stored.answers is None:
        return open_answers(key, sitting)
    return Answers.from_json(Vault.open_(key, f"outcome:{stored.id}:answers", stored.answers))


def find_outcome(session: Session, sitting: Sitting) -> StoredOutcome | None:
    """Return the outcome of the last sending, None before the first."""
    number = StoredOutcome.number == sitting.sendings
    return session.scalars(select(StoredOutcome).where(StoredOutcome.sitting_id == sitting.id, number)).one_or_none()


def get_outcome(session: Session, sitting: Sitting) -> StoredOutcome:
    """Return the outcome of the last sending of a sitting that was sent."""
    found = find_outcome(session, sitting)
    assert found is not None, "a sitting that was sent has an outcome"
    return found


def open_summary(key: bytes, sitting_id: str, sealed: bytes) -> Summary:
    """Return what lists show of a sitting, with the sitting's key."""
    return Summary(*Vault.open_json(key, f"sitting:{sitting_id}:summary", sealed))


def seal_summary(key: bytes, sitting_id: str, summary: Summary) -> bytes:
    """Return a summary sealed for this sitting's row."""
    return Vault.seal_json(key, f"sitting:{sitting_id}:summary", summary.to_json())


def open_outcome(key: bytes, stored: StoredOutcome) -> Outcome:
    """Return what the rules said when a sitting was sent, with the sitting's key."""
    return Outcome.from_json(Vault.open_(key, f"outcome:{stored.id}:content", stored.content))


def seal_outcome(key: bytes, outcome_id: str, outcome: Outcome) -> bytes:
    """Return an outcome sealed for this row."""
    return Vault.seal(key, f"outcome:{outcome_id}:content", outcome.to_json())


def open_flag(key: bytes, flag: RaisedFlag) -> str:
    """Return which flag of the definition a row is, with the sitting's key."""
    return str(Vault.open_json(key, f"flag:{flag.id}:content", flag.content)["id"])


def seal_flag(key: bytes, row_id: str, flag_id: str) -> bytes:
    """Return the id of a definition's flag sealed for this row."""
    return Vault.seal_json(key, f"flag:{row_id}:content", {"id": flag_id})


def open_review(key: bytes, review: Review) -> dict[str, Any]:
    """Return what the school said: {remark, override, reason}, with the sitting's key."""
    said: dict[str, Any] = Vault.open_json(key, f"review:{review.id}:content", review.content)
    return said


def seal_review(key: bytes, review_id: str, said: Mapping[str, Any]) -> bytes:
    """Return the school's view sealed for this row."""
    return Vault.seal_json(key, f"review:{review_id}:content", dict(said))


def open_report(key: bytes, report: StoredReport) -> bytes:
    """Return the PDF of a report that is ready, with the sitting's key."""
    assert report.content is not None
    return Vault.open_(key, f"report:{report.id}:content", report.content)


def seal_report(key: bytes, report_id: str, pdf: bytes) -> bytes:
    """Return a PDF sealed for this row."""
    return Vault.seal(key, f"report:{report_id}:content", pdf)


def open_entry(key: bytes, entry: CaseEntry) -> dict[str, Any]:
    """Return what an entry of a student's log says, with the school's key."""
    said: dict[str, Any] = Vault.open_json(key, f"case_entry:{entry.id}:content", entry.content)
    return said


def seal_entry(key: bytes, entry_id: str, said: Mapping[str, Any]) -> bytes:
    """Return an entry of a student's log sealed for this row."""
    return Vault.seal_json(key, f"case_entry:{entry_id}:content", dict(said))


def open_case(key: bytes, row: Passing | SavedList | SchoolView) -> dict[str, Any]:
    """Return what a row of casework says: of a school's view with the sitting's key, else with the school's."""
    said: dict[str, Any] = Vault.open_json(key, f"{row.__tablename__}:{row.id}:content", row.content)
    return said


def seal_case(key: bytes, table: type[Passing | SavedList | SchoolView], row_id: str, said: Mapping[str, Any]) -> bytes:
    """Return what a row of casework says sealed for this row."""
    return Vault.seal_json(key, f"{table.__tablename__}:{row_id}:content", dict(said))
