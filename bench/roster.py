"""Lists of students in and out: the dry run and the storing of 1,000 and 15,000 rows, the list, an export of 1,000."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from factories import NOW, Campus, make_campus, make_settings
from school_list import make_rows, to_csv, to_xlsx
from sqlalchemy import event
from sqlalchemy.orm import Session
from stages import FINE, Course, make_course

from bench.table import Figure, median_time, show
from survey import create_app, directory, import_tasks, imports, lists, sitting, tables
from survey.access import Role
from survey.answers import Answers
from survey.choosing import Wish
from survey.export import write_csv, write_xlsx
from survey.i18n import catalogue
from survey.imports import Choices
from survey.intake import guess, read_file
from survey.records import seal_answers, sitting_key
from survey.store.database import db, upgrade
from survey.store.intake import StoredImport
from survey.store.people import Staff
from survey.vault import Vault


def main() -> None:
    """Print what lists of two sizes take, on SQLite, the worker's own start left out."""
    with TemporaryDirectory() as folder:
        app = create_app(make_settings(f"sqlite:///{folder}/bench.sqlite", Path(folder)))
        upgrade(app)
        with app.app_context():
            vault: Vault = app.extensions["vault"]
            campus = make_campus(db.session(), vault)
            who = campus.staff(Role.coordinator, "Karim Bakker")
            db.session.commit()
            figures = [*_lists(campus, who), *_out(campus)]
    show("Students in and out", figures)


def _lists(campus: Campus, who: Staff) -> list[Figure]:
    figures, held = [], _note_holding()
    for size, bound, write in ((1000, 3.0, to_xlsx), (1000, 3.0, to_csv), (15_000, 30.0, to_csv)):
        content, name = write(make_rows(size, 1_000_000 + size)), f"{size:,} rows of {write.__name__[3:].upper()}"
        row = _send(campus, who, content)
        checked = _time(import_tasks.check_import, row)
        figures.append(Figure(f"dry run, {name} ({len(content) / 1e6:.2f} MB)", checked, "s", bound))
        _decide(row)
        stored = _time(import_tasks.store_import, row)
        assert _get(row).state == imports.State.STORED, _get(row).problem
        figures.append(Figure(f"storing, {name}", stored, "s", bound))
        figures.append(Figure("  of which others wait to save", held[-1], "s", 5.0))
        again = _send(campus, who, content)
        figures.append(Figure(f"dry run again, {name}", _time(import_tasks.check_import, again), "s"))
    session, vault = db.session(), campus.vault
    size = directory.find(session, vault).total
    seconds = median_time(lambda: directory.find(session, vault, "berg"))
    figures.append(Figure(f"a page of {size:,} students, searched", seconds, "s"))
    return figures


def _out(campus: Campus) -> list[Figure]:
    """Export a round of 1,000 who sent answers."""
    course = make_course(campus)
    for number in range(1000):
        _let_send(course, number)
    db.session.commit()
    session, said = db.session(), catalogue("nl")
    ids = lists.find_ids(session, campus.vault, Wish(sort="name"), datetime.now(UTC))

    def make() -> tables.Table:
        return tables.make_table(session, campus.vault, ids, Role.coordinator, True, said, NOW)

    table = make()
    headings = ("Kolom", "Titel", "Betekenis", "Waarden")
    return [
        Figure(f"table of {len(table.rows):,} with their answers", median_time(make), "s", 3.0),
        Figure("  written as CSV", median_time(lambda: write_csv(table)), "s"),
        Figure("  written as XLSX with a codebook", median_time(lambda: write_xlsx(table, "Codeboek", headings)), "s"),
    ]


def _let_send(course: Course, number: int) -> None:
    _, invitation, _ = course.invite(f"Noor Bakker{number}")
    begun = sitting.start(course.session, course.vault, invitation, "nl", NOW)
    answers = Answers()
    for question, value in FINE.items():
        answers = answers.with_value(question, value)
    begun.answers = seal_answers(sitting_key(course.session, course.vault, begun), begun.id, answers)
    begun.status, begun.sent_at = sitting.Status.SENT, NOW


def _send(campus: Campus, who: Staff, content: bytes) -> str:
    session: Session = db.session()
    row = imports.receive(session, campus.vault, who.id, "lijst", content, datetime.now(UTC))
    mapped = guess(read_file(content, at_most=imports.PEEK), {})
    choices = Choices("lijst", dict(mapped.columns), {}, mapped.sheet.name, mapped.heading)
    session.flush()
    row.choices = campus.vault.seal_json(campus.key, f"import:{row.id}:choices", _plain(choices))
    row.state, row.due_at = imports.State.CHECKING, datetime.now(UTC)
    session.commit()
    return row.id


def _plain(choices: Choices) -> dict[str, object]:
    """Return choices as they are stored."""
    return {name: getattr(choices, name) for name in choices.__dataclass_fields__}


def _decide(import_id: str) -> None:
    row = _get(import_id)
    assert row.state == imports.State.CHECKED, row.problem
    row.state, row.attempts, row.due_at = imports.State.STORING, 0, datetime.now(UTC)
    db.session.commit()


def _get(import_id: str) -> StoredImport:
    row: StoredImport = db.session.get_one(StoredImport, import_id)
    return row


def _note_holding() -> list[float]:
    """Return a list to which each import adds the seconds from its lock to its commit."""
    held, began = [], [0.0]
    hold = import_tasks._hold

    def timed(*given: Any) -> bool:
        result = hold(*given)
        began[0] = time.perf_counter()
        return result

    import_tasks._hold = timed
    event.listen(Session, "after_commit", lambda session: held.append(time.perf_counter() - began[0]))
    return held


def _time(task: Callable[[str], None], import_id: str) -> float:
    """Return the seconds that a task of the worker takes."""
    begin = time.perf_counter()
    task(import_id)
    return time.perf_counter() - begin
