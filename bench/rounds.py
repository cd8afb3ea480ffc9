"""Rounds: ten classes that look at the wall at once, and the reminders of 15,000 students."""

from __future__ import annotations

import http.client
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from machine import Machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.table import Figure, median_time, percentile, show
from survey import following, inviting, plans
from survey.hours import ZONE
from survey.records import Profile, school_key, seal_profile
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, Round
from survey.store.traces import Mail
from survey.store.types import new_id
from survey.web.wall import make_key

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
CLASSES, OF_A_CLASS = 10, 30
STUDENTS = 15_000
SECONDS = 5


def main() -> None:
    """Print how the wall and the planning of reminders do on SQLite."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), f"sqlite:///{folder}/survey.sqlite")
        machine.run("db", "upgrade")
        machine.admit(QUESTIONNAIRE, 1)
        with machine.inside() as (app, session):
            walls = make_walls(app, session)
            group_id, round_id = session.execute(select(Student.group_id, Invitation.round_id).join(Invitation)).first()
            query = median_time(lambda: following.count_wall(session, group_id, round_id), loops=50)
            session.commit()
        figures.append(Figure("query of a wall", 1000 * query, "ms", 5))
        machine.start_web()
        try:
            figures += watch_walls(machine.port, walls)
        finally:
            machine.stop()
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), f"sqlite:///{folder}/survey.sqlite")
        machine.run("db", "upgrade")
        machine.admit(QUESTIONNAIRE, 1)
        with machine.inside() as (app, session):
            figures += plan_reminders(app, session)
    show("Rounds", figures)


def make_walls(app: Flask, session: Session) -> list[str]:
    """Add ten classes that are asked; return the addresses of their counts."""
    vault, mentor, round_ = app.extensions["vault"], session.scalars(select(Staff)).first(), one_round(session)
    today, found = datetime.now(ZONE).date(), []
    for number in range(CLASSES):
        group = Group(id=new_id(), school_id=mentor.school_id, name=f"V{number}", mentor_id=mentor.id)
        session.add(group)
        session.flush()
        enrol(session, app, group, OF_A_CLASS)
        inviting.ask(session, vault, round_, [group.id], "system", datetime.now(UTC))
        key = make_key(vault, group.id, round_.id, today)
        found.append(f"/wall/{group.id}/{round_.id}/{key}/count")
    session.commit()
    return found


def enrol(session: Session, app: Flask, group: Group, many: int) -> None:
    """Add students with an address to a class."""
    key = school_key(session, app.extensions["vault"])
    for number in range(many):
        id_ = new_id()
        profile = seal_profile(key, id_, Profile(f"Noor{number}", "Bakker", email=f"n{number}@voorbeeld.nl"))
        row = Student(id=id_, school_id=group.school_id, group_id=group.id, number_index=id_, profile=profile)
        session.add(row)
    session.flush()


def one_round(session: Session) -> Round:
    """Return the round of the school."""
    return session.scalars(select(Round)).one()


def watch_walls(port: int, walls: list[str]) -> list[Figure]:
    """Ask each wall without a pause, as more than a hundred of them would at their pace of one look in five seconds."""
    taken: list[float] = []
    until = time.perf_counter() + SECONDS

    def watch(address: str) -> None:
        connection, tag = http.client.HTTPConnection("127.0.0.1", port, timeout=10), ""
        while time.perf_counter() < until:
            begin = time.perf_counter()
            connection.request("GET", address, headers={"If-None-Match": tag} if tag else {})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 304):
                raise RuntimeError(f"the wall answered {answer.status}")
            tag = answer.headers["ETag"]
            taken.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=watch, args=(address,)) for address in walls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [
        Figure("looks a second, ten walls without a pause", len(taken) / SECONDS, "1/s"),
        Figure("one look, p95 of these", 1000 * percentile(taken, 0.95), "ms"),
    ]


def plan_reminders(app: Flask, session: Session) -> list[Figure]:
    """Ask 15,000 students, then let everyone be due a reminder at once."""
    vault, settings = app.extensions["vault"], app.extensions["settings"]
    group, round_ = session.scalars(select(Group)).first(), one_round(session)
    enrol(session, app, group, STUDENTS)
    now = datetime.now(ZONE).replace(hour=11)
    now += timedelta(days=(7 - now.weekday()) % 7)  # a Monday, so that mail may leave
    round_.closes_at = now + timedelta(days=60)
    plans.save_plan(session, vault, round_, plans.Plan(reminders=3, remind_days=7))
    begin = time.perf_counter()
    asked = inviting.ask(session, vault, round_, [group.id], "system", now)
    session.commit()
    asking = time.perf_counter() - begin
    seconds = []
    for moment in (now, now + timedelta(days=7)):
        begin = time.perf_counter()
        while inviting.write_due(session, vault, settings, moment):
            session.commit()
        session.commit()
        seconds.append(time.perf_counter() - begin)
    written = session.scalar(select(func.count()).select_from(Mail))
    if asked < STUDENTS or written < 2 * STUDENTS:
        raise RuntimeError(f"{asked} asked, {written} written")
    return [
        Figure(f"asking {STUDENTS} students", asking, "s"),
        Figure(f"writing {STUDENTS} invitations", seconds[0], "s"),
        Figure(f"writing {STUDENTS} reminders", seconds[1], "s"),
        Figure("one of them", 1000 * seconds[1] / STUDENTS, "ms"),
    ]
