"""Rounds, links and what lists show of a class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import Campus, make_settings
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session
from stages import FINE, NOW, SOURCE, WORRIED, Course, make_course

from survey import class_work, classes, flags, review, roster, rounds
from survey.definition.load import BrokenDefinition
from survey.records import Profile, open_profile, school_key, seal_profile
from survey.review import Judgement
from survey.rounds import Phase
from survey.store.people import Student
from survey.store.surveying import Invitation, StoredDefinition
from survey.vault import Vault


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Count the statements that are sent meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: Any) -> None:
        sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


# Definitions and rounds


def test_same_file_is_kept_once(school: Campus) -> None:
    first = rounds.add_definition(school.session, SOURCE, NOW)
    again = rounds.add_definition(school.session, SOURCE, NOW + timedelta(days=1))
    assert first is again and first.created_at == NOW
    assert (first.questionnaire, first.version) == ("stap", 1)
    assert school.session.scalar(select(func.count()).select_from(StoredDefinition)) == 1


def test_definition_with_errors_is_refused_before_it_is_kept(school: Campus) -> None:
    with pytest.raises(BrokenDefinition):
        rounds.add_definition(school.session, SOURCE.replace("slapen, eten]", "slapen, ete]"), NOW)
    assert school.session.scalar(select(func.count()).select_from(StoredDefinition)) == 0


def test_round_is_coming_open_closed(school: Campus) -> None:
    stored = rounds.add_definition(school.session, SOURCE, NOW)
    opens, closes = NOW, NOW + timedelta(days=30)
    round_ = rounds.create_round(school.session, school.vault, stored, "Voorjaar", opens, closes, "system", NOW)
    second = timedelta(seconds=1)
    moments = {
        opens - second: Phase.COMING,
        opens: Phase.OPEN,
        closes - second: Phase.OPEN,
        closes: Phase.CLOSED,
    }
    assert {moment: rounds.phase(round_, moment) for moment in moments} == moments
    assert rounds.get_rounds(school.session) == [round_]


def test_round_that_closes_before_it_opens_is_refused(school: Campus) -> None:
    stored = rounds.add_definition(school.session, SOURCE, NOW)
    with pytest.raises(ValueError, match="closes after it opens"):
        rounds.create_round(school.session, school.vault, stored, "Voorjaar", NOW, NOW, "system", NOW)


# Links


def test_invited_again_keeps_the_link(course: Course) -> None:
    student = course.campus.student(course.group)
    invitation, token = rounds.invite(course.session, course.vault, course.round, student, "system", NOW)
    again, same = rounds.invite(course.session, course.vault, course.round, student, "system", NOW)
    assert again is invitation and same == token


def test_link_is_derived_and_only_its_hash_is_stored(course: Course, tmp_path: Path) -> None:
    _, invitation, token = course.invite()
    settings = make_settings("sqlite://", tmp_path, base_url="https://overstap.voorbeeld.nl")
    assert rounds.link(settings, course.vault, invitation) == f"https://overstap.voorbeeld.nl/u/{token}"
    assert token not in invitation.token_hash and len(token) == 26


def test_link_is_found_in_any_case_and_binds_the_school(course: Course, connection: Connection) -> None:
    _, invitation, token = course.invite()
    with Session(connection, join_transaction_mode="create_savepoint") as visitor:
        found = rounds.find_invitation(visitor, course.vault, token.lower())
        assert found is not None and found.id == invitation.id
        assert visitor.info["school_id"] == course.campus.school.id


@pytest.mark.parametrize("token", ["", "x", "0" * 26, "0" * 25, "U" * 26, "é" * 26, "0" * 400, "../../etc/passwd"])
def test_unknown_and_malformed_links_are_nobodys(course: Course, token: str) -> None:
    assert rounds.find_invitation(course.session, course.vault, token) is None


def test_revoked_link_is_nobodys(course: Course) -> None:
    _, invitation, token = course.invite()
    invitation.revoked_at = NOW
    course.session.flush()
    assert rounds.find_invitation(course.session, course.vault, token) is None


# What lists show


def test_class_shows_each_state(course: Course) -> None:
    course.invite("Aylin Aker")
    course.answer(course.begin("Bilal Bos"), "doel", doel="leren")
    course.send(FINE, "Cato Dijk")
    worried = course.send(WORRIED, "Damla Engel")
    review.finalise(course.session, course.vault, worried, course.mentor, Judgement(remark="Gesproken."), NOW)
    course.session.flush()
    rows = classes.get_class(course.session, course.vault, course.round, [course.group.id])
    shown = [(row.name, row.status, row.done, row.total, row.priority, row.flag, row.report_state) for row in rows]
    assert shown == [
        ("Aylin Aker", "not_started", 0, 0, None, False, None),
        ("Bilal Bos", "started", 1, 3, None, False, None),
        ("Cato Dijk", "sent", 4, 4, 4, False, None),
        ("Damla Engel", "final", 4, 4, 1, True, "waiting"),
    ]
    assert [(row.destination, row.asked, row.not_arranged) for row in rows] == [
        (None, None, None),
        ("leren", None, None),
        ("werken", "nee", (0, 0)),
        ("werken", "ja", (1, 1)),
    ]
    assert rows[0].municipality == "GM0439"


def test_class_leaves_out_who_was_not_asked_or_is_no_more(course: Course) -> None:
    course.campus.student(course.group, "Niet Gevraagd")
    _, revoked, _ = course.invite("Link Ingetrokken")
    revoked.revoked_at = NOW
    other = course.campus.round(SOURCE, name="Vorig jaar", now=NOW)
    course.campus.invitation(other, course.campus.student(course.group, "Andere Ronde"))
    course.invite("Wel Gevraagd")
    rows = classes.get_class(course.session, course.vault, course.round, [course.group.id])
    assert [row.name for row in rows] == ["Wel Gevraagd"]


def test_class_takes_as_many_queries_for_one_as_for_many(course: Course) -> None:
    course.send(WORRIED, "Een Student")
    course.session.flush()
    with counted(course.session) as for_one:
        classes.get_class(course.session, course.vault, course.round, [course.group.id])
    for number in range(4):
        course.send(WORRIED, f"Student {number}")
    course.session.flush()
    with counted(course.session) as for_many:
        rows = classes.get_class(course.session, course.vault, course.round, [course.group.id])
    assert len(rows) == 5
    assert len(for_many) == len(for_one) <= 4


def test_groups_count_the_work_of_their_students(course: Course) -> None:
    course.invite("Aylin Aker")
    course.send(FINE, "Cato Dijk")
    course.send(WORRIED, "Damla Engel")
    other = course.campus.group(course.coordinator, "V2A")
    course.campus.invitation(course.round, course.campus.student(other))
    rounds = (course.round.id,)
    groups = class_work.get_groups(course.session, course.vault, NOW, rounds=rounds)
    assert [(group.name, group.mentor, group.work["all"]) for group in groups] == [
        ("V2A", "Karim Bakker", 1),
        ("V2B", "Sanne de Wit", 3),
    ]
    work = groups[1].work
    assert (work["today"], work["unfinished"], work["discuss"], work["filled"]) == (1, 1, 2, 2)
    own = class_work.get_groups(course.session, course.vault, NOW, course.mentor.id, rounds)
    assert [group.name for group in own] == ["V2B"]
    assert class_work.get_groups(course.session, course.vault, NOW) == []


def test_flag_that_was_taken_up_is_not_counted(course: Course) -> None:
    begun = course.send(WORRIED)
    assert flags.take(course.session, course.vault, begun.id, course.mentor.id, NOW) == 2
    (row,) = classes.get_class(course.session, course.vault, course.round, [course.group.id])
    (group,) = class_work.get_groups(course.session, course.vault, NOW, rounds=[course.round.id])
    assert (row.flag, group.work["today"]) == (False, 0)


# Profiles and the roster

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DAY = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))


@given(st.builds(Profile, first_name=TEXT.filter(bool), last_name=TEXT, phone=TEXT, birth_date=DAY, last_day=DAY))
def test_profile_comes_back_as_it_was_sealed(profile: Profile) -> None:
    key = bytes(32)
    student = Student(id="a", profile=seal_profile(key, "a", profile))
    assert open_profile(key, student) == profile


def test_student_is_added_sealed_with_a_number_to_know_again(course: Course) -> None:
    profile = Profile("Zoë", "van Kade", birth_date=date(2007, 5, 4), phone="06 0000 0031")
    student = roster.add_student(course.session, course.vault, course.group, " 900031 ", profile, "GM0439")
    course.session.flush()
    assert open_profile(school_key(course.session, course.vault), student) == replace(profile, number="900031")
    assert b"Kade" not in student.profile and "900031" not in student.number_index
    assert profile.name == "Zoë van Kade"


def test_school_is_found_by_name_in_any_case(session: Session, vault: Vault) -> None:
    made = roster.create_school(session, vault, "ROC Waterkant", NOW)
    assert roster.find_school(session, " roc waterkant") is made
    assert roster.find_school(session, "ROC Anders") is None
    assert session.info["school_id"] == made.id


def test_invitation_of_another_school_is_out_of_reach(course: Course, other_school: Campus) -> None:
    other = make_course(other_school)
    _, _, token = other.invite("Ander Kind")
    found = rounds.find_invitation(course.session, course.vault, token)
    assert found is not None and found.school_id == other_school.school.id
    assert course.session.info["school_id"] == other_school.school.id
    assert course.session.scalars(select(Invitation)).all() == [found]
