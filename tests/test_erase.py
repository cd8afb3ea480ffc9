"""Erasing: after it nobody can read what was said, in this database or in a copy; what must go on goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from stages import LATER, WORRIED, Course, make_course

from survey import agreement, classes, correction, entries, flags, papers, review, school_view, sitting
from survey.erase import erase_sitting
from survey.records import sitting_key
from survey.report.papers import Overview
from survey.review import Judgement, finalise
from survey.sitting import Status
from survey.store.base import Base
from survey.store.inviting import Sheet
from survey.store.surveying import Invitation, RaisedFlag, Review, Sitting, StoredOutcome, StoredReport
from survey.store.traces import Event
from survey.vault import Unreadable
from survey.verify import Verdict, verify


@pytest.fixture
def course(school: object) -> Course:
    """Give a class in an open round."""
    return make_course(school)  # type: ignore[arg-type]


@pytest.fixture
def final(course: Course) -> Sitting:
    """Give a sitting that was sent, corrected and finalised, with a document."""
    begun = course.begin()
    course.fill(begun, WORRIED)
    sitting.submit(course.session, course.vault, begun, LATER)
    correction.correct(course.session, course.vault, begun, LATER)
    sitting.submit(course.session, course.vault, begun, LATER)
    finalise(course.session, course.vault, begun, course.mentor, Judgement("Goed gesprek."), LATER)
    report = course.session.scalars(select(StoredReport)).one()
    report.state, report.content, report.digest = "ready", b"verzegeld", "ab" * 32
    course.session.flush()
    return begun


def test_erased_sitting_opens_for_nobody(course: Course, final: Sitting) -> None:
    assert erase_sitting(course.session, course.vault, final, f"student:{final.id}", LATER)
    course.session.expire_all()
    assert (final.status, final.answers, final.correction, final.priority) == (Status.ERASED, b"", None, None)
    with pytest.raises(Unreadable):
        sitting_key(course.session, course.vault, final)
    assert [found.verdict for found in verify(course.session, course.vault)] == [Verdict.ERASED, Verdict.ERASED]
    assert sitting.get_outcome(course.session, course.vault, final) is None
    assert sitting.find_receipt(course.session, final) is None
    assert review.get_reviews(course.session, course.vault, final) == []
    report = course.session.scalars(select(StoredReport)).one()
    assert (report.state, report.content, report.digest) == ("erased", None, "ab" * 32)


def test_every_row_of_a_sitting_that_holds_content_is_blanked(course: Course, final: Sitting) -> None:
    """A table that is added and refers to a sitting has to be named here, and in `erase_sitting`."""
    erase_sitting(course.session, course.vault, final, "system", LATER)
    course.session.expire_all()
    of_sitting = {mapper.class_ for mapper in Base.registry.mappers if "sitting_id" in mapper.columns}
    for table in of_sitting:
        for row in course.session.scalars(select(table)):
            assert not getattr(row, "content", b""), table
    assert {StoredOutcome, RaisedFlag, Review, StoredReport} <= of_sitting


def test_overview_of_the_class_goes_with_the_answers_that_it_told(course: Course, final: Sitting) -> None:
    overview = Overview("nl", "Klas V2B", "", "", "", "", "", (), (("Noor Bakker", "Werken"),), "", "")
    papers.wish_overview(course.session, course.vault, course.group, course.round, overview, "system", LATER)
    papers.wish(course.session, course.vault, course.group, course.round, papers.Kind.CARDS, "A4", "system", LATER)
    erase_sitting(course.session, course.vault, final, "system", LATER)
    assert course.session.scalars(select(Sheet.kind)).all() == ["cards"]


def test_raised_flag_stays_without_what_it_said(course: Course, final: Sitting) -> None:
    erase_sitting(course.session, course.vault, final, "system", LATER)
    course.session.expire_all()
    raised = flags.get_flags(course.session, course.vault)
    assert len(raised) == 2 and {flag.name for flag in raised} and all(flag.text == {} for flag in raised)


def test_list_shows_an_erased_sitting_as_such(course: Course, final: Sitting) -> None:
    erase_sitting(course.session, course.vault, final, "system", LATER)
    course.session.expire_all()
    (row,) = classes.get_class(course.session, course.vault, course.round, [course.group.id])
    assert (row.status, row.destination, row.asked, row.priority) == ("erased", None, None, None)


def test_erased_student_can_begin_again_with_nothing_of_before(course: Course, final: Sitting) -> None:
    erase_sitting(course.session, course.vault, final, "system", LATER)
    invitation = course.session.get_one(type(course.invite("Ander Kind")[1]), final.invitation_id)
    again = sitting.start(course.session, course.vault, invitation, "nl", LATER)
    assert again is final and again.status == Status.STARTED
    assert sitting.read(course.session, course.vault, again)[1].values == {}
    assert sitting.find_receipt(course.session, again) is None
    course.fill(again, WORRIED)
    assert sitting.submit(course.session, course.vault, again, LATER).first
    course.session.flush()
    verdicts = {found.verdict for found in verify(course.session, course.vault)}
    assert verdicts == {Verdict.ERASED, Verdict.EQUAL}


def test_who_takes_part_again_is_reviewed_and_asked_again(course: Course, final: Sitting) -> None:
    """What was finalised, entered, seen and agreed before is gone; the numbers of documents run on."""
    now, key = LATER, (course.session, course.vault)
    entries.save_entry(*key, final, course.mentor, {"question": "Wil je Yara bellen?"}, 0, now)
    view = {"thuis": school_view.View("hulp", "Slaapt bij een tante.")}
    school_view.save(*key, final, course.mentor, view, now)
    agreement.save_choice(*key, final, 1, {"open": True}, now)
    assert agreement.get_state(*key, final).version == 1
    erase_sitting(*key, final, "system", now)
    invitation = course.session.get_one(Invitation, final.invitation_id)
    again = sitting.start(*key, invitation, "nl", now)
    course.fill(again, WORRIED)
    sitting.submit(*key, again, now)
    assert review.get_reviews(*key, again) == [] and school_view.get_views(*key, again) == []
    assert entries.find_entry(*key, again) is None and agreement.find_choice(*key, again, 1) == {}
    assert finalise(*key, again, course.mentor, Judgement("Weer gesproken."), now).number == 2
    (past,) = review.get_reviews(*key, again)
    assert (past.number, past.judgement.remark, past.report_state) == (2, "Weer gesproken.", "waiting")
    assert agreement.get_state(*key, again).version == 2


def test_erasing_twice_is_once_on_record(course: Course, final: Sitting) -> None:
    assert erase_sitting(course.session, course.vault, final, "system", LATER)
    assert not erase_sitting(course.session, course.vault, final, "system", LATER)
    course.session.flush()
    events = course.session.scalars(select(Event.action).where(Event.action == "sitting.erase")).all()
    assert len(events) == 1
