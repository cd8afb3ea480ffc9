"""Correcting and sending again: what was sent stands until then, and stays readable afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from stages import LATER, NOW, WORRIED, Course, make_course

from survey import correction, flags, sitting
from survey.records import get_outcome, open_answers, open_outcome, open_sent, sitting_key
from survey.review import Judgement, finalise
from survey.sitting import Status
from survey.store.surveying import RaisedFlag, Sitting, StoredOutcome
from survey.store.traces import Event, Mail
from survey.verify import Verdict, verify


@pytest.fixture
def course(school: object) -> Course:
    """Give a class in an open round."""
    return make_course(school)  # type: ignore[arg-type]


@pytest.fixture
def sent(course: Course) -> Sitting:
    """Give a sitting that was sent with worries."""
    begun = course.begin()
    course.fill(begun, WORRIED)
    sitting.submit(course.session, course.vault, begun, LATER)
    return begun


def outcomes(course: Course) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return each outcome's number, the code of its receipt, and its flags."""
    rows = course.session.scalars(select(StoredOutcome).order_by(StoredOutcome.number)).all()
    keys = {row.sitting_id: course.session.get_one(Sitting, row.sitting_id) for row in rows}
    return [
        (row.number, row.receipt, tuple(open_outcome(sitting_key(course.session, course.vault, keys[row.sitting_id]), row).flags))
        for row in rows
    ]


def test_correction_changes_nothing_until_it_is_sent(course: Course, sent: Sitting) -> None:
    correction.correct(course.session, course.vault, sent, LATER)
    course.answer(sent, "thuis", slapen="ja", eten="nee")
    key = sitting_key(course.session, course.vault, sent)
    assert open_answers(key, sent).values["slapen"] == "nee"
    assert sitting.read(course.session, course.vault, sent)[1].values["slapen"] == "ja"
    assert (sent.status, sent.priority, sent.sendings) == (Status.SENT, 1, 1)
    correction.leave_as_sent(course.session, course.vault, sent, LATER)
    assert sitting.read(course.session, course.vault, sent)[1].values["slapen"] == "nee"
    assert not sitting.takes_answers(sent)


def test_sent_again_counts_and_the_first_stays_with_its_answers(course: Course, sent: Sitting) -> None:
    first = sitting.find_receipt(course.session, sent)
    correction.correct(course.session, course.vault, sent, LATER)
    course.answer(sent, "thuis", slapen="ja", eten="ja")
    second = sitting.submit(course.session, course.vault, sent, LATER)
    course.session.flush()
    assert first is not None and second.first and second.code != first.code
    assert (sent.status, sent.correction, sent.sendings, sent.priority) == (Status.SENT, None, 2, 2)
    assert [(number, flags) for number, _, flags in outcomes(course)] == [(1, ("dakloos", "honger")), (2, ())]
    assert get_outcome(course.session, sent).receipt == second.code
    key, old = sitting_key(course.session, course.vault, sent), course.session.scalars(select(StoredOutcome).where(StoredOutcome.number == 1)).one()
    assert open_sent(key, old, sent).values["slapen"] == "nee"
    assert [found.verdict for found in verify(course.session, course.vault)] == [Verdict.EQUAL, Verdict.EQUAL]


def test_sent_again_twice_at_once_is_one_sending(course: Course, sent: Sitting) -> None:
    correction.correct(course.session, course.vault, sent, LATER)
    receipt = sitting.submit(course.session, course.vault, sent, LATER)
    again = sitting.submit(course.session, course.vault, sent, LATER)
    assert (again.code, again.first) == (receipt.code, False)
    assert course.session.scalar(select(func.count()).select_from(StoredOutcome)) == 2


def test_flag_that_was_raised_stands_and_is_not_raised_twice(course: Course, sent: Sitting) -> None:
    correction.correct(course.session, course.vault, sent, LATER)
    course.answer(sent, "thuis", slapen="nee", eten="ja")
    sitting.submit(course.session, course.vault, sent, LATER)
    course.session.flush()
    assert course.session.scalar(select(func.count()).select_from(RaisedFlag)) == 2


def send_with(course: Course, begun: Sitting, slapen: str) -> int:
    """Correct one answer and send again; return how many flags that raised, each of which is mailed."""
    rows = [select(func.count()).select_from(table) for table in (RaisedFlag, Mail)]
    before = [course.session.scalar(each) or 0 for each in rows]
    correction.correct(course.session, course.vault, begun, LATER)
    course.answer(begun, "thuis", slapen=slapen, eten="nee")
    sitting.submit(course.session, course.vault, begun, LATER)
    course.session.flush()
    raised, mailed = ((course.session.scalar(each) or 0) - count for each, count in zip(rows, before, strict=True))
    assert raised == mailed
    return raised


def test_flag_that_comes_back_is_the_same_one_while_it_waits_for_somebody(course: Course, sent: Sitting) -> None:
    assert [send_with(course, sent, said) for said in ("ja", "nee", "ja", "nee")] == [0, 0, 0, 0]


def test_flag_that_comes_back_after_it_was_taken_up_is_news(course: Course, sent: Sitting) -> None:
    assert flags.take(course.session, course.vault, sent.id, course.mentor.id, LATER) == 2
    assert send_with(course, sent, "nee") == 0, "it was never away"
    assert [send_with(course, sent, said) for said in ("ja", "nee")] == [0, 1]
    assert [send_with(course, sent, said) for said in ("ja", "nee")] == [0, 0]


def test_closed_round_takes_a_correction(course: Course, sent: Sitting) -> None:
    course.round.closes_at = NOW
    correction.correct(course.session, course.vault, sent, LATER)
    course.answer(sent, "thuis", slapen="ja", eten="ja")
    assert sitting.submit(course.session, course.vault, sent, LATER).first


def test_after_finalising_a_correction_is_refused_and_a_begun_one_is_dropped(course: Course, sent: Sitting) -> None:
    correction.correct(course.session, course.vault, sent, LATER)
    course.session.flush()
    finalise(course.session, course.vault, sent, course.mentor, Judgement(), LATER)
    assert sent.correction is None
    with pytest.raises(correction.Final):
        correction.correct(course.session, course.vault, sent, LATER)
    with pytest.raises(sitting.AlreadySent):
        course.answer(sent, "thuis", slapen="ja", eten="ja")


def test_nothing_sent_is_nothing_to_correct(course: Course) -> None:
    begun = course.begin()
    with pytest.raises(sitting.NotSent):
        correction.correct(course.session, course.vault, begun, LATER)


def test_correcting_is_on_record(course: Course, sent: Sitting) -> None:
    correction.correct(course.session, course.vault, sent, LATER)
    correction.correct(course.session, course.vault, sent, LATER)  # pressed twice: once on record
    correction.leave_as_sent(course.session, course.vault, sent, LATER)
    course.session.flush()
    actions = course.session.scalars(select(Event.action).order_by(Event.number)).all()
    assert list(actions)[-2:] == ["sitting.correct", "sitting.leave"]
