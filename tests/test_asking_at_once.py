"""Two coordinators, or one who presses twice, ask the same class at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from factories import make_campus
from flask import Flask
from sqlalchemy import func, select
from stages import NOW, make_course

from survey import inviting
from survey.store.database import db
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Round

AT_ONCE = 4


def test_class_that_is_asked_twice_at_once_is_asked_once(own_app: Flask) -> None:
    with own_app.app_context():
        session, vault = db.session(), own_app.extensions["vault"]
        course = make_course(make_campus(session, vault))
        for name in ("Noor Bakker", "Daan Visser"):
            course.campus.student(course.group, name)
        session.commit()
        school_id, round_id, group_id = course.campus.school.id, course.round.id, course.group.id
        session.close()
    start = Barrier(AT_ONCE)

    def ask() -> int:
        with own_app.app_context():
            session = db.session()
            start.wait(10)
            in_school(session, school_id)
            round_ = session.get_one(Round, round_id)
            inviting.ask(session, own_app.extensions["vault"], round_, [group_id], "system", NOW)
            session.commit()
            found = session.scalar(select(func.count()).select_from(Invitation)) or 0
            session.close()
            return found

    with ThreadPoolExecutor(AT_ONCE) as people:
        assert [each.result(60) for each in [people.submit(ask) for _ in range(AT_ONCE)]] == [2] * AT_ONCE
