"""The school's view: a remark, another priority with its reason, the plan for the document."""

from __future__ import annotations

import pytest
from factories import Campus
from sqlalchemy import select
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import jobs, review
from survey.review import BadJudgement, Judgement
from survey.sitting import NotSent, Status
from survey.store.surveying import Review, StoredReport
from survey.store.traces import Event


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def finalise(course: Course, begun: object, **judged: object) -> Review:
    return review.finalise(course.session, course.vault, begun, course.mentor, Judgement(**judged), LATER)  # type: ignore[arg-type]


def test_finalising_keeps_the_view_sealed_and_plans_the_document(course: Course) -> None:
    begun = course.send(FINE)
    made = finalise(course, begun, remark="Alles is geregeld.")
    assert (begun.status, begun.priority, made.number, made.staff_id) == (Status.FINAL, 4, 1, course.mentor.id)
    assert b"geregeld" not in made.content
    report = course.session.scalars(select(StoredReport)).one()
    assert (report.state, report.number, report.attempts, report.due_at) == ("waiting", 1, 0, LATER)
    assert course.session.info[jobs.PLANNED][-1] == ("render_report", report.id)
    last = course.session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()
    assert (last.actor, last.action) == (f"staff:{course.mentor.id}", "sitting.finalise")


def test_another_priority_is_kept_beside_that_of_the_rules(course: Course) -> None:
    begun = course.send(FINE)
    finalise(course, begun, remark="Gesproken.", override=2, reason="Het contract stopt.")
    assert begun.priority == 2
    (past,) = review.get_reviews(course.session, course.vault, begun)
    assert past.judgement == Judgement("Gesproken.", 2, "Het contract stopt.")
    assert (past.by, past.created_at, past.report_state) == ("Sanne de Wit", LATER, "waiting")


def test_the_same_view_twice_is_one_review(course: Course) -> None:
    begun = course.send(FINE)
    first = finalise(course, begun, remark="Gesproken.")
    course.session.flush()
    assert finalise(course, begun, remark="Gesproken.") is first
    assert len(course.session.scalars(select(StoredReport)).all()) == 1


def test_a_later_view_is_a_new_version_and_the_first_stays(course: Course) -> None:
    begun = course.send(WORRIED)
    finalise(course, begun, remark="Eerst.", override=4, reason="Vergissing.")
    finalise(course, begun, remark="Daarna.")
    assert begun.priority == 1
    past = review.get_reviews(course.session, course.vault, begun)
    assert [(one.number, one.judgement.remark) for one in past] == [(2, "Daarna."), (1, "Eerst.")]
    numbers = course.session.scalars(select(StoredReport.number).order_by(StoredReport.number)).all()
    assert numbers == [1, 2]


def test_what_was_not_sent_is_not_finalised(course: Course) -> None:
    with pytest.raises(NotSent):
        finalise(course, course.begin(), remark="Te vroeg.")


@pytest.mark.parametrize(
    ("judged", "code"),
    [
        ({"remark": "x" * 501}, "remark_long"),
        ({"override": 1, "reason": "x" * 501}, "reason_long"),
        ({"override": 1, "reason": "  "}, "reason_missing"),
        ({"override": 3, "reason": "Bestaat niet."}, "no_such_value"),
        ({"override": 99, "reason": "Bestaat niet."}, "no_such_value"),
    ],
)
def test_judgement_that_cannot_stand_is_refused(course: Course, judged: dict[str, object], code: str) -> None:
    begun = course.send(FINE)
    with pytest.raises(BadJudgement) as refused:
        finalise(course, begun, **judged)
    assert refused.value.code == code
    assert begun.status == Status.SENT
    assert course.session.scalars(select(Review)).all() == []


def test_failed_document_is_made_again_when_staff_ask(course: Course) -> None:
    begun = course.send(FINE)
    finalise(course, begun)
    report = course.session.scalars(select(StoredReport)).one()
    assert review.retry(course.session, course.vault, report, course.mentor, NOW) is False
    report.state, report.attempts = "failed", 5
    assert review.retry(course.session, course.vault, report, course.mentor, NOW) is True
    assert (report.state, report.attempts, report.due_at) == ("waiting", 0, NOW)
    assert course.session.info[jobs.PLANNED][-1] == ("render_report", report.id)
