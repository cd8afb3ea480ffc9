"""The documents of 500 students: made by two workers, taken along as one ZIP, and one of them taken once more."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from flask import Flask
from handing import hand
from machine import COORDINATOR, Machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from stages import Course

from bench.table import Figure, median_time, show
from survey import sitting
from survey.answers import Answers
from survey.records import get_definition, seal_answers, sitting_key
from survey.store.surveying import Invitation, Round, StoredReport

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
STUDENTS, WORKERS, PLACE = 500, 2, "GM0439"
MOST_SECONDS = 900  # a machine that takes longer is not measured


def main() -> None:
    """Print seconds and documents a second on SQLite, with the server and the workers as a school runs them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "survey.sqlite")
        more = {"SURVEY_WORKERS": str(WORKERS)}
        machine = Machine(Path(folder), f"sqlite:///{database}", render_seconds=60, more=more)
        machine.run("db", "upgrade")
        machine.admit(QUESTIONNAIRE, STUDENTS)
        with machine.inside() as (app, session):
            round_id = ask_for_documents(machine, app, session)
        try:
            machine.start_web()
            begin = time.perf_counter()
            machine.start_worker()
            wait(database)
            made = time.perf_counter() - begin
            phone = machine.phone()
            phone.open("/staff/sign-in")
            phone.send(phone.page.form, dict(zip(("email", "password"), COORDINATOR, strict=True)))
            begin = time.perf_counter()
            package = phone.open(f"/staff/municipalities/{PLACE}.zip?round={round_id}").content
            taken = time.perf_counter() - begin
            address = f"/staff/reports/{any_report(database)}.pdf"
            size = len(phone.open(address).content)
            again = median_time(lambda: phone.open(address), loops=30)
        finally:
            machine.stop()
    assert package[:2] == b"PK" and size > 10_000
    figures = [
        Figure(f"{STUDENTS} final documents, sealed, made by {WORKERS} workers, from their start", made, "s"),
        Figure("the same as one ZIP with a cover list", taken, "s"),
        Figure("both together", made + taken, "s", 60),
        Figure("documents a second", STUDENTS / made, "1/s"),
        Figure("size of the ZIP", len(package) / 1024**2, "MB"),
        Figure("a document that was downloaded before", 1000 * again, "ms", 20),
    ]
    show("A municipality's documents", figures)


def ask_for_documents(machine: Machine, app: Flask, session: Session) -> str:
    """Let every student have sent an example's answers and agreed to all of the document; return the round."""
    vault, now = app.extensions["vault"], datetime.now(UTC)
    round_ = session.scalars(select(Round)).one()
    definition = get_definition(session, round_.digest)
    examples = sorted(definition.examples, key=lambda one: -len(one.answers))[:10]
    course = cast(Course, SimpleNamespace(session=session, vault=vault, mentor=machine.mentor(session)))
    for number, invitation in enumerate(session.scalars(select(Invitation)).all()):
        begun = sitting.start(session, vault, invitation, "nl", now)
        answers = Answers()
        for question, value in examples[number % len(examples)].answers.items():
            answers = answers.with_value(question, value)
        begun.answers = seal_answers(sitting_key(session, vault, begun), begun.id, answers)
        sitting.submit(session, vault, begun, now)
        hand(course, begun, is_ready=False)
        if number % 50 == 49:
            session.commit()
    # Each final document brings a copy for its student, which nobody waits for here: 500 documents are 500 documents.
    session.execute(update(StoredReport).where(StoredReport.kind == "copy").values(state="failed"))
    session.commit()
    return round_.id


def wait(database: Path) -> None:
    """Wait until every final document is ready. Raises TimeoutError."""
    deadline = time.monotonic() + MOST_SECONDS
    counted = "SELECT count(*) FROM report WHERE kind = 'final' AND state = 'ready'"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        while connection.execute(counted).fetchone()[0] < STUDENTS:
            if time.monotonic() > deadline:
                raise TimeoutError("the documents were not made in time")
            time.sleep(0.1)


def any_report(database: Path) -> str:
    """Return the id of a final document."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return str(connection.execute("SELECT id FROM report WHERE kind = 'final'").fetchone()[0])


if __name__ == "__main__":
    main()
