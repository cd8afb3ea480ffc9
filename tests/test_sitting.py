"""Start, answer, send: what is stored, what is refused, and what two tabs at once may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import Campus
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from stages import FINE, LATER, NOW, WORRIED, Course, make_course

from survey import mail, sitting
from survey.kinds.question import Refused
from survey.records import open_flag, open_summary, school_key, sitting_key
from survey.rounds import Phase
from survey.score import ENGINE
from survey.sitting import AlreadySent, Conflict, IncompletePath, OutOfOrder, RoundClosed, Status
from survey.store.scope import in_school
from survey.store.surveying import RaisedFlag, Sitting, StoredOutcome
from survey.store.traces import Event, Mail
from survey.summary import Summary
from survey.vault import Unreadable, Vault


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def given_by(course: Course, begun: Sitting) -> dict[str, object]:
    return dict(sitting.read(course.session, course.vault, begun)[1].values)


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(Event.action).order_by(Event.number)))


# Start


def test_start_begins_at_the_first_page_of_the_longest_path(course: Course) -> None:
    begun = course.begin()
    assert (begun.status, begun.done, begun.total, begun.language) == (Status.STARTED, 0, 4, "nl")
    assert actions(course.session) == ["sitting.start"]


def test_start_again_goes_on_with_the_same_sitting(course: Course) -> None:
    _, invitation, _ = course.invite()
    begun = sitting.start(course.session, course.vault, invitation, "nl", NOW)
    course.answer(begun, "doel", doel="leren")
    again = sitting.start(course.session, course.vault, invitation, "en", LATER)
    assert again is begun and begun.language == "nl"
    assert given_by(course, again) == {"doel": "leren"}


@pytest.mark.parametrize(("days", "phase"), [(-2, Phase.COMING), (31, Phase.CLOSED)])
def test_start_outside_the_round_is_refused(course: Course, days: int, phase: Phase) -> None:
    with pytest.raises(RoundClosed) as refused:
        course.begin(now=NOW + timedelta(days=days))
    assert refused.value.phase is phase


# Answer


def test_answers_are_sealed_and_progress_is_plain(course: Course) -> None:
    begun = course.begin()
    following = course.answer(begun, "doel", doel="werken")
    assert following is not None and following.id == "baan"
    assert (begun.done, begun.total) == (1, 4)
    assert b"werken" not in begun.answers
    assert given_by(course, begun) == {"doel": "werken"}
    with pytest.raises(Unreadable):
        Vault.open_(school_key(course.session, course.vault), f"sitting:{begun.id}:answers", begun.answers)


def test_branch_shortens_the_path_and_keeps_what_left_it(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="werken")
    course.answer(begun, "baan", baan="nee")
    following = course.answer(begun, "doel", doel="leren")
    assert following is not None and following.id == "thuis"
    assert (begun.done, begun.total) == (1, 3)
    course.answer(begun, "doel", doel="werken")
    assert given_by(course, begun) == {"doel": "werken", "baan": "nee"}


def test_last_page_has_none_after_it(course: Course) -> None:
    begun = course.begin()
    course.fill(begun, FINE)
    assert course.answer(begun, "eigen", eigen=None) is None
    assert (begun.done, begun.total) == (4, 4)


@pytest.mark.parametrize("page", ["thuis", "eigen", "bestaat_niet"])
def test_page_behind_the_first_open_one_is_out_of_order(course: Course, page: str) -> None:
    begun = course.begin()
    with pytest.raises(OutOfOrder) as refused:
        course.answer(begun, page, slapen="ja", eten="ja")
    assert refused.value.first_open is not None and refused.value.first_open.id == "doel"
    assert given_by(course, begun) == {}


def test_page_off_the_path_is_out_of_order(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="leren")
    with pytest.raises(OutOfOrder):
        course.answer(begun, "baan", baan="ja")


def test_answer_of_another_page_is_not_taken(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="leren", slapen="ja")
    assert given_by(course, begun) == {"doel": "leren"}


def test_code_that_the_question_does_not_have_is_refused(course: Course) -> None:
    begun = course.begin()
    with pytest.raises(Refused):
        course.answer(begun, "doel", doel="<script>")
    assert given_by(course, begun) == {}


def test_same_answer_again_changes_nothing(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="leren")
    course.session.flush()
    before = begun.version, begun.answers, actions(course.session)
    following = course.answer(begun, "doel", seen={"doel": 0}, doel="leren")  # the reply was lost, the form sent again
    course.session.flush()
    assert following is not None and following.id == "thuis"
    assert (begun.version, begun.answers, actions(course.session)) == before


def test_round_that_closed_meanwhile_takes_no_answer(course: Course) -> None:
    begun = course.begin()
    course.round.closes_at = NOW
    with pytest.raises(RoundClosed):
        course.answer(begun, "doel", doel="leren")


# Two tabs


def test_older_tab_does_not_overwrite_a_newer_answer(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", seen={"doel": 0}, doel="werken")
    with pytest.raises(Conflict) as refused:
        course.answer(begun, "doel", seen={"doel": 0}, doel="leren")
    assert refused.value.page.id == "doel"
    assert (refused.value.mine, refused.value.theirs) == ({"doel": "leren"}, {"doel": "werken"})
    assert given_by(course, begun) == {"doel": "werken"}
    course.answer(begun, "doel", seen={"doel": 1}, doel="leren")
    assert given_by(course, begun) == {"doel": "leren"}


def test_different_questions_of_a_page_merge(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="leren")
    course.answer(begun, "thuis", seen={"slapen": 0, "eten": 0}, slapen="ja", eten=None)
    course.answer(begun, "thuis", seen={"slapen": 0, "eten": 0}, slapen="ja", eten="nee")
    assert given_by(course, begun) == {"doel": "leren", "slapen": "ja", "eten": "nee"}


def test_answer_taken_back_in_one_tab_is_not_lost_by_another(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", seen={"doel": 0}, doel="leren")
    course.answer(begun, "doel", seen={"doel": 1}, doel=None)
    with pytest.raises(Conflict) as refused:
        course.answer(begun, "doel", seen={"doel": 1}, doel="werken")
    assert refused.value.theirs == {"doel": None}


@hypothesis_settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["look", "post"]), st.sampled_from(["ja", "nee"])), max_size=12
    )
)
def test_no_tab_overwrites_what_it_has_not_seen(course: Course, steps: list[tuple[int, str, str]]) -> None:
    """R3 as a machine: two tabs look and post; a post either was based on what stands there, or is refused."""
    begun = course.begin()
    course.answer(begun, "doel", doel="leren")
    seen, value, revision = [0, 0], None, 0
    for tab, step, code in steps:
        if step == "look":
            seen[tab] = revision
            continue
        try:
            course.answer(begun, "thuis", seen={"slapen": seen[tab]}, slapen=code)
        except Conflict:
            assert seen[tab] != revision and code != value
        else:
            assert seen[tab] == revision or code == value
            revision += code != value
            value = code
        assert given_by(course, begun).get("slapen") == value


# Send


def test_sending_scores_and_closes(course: Course) -> None:
    begun = course.send(FINE)
    outcome = sitting.get_outcome(course.session, course.vault, begun)
    assert outcome is not None and outcome.scales["thuis"].band == "goed"
    assert (begun.status, begun.priority, begun.sent_at) == (Status.SENT, 4, LATER)
    stored = course.session.scalars(select(StoredOutcome)).one()
    assert (stored.digest, stored.engine) == (begun.digest, ENGINE)
    assert b"goed" not in stored.content
    assert actions(course.session)[-1] == "sitting.send"


def test_sending_again_gives_the_same_receipt(course: Course) -> None:
    """R2: exactly one outcome, whatever arrives twice."""
    begun = course.begin()
    course.fill(begun, WORRIED)
    first = sitting.submit(course.session, course.vault, begun, LATER)
    course.round.closes_at = LATER  # also when the round closed in between
    again = sitting.submit(course.session, course.vault, begun, LATER + timedelta(minutes=1))
    assert (first.first, again.first) == (True, False)
    assert (first.code, first.sent_at) == (again.code, again.sent_at)
    assert course.session.scalar(select(func.count()).select_from(StoredOutcome)) == 1
    assert course.session.scalar(select(func.count()).select_from(RaisedFlag)) == 2


def test_sending_an_open_path_names_the_first_open_page(course: Course) -> None:
    begun = course.begin()
    course.answer(begun, "doel", doel="leren")
    with pytest.raises(IncompletePath) as refused:
        sitting.submit(course.session, course.vault, begun, NOW)
    assert refused.value.page.id == "thuis"
    assert begun.status == Status.STARTED
    assert sitting.get_outcome(course.session, course.vault, begun) is None
    assert sitting.find_receipt(course.session, begun) is None


def test_nothing_is_changed_after_sending(course: Course) -> None:
    begun = course.send(FINE)
    with pytest.raises(AlreadySent):
        course.answer(begun, "doel", doel="leren")
    assert given_by(course, begun) == FINE


def test_sending_after_the_round_closed_is_refused(course: Course) -> None:
    begun = course.begin()
    course.fill(begun, FINE)
    with pytest.raises(RoundClosed):
        sitting.submit(course.session, course.vault, begun, course.round.closes_at)


# Alarms


def test_flags_are_raised_with_their_term(course: Course) -> None:
    begun = course.send(WORRIED)
    key = sitting_key(course.session, course.vault, begun)
    raised = {open_flag(key, flag): flag for flag in course.session.scalars(select(RaisedFlag))}
    assert set(raised) == {"dakloos", "honger"}
    assert raised["dakloos"].due_at.date() == LATER.date()
    assert raised["honger"].due_at.date() == LATER.date() + timedelta(days=7)
    assert all(flag.taken_at is None and b"dakloos" not in flag.content for flag in raised.values())


def test_flag_mails_the_mentor_and_the_coordinator_without_content(course: Course) -> None:
    course.send(WORRIED, "Yara Smit")
    key = school_key(course.session, course.vault)
    letters = [mail.read(key, row) for row in course.session.scalars(select(Mail))]
    addresses = {course.campus.email(course.mentor), course.campus.email(course.coordinator)}
    assert {letter.to for letter in letters} == addresses
    assert {letter.template for letter in letters} == {"flag"}


def test_no_flag_no_mail(course: Course) -> None:
    course.send(FINE)
    assert course.session.scalars(select(Mail)).all() == []


def test_flag_of_a_mentor_who_left_goes_to_the_coordinator(course: Course) -> None:
    course.mentor.disabled_at = NOW
    course.send({**WORRIED, "eten": "ja"})
    row = course.session.scalars(select(Mail)).one()
    letter = mail.read(school_key(course.session, course.vault), row)
    assert letter.to == course.campus.email(course.coordinator)


def test_answer_is_merged_with_what_another_process_stored_since_the_page_was_read(course: Course) -> None:
    """R3: the row is read again under its lock; a copy read before would overwrite, or be refused for no reason."""
    begun = course.begin()
    course.fill(begun, FINE)
    shown = sitting.read(course.session, course.vault, begun)[1].revision
    seen = {"slapen": shown("slapen"), "eten": shown("eten")}
    course.session.flush()
    before = {"answers": begun.answers, "version": begun.version}
    with Session(course.session.connection(), join_transaction_mode="create_savepoint") as other:
        in_school(other, begun.school_id)
        theirs = other.get_one(Sitting, begun.id)
        sitting.answer(other, course.vault, theirs, "thuis", {"slapen": "nee"}, seen, LATER)
        other.commit()
    for name, value in before.items():  # the copy that this process read before
        set_committed_value(begun, name, value)
    course.answer(begun, "thuis", seen=seen, eten="nee")
    course.session.flush()
    given = given_by(course, begun)
    assert (given["slapen"], given["eten"]) == ("nee", "nee")


# Two at the very same moment, where the row lock did not help


def test_start_that_lost_the_race_goes_on_with_the_winners(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    _, invitation, _ = course.invite()
    winner = sitting.start(course.session, course.vault, invitation, "nl", NOW)
    monkeypatch.setattr(sitting, "find_sitting", lambda session, asked: None)
    assert sitting.start(course.session, course.vault, invitation, "nl", NOW) is winner


def test_send_that_lost_the_race_gives_the_winners_receipt(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """R2: the unique row decides, and nothing is raised or mailed a second time."""
    begun = course.begin()
    course.fill(begun, WORRIED)
    first = sitting.submit(course.session, course.vault, begun, LATER)
    course.session.flush()
    monkeypatch.setattr(sitting, "hold", lambda session, row: None)
    for name, value in {"status": Status.STARTED, "sendings": 0}.items():  # as the loser saw it
        set_committed_value(begun, name, value)
    again = sitting.submit(course.session, course.vault, begun, LATER)
    assert (again.code, again.first) == (first.code, False)
    assert course.session.scalar(select(func.count()).select_from(StoredOutcome)) == 1
    assert course.session.scalar(select(func.count()).select_from(RaisedFlag)) == 2
    assert course.session.scalar(select(func.count()).select_from(Mail)) == 2


# What lists show


def summary_of(course: Course, begun: Sitting) -> Summary:
    """Return what is stored for lists."""
    assert begun.summary is not None
    return open_summary(sitting_key(course.session, course.vault, begun), begun.id, begun.summary)


def test_summary_for_lists_is_stored_with_each_change(course: Course) -> None:
    begun = course.begin()
    assert summary_of(course, begun) == Summary()
    course.answer(begun, "doel", doel="werken")
    assert summary_of(course, begun) == Summary("werken")
    sent = course.send(WORRIED, "Daan Visser")
    assert summary_of(course, sent) == Summary("werken", "ja", 1, 1)
