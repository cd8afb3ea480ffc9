"""Response by day: counted in the days of the school, within a class and a reach, and drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from factories import Campus
from queries import recorded
from sqlalchemy.engine import Connection
from stages import FINE, LATER, NOW, Course, make_course

from survey.following import ClassCount
from survey.i18n import catalogue
from survey.response import Day, get_days
from survey.sitting import Status
from survey.web.response_picture import HEIGHT, MOST_DAYS, draw, draw_class

MONDAY = date(2026, 11, 23)
NL = catalogue("nl")


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


def test_days_are_those_of_the_school_and_none_is_left_out(course: Course) -> None:
    _, invited, _ = course.invite("Dirk Dam")
    invited.invited_at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam, on Monday
    done = course.send(FINE, "Anna Aalders")
    done.started_at, done.sent_at = NOW, datetime(2026, 11, 24, 22, 59, 59, 999_999, tzinfo=UTC)  # Tuesday 23:59:59
    course.begin("Bram Bos", NOW + timedelta(days=1))
    course.session.flush()
    found = get_days(course.session, course.round, NOW + timedelta(days=3))
    assert found == [
        Day(MONDAY, invited=1, started=1),
        Day(MONDAY + timedelta(days=1), started=1, finished=1),
        Day(MONDAY + timedelta(days=2)),
        Day(MONDAY + timedelta(days=3)),
    ]


def test_round_that_is_over_ends_with_its_last_day(course: Course) -> None:
    course.begin("Bram Bos")
    course.round.closes_at = NOW + timedelta(days=2)
    course.session.flush()
    assert len(get_days(course.session, course.round, NOW + timedelta(days=30))) == 3


def test_nobody_yet_is_no_day(course: Course) -> None:
    course.invite("Dirk Dam")
    assert get_days(course.session, course.round, NOW) == []
    assert draw([], 3, NL) is None


def test_who_took_the_answers_back_has_not_finished(course: Course) -> None:
    course.send(FINE, "Anna Aalders").status = Status.ERASED
    course.session.flush()
    assert get_days(course.session, course.round, LATER) == [Day(MONDAY, started=1)]


def test_class_and_reach_limit_what_is_counted(course: Course) -> None:
    course.send(FINE, "Anna Aalders")
    own, joke = course.group, course.campus.staff(name="Joke Prins")
    course.group = course.campus.group(joke, "H1A")
    course.send(FINE, "Zoë Zand")
    passed = course.invite("Ömer Overgedragen")[0]
    course.session.flush()
    ask = (course.session, course.round, LATER)
    assert [one.finished for one in get_days(*ask)] == [2]
    assert [one.finished for one in get_days(*ask, group_id=own.id)] == [1]
    assert get_days(*ask, group_id=own.id, mentor_id=joke.id) == []
    assert [one.finished for one in get_days(*ask, mentor_id=joke.id)] == [1]
    assert passed.group_id == course.group.id


def test_days_take_three_queries_however_many_students(course: Course, connection: Connection) -> None:
    for number in range(4):
        course.send(FINE, f"Student {number}")
    course.session.flush()
    with recorded(connection) as asked:
        get_days(course.session, course.round, LATER)
    assert len(asked) == 3


# The picture


def test_columns_grow_and_stand_on_each_other() -> None:
    days = [Day(MONDAY, invited=10, started=2, finished=1), Day(MONDAY + timedelta(days=1), started=4, finished=4)]
    chart = draw(days, 10, NL)
    assert chart is not None and chart.highest == 10
    assert chart.text == "Tot en met 24 november: 10 van 10 kreeg een bericht, 6 begonnen, 5 klaar."
    columns = {x: [box for box in chart.boxes if box.x == x] for x in ("0.000%", "14.286%")}
    assert [(box.tone, box.height) for box in columns["0.000%"]] == [("brand", 16), ("shade-2", 16), ("ground", 128)]
    assert [(box.tone, box.height) for box in columns["14.286%"]] == [("brand", 80), ("shade-2", 16), ("ground", 64)]
    for column in columns.values():
        assert sum(box.height for box in column) == HEIGHT
        for below, above in zip(column, column[1:], strict=False):
            assert above.y + above.height == below.y
    assert [(line.day, line.finished, line.total) for line in chart.lines] == [("23 november", 1, 1), ("24 november", 4, 5)]


def test_long_round_shows_its_last_days_and_counts_the_others_in() -> None:
    days = [Day(MONDAY, invited=4)]
    days += [Day(MONDAY + timedelta(days=number), finished=number == 80, started=number == 80) for number in range(1, 90)]
    chart = draw(days, 4, NL)
    assert chart is not None and len({box.x for box in chart.boxes}) == MOST_DAYS
    assert (chart.first, chart.last, chart.highest) == ("21 december", "20 februari", 4)
    assert [line.day for line in chart.lines] == ["23 november", "11 februari"]


def test_started_without_an_invitation_by_message_is_drawn() -> None:
    chart = draw([Day(MONDAY, invited=0, started=3, finished=1)], 3, NL)
    assert chart is not None and [(box.tone, box.height) for box in chart.boxes] == [("brand", 53), ("shade-2", 107)]


def test_bar_of_a_class_says_how_much_is_open() -> None:
    one = ClassCount("a", "V2B", "Sanne de Wit", students=24, asked=20, to_ask=4, unreached=0, started=10, finished=5)
    assert [(mark.tone, mark.x, mark.length) for mark in draw_class(one)] == [
        ("brand", "0.00%", "25.00%"),
        ("shade-2", "25.00%", "25.00%"),
        ("open", "50.00%", "50.00%"),
    ]
    assert draw_class(ClassCount("a", "V2B", "Sanne de Wit", 24, 0, 24, 0, 0, 0)) == ()
