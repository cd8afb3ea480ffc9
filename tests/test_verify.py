"""Stored outcomes recomputed: the same bytes for ever, or said why not."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
from factories import Campus, make_campus
from sqlalchemy import event
from sqlalchemy.orm import Session
from stages import FINE, SOURCE, WORRIED, Course, make_course

from survey import score as rules
from survey import verify as stage
from survey.records import get_definition, open_answers, open_outcome, seal_answers, seal_outcome
from survey.store.scope import in_school
from survey.store.surveying import Sitting, StoredOutcome
from survey.vault import Unreadable, Vault
from survey.verify import Verdict, verify

SECOND = SOURCE.replace("version: 1", "version: 2").replace("below: 1", "below: 2")
COPIED = ("school_id", "digest", "language", "status", "done", "total", "priority", "started_at", "changed_at", "sent_at")


@pytest.fixture
def course(school: Campus) -> Course:
    return make_course(school)


def outcome_of(session: Session, sitting: Sitting) -> StoredOutcome:
    """Return the stored outcome of a sitting."""
    return session.query(StoredOutcome).filter_by(sitting_id=sitting.id).one()


def key_of(course: Course, sitting: Sitting) -> bytes:
    """Return the key of a sitting."""
    return course.vault.sitting_key(course.campus.key, sitting)


def verdicts(course: Course) -> dict[str, Verdict]:
    """Return the verdict on each sitting of the school."""
    course.session.flush()
    return {finding.sitting: finding.verdict for finding in verify(course.session, course.vault)}


def test_what_was_stored_is_recomputed_byte_by_byte(course: Course) -> None:
    fine, worried = course.send(FINE), course.send(WORRIED, "Sem de Jong")
    course.begin("Yara Smit")  # not sent: there is nothing to recompute
    assert verdicts(course) == {fine.id: Verdict.EQUAL, worried.id: Verdict.EQUAL}


def test_a_changed_outcome_is_found(course: Course) -> None:
    fine, sitting = course.send(FINE), course.send(WORRIED, "Sem de Jong")
    stored, key = outcome_of(course.session, sitting), key_of(course, sitting)
    stored.content = seal_outcome(key, stored.id, replace(open_outcome(key, stored), flags=()))
    assert verdicts(course) == {fine.id: Verdict.EQUAL, sitting.id: Verdict.DIFFERENT}


def test_answers_changed_afterwards_are_found(course: Course) -> None:
    sitting = course.send(FINE)
    key = key_of(course, sitting)
    sitting.answers = seal_answers(key, sitting.id, open_answers(key, sitting).with_value("slapen", "nee"))
    assert verdicts(course) == {sitting.id: Verdict.DIFFERENT}


def test_a_destroyed_key_is_erased_and_no_difference(course: Course) -> None:
    sitting = course.send(FINE)
    sitting.wrapped_key = b""
    assert verdicts(course) == {sitting.id: Verdict.ERASED}


def test_content_that_its_key_does_not_open_is_not_taken_for_erased(course: Course) -> None:
    sitting, other = course.send(FINE), course.send(FINE, "Sem de Jong")
    outcome_of(course.session, sitting).content = outcome_of(course.session, other).content
    assert verdicts(course) == {sitting.id: Verdict.UNREADABLE, other.id: Verdict.EQUAL}


def test_an_unknown_engine_is_said(course: Course) -> None:
    sitting = course.send(FINE)
    outcome_of(course.session, sitting).engine = 99
    assert verdicts(course) == {sitting.id: Verdict.NO_ENGINE}


def test_the_engine_of_its_number_recomputes(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    sitting = course.send(FINE)
    asked: list[str] = []

    def older(definition: object, values: object) -> rules.Outcome:
        asked.append("engine 1")
        return rules.score(definition, values)  # type: ignore[arg-type]

    outcome_of(course.session, sitting).engine = 1
    monkeypatch.setitem(rules.ENGINES, 1, older)
    assert verdicts(course) == {sitting.id: Verdict.EQUAL} and asked == ["engine 1"]


def test_a_questionnaire_of_two_versions_is_recomputed_with_the_one_it_was_given(course: Course) -> None:
    first = course.send(FINE)
    changed = make_course(course.campus, SECOND)
    second = changed.send(FINE, "Sem de Jong")
    assert get_definition(course.session, first.digest).version == 1
    assert get_definition(course.session, second.digest).version == 2
    assert verdicts(course) == {first.id: Verdict.EQUAL, second.id: Verdict.EQUAL}


def test_a_school_sees_its_own_and_nobody_all_by_accident(
    course: Course, session: Session, vault: Vault
) -> None:
    ours = course.send(FINE)
    other = make_course(make_campus(session, vault, "Deltion Voorbeeld"))
    theirs = other.send(FINE, "Sem de Jong")
    session.flush()
    assert {finding.sitting for finding in verify(session, vault)} == {theirs.id}
    in_school(session, course.campus.school.id)
    assert {finding.sitting for finding in verify(session, vault)} == {ours.id}
    del session.info["school_id"]
    assert {finding.sitting for finding in verify(session, vault)} == {ours.id, theirs.id}


def test_another_master_key_is_refused(course: Course) -> None:
    course.send(FINE)
    with pytest.raises(Unreadable):
        list(verify(course.session, Vault(bytes(32))))


def test_nothing_is_written(course: Course) -> None:
    course.send(FINE)
    course.session.commit()
    sent: list[str] = []
    bound = course.session.connection()
    event.listen(bound, "before_cursor_execute", lambda c, cursor, statement, *rest: sent.append(statement.split()[0]))
    assert [finding.verdict for finding in verify(course.session, course.vault)] == [Verdict.EQUAL]
    assert set(sent) <= {"SELECT", "DECLARE", "FETCH", "CLOSE"} and not course.session.dirty


def test_memory_does_not_grow_with_the_number_of_outcomes(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "BATCH", 40)
    sitting = course.send(FINE)
    session, key = course.session, key_of(course, sitting)
    stored = outcome_of(session, sitting)
    content, invitation = open_outcome(key, stored), course.invite
    for number in range(5 * 40):
        _, asked, _ = invitation(f"Student {number}")
        copy = Sitting(**{column: getattr(sitting, column) for column in COPIED})
        copy.id, copy.invitation_id = f"copy{number}", asked.id
        own, copy.wrapped_key = course.vault.new_sitting_key(course.campus.key, copy.id)
        copy.answers = seal_answers(own, copy.id, open_answers(key, sitting))
        made = StoredOutcome(**{column: getattr(stored, column) for column in ("school_id", "digest", "engine", "receipt", "created_at")})
        made.id, made.sitting_id = f"outcome{number}", copy.id
        made.content = seal_outcome(own, made.id, content)
        session.add_all([copy, made])
    session.flush()
    session.expunge_all()
    sizes = []
    tracemalloc.start()
    for number, finding in enumerate(verify(session, course.vault)):
        assert finding.verdict is Verdict.EQUAL
        if number % 40 == 39:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[-1] < sizes[0] + 100_000
