"""The list of 15,000 students: chosen, sorted and searched, on SQLite and PostgreSQL; time on the server and bytes."""

from __future__ import annotations

import gc
import gzip
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from crowd import Crowd
from factories import MASTER_KEY, make_settings
from staffroom import Desk

from bench.table import Figure, show
from survey import accounts, create_app, lists, opened, roster, rounds
from survey.access import Role
from survey.choosing import SORTS, Wish
from survey.records import get_definition
from survey.store.database import db, upgrade
from survey.store.scope import in_school
from survey.vault import Vault

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
STUDENTS, MENTORS, TURNS = 15_000, 40, 9
EMAIL, PASSWORD = "joke@voorbeeld.nl", "nog een lang wachtwoord"
WISHES = {
    "all, by priority": "",
    "one class": "search=&group={group}",
    "search in names": "search=amrani",
    "destination, still to arrange": "destination=werken&sort=arranged&down=1",
    "who asks for help": "asked=ja",
    "talk today": "state=today",
    "to discuss": "state=discuss",
    "no municipality": "municipality=unknown",
    "no flag": "flag=none",
    "page 200": "page=200",
    **{f"sorted by {sort}": f"sort={sort}" for sort in SORTS if sort != "priority"},
}


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give an empty database of each kind; PostgreSQL where one answers at the address of the tests."""
    server = os.environ.get("SURVEY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{folder}/lists.sqlite"}
        try:
            with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=5) as connection:
                connection.execute("DROP DATABASE IF EXISTS survey_bench_lists WITH (FORCE)")
                connection.execute("CREATE DATABASE survey_bench_lists")
            found["PostgreSQL"] = f"{server.replace('postgresql://', 'postgresql+psycopg://', 1)}/survey_bench_lists"
        except psycopg.OperationalError as error:
            print(f"no PostgreSQL: {error}")
        yield found
        if "PostgreSQL" in found:
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS survey_bench_lists WITH (FORCE)")


def load(app: Any, students: int) -> tuple[str, str]:
    """Make a school; return its id and that of a class."""
    now, vault = datetime.now(UTC), Vault(MASTER_KEY)
    session = db.session()
    school = roster.create_school(session, vault, "ROC Voorbeeld", now)
    mentors = [
        accounts.add_staff(session, vault, school, Role.mentor, f"Mentor {n}", f"m{n}@voorbeeld.nl", PASSWORD, now)
        for n in range(MENTORS)
    ]
    plain = {"proof": accounts.PASSWORD_ONLY}
    accounts.add_staff(session, vault, school, Role.coordinator, "Joke Kok", EMAIL, PASSWORD, now, **plain)
    stored = rounds.add_definition(session, QUESTIONNAIRE.read_text("utf-8"), now)
    week = timedelta(days=7)
    round_ = rounds.create_round(session, vault, stored, "Zomer", now - week, now + week, "system", now)
    session.flush()
    groups = Crowd(session, vault, round_, get_definition(session, stored.digest), now).fill(mentors, students)
    session.commit()
    return school.id, groups[0].id


def settle() -> None:
    """Let PostgreSQL count its rows, as it does by itself within a minute; SQLite plans without."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def measure(name: str, url: str, folder: Path) -> list[Figure]:
    """Return the figures of one database."""
    app = create_app(make_settings(url, folder))
    app.testing = True
    upgrade(app)
    with app.app_context():
        school_id, group_id = load(app, STUDENTS)
        in_school(db.session(), school_id)
        opened.forget()
        begin = time.perf_counter()
        lists.find(db.session(), Vault(MASTER_KEY), Wish(destination="werken"), datetime.now(UTC))
        cold = 1000 * (time.perf_counter() - begin)
        db.session.remove()
        settle()
    gc.collect()
    gc.freeze()  # as `survey run` does before its first request
    figures = [Figure(f"{name}: first list of a process, nothing opened yet", cold, "ms")]
    desk = Desk(app.test_client())
    desk.post("/staff/sign-in", email=EMAIL, password=PASSWORD)
    for label, query in WISHES.items():
        taken, page = [], b""
        for _ in range(TURNS):
            begin = time.perf_counter()
            answer = desk.client.get(f"/staff/students?{query.format(group=group_id)}")
            taken.append(1000 * (time.perf_counter() - begin))
            page = answer.data
            if answer.status_code != 200:
                raise RuntimeError(answer.status)
        figures += [
            Figure(f"{name}: {label}", median(taken), "ms", 100),
            Figure("  page, as sent", len(page) / 1024, "KB"),
            Figure("  page, gzip", len(gzip.compress(page, 6)) / 1024, "KB", 60),
        ]
    with app.app_context():
        db.engine.dispose()
    return figures


def main() -> None:
    """Print what a list takes of each database."""
    with databases() as found, tempfile.TemporaryDirectory() as folder:
        for name, url in found.items():
            show(f"Lists of {STUDENTS:,} students, {name}", measure(name, url, Path(folder)))


if __name__ == "__main__":
    main()
