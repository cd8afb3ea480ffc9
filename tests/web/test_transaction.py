"""One transaction a request: stored before the answer, undone when refused, faults told plainly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from factories import Campus
from flask import Flask, abort, g
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from survey import jobs
from survey.access import Anyone, policy
from survey.store.database import db, only_reads
from survey.store.people import Group
from survey.store.scope import in_school
from survey.web import current, transaction

Change = Callable[[Group], object]


@pytest.fixture
def rename(app: Flask, school: Campus) -> Callable[..., tuple[int, str]]:
    """Return a function that renames a class in a request, does something more, and tells status and stored name."""
    group = school.group(school.staff(), "V2B")
    school.session.commit()
    todo: list[Change] = []

    @policy(Anyone)
    def view() -> str:
        in_school(current.session(), school.school.id)
        found = current.session().get_one(Group, group.id)
        found.name = "V3B"
        todo[0](found)
        return "done"

    app.add_url_rule("/probe", "probe", view)

    def run(more: Change) -> tuple[int, str]:
        todo[:] = [more]
        status = app.test_client().get("/probe").status_code
        school.session.expire_all()
        return status, school.session.scalars(select(Group.name)).one()

    return run


def test_accepted_change_is_stored(rename: Callable[..., tuple[int, str]]) -> None:
    assert rename(lambda group: None) == (200, "V3B")


def test_refused_change_is_undone(rename: Callable[..., tuple[int, str]]) -> None:
    assert rename(lambda group: abort(404)) == (404, "V2B")


def test_change_that_must_outlive_its_refusal_is_kept(rename: Callable[..., tuple[int, str]]) -> None:
    assert rename(lambda group: (transaction.keep(), abort(429))) == (429, "V3B")


def test_fault_undoes_the_change_and_says_so(app: Flask, rename: Callable[..., tuple[int, str]]) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert rename(lambda group: 1 // 0) == (500, "V2B")


def fail_commit(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let commits of requests fail."""

    def commit(self: Session) -> None:
        raise error

    monkeypatch.setattr(db.session.session_factory.class_, "commit", commit)


def test_database_that_is_away_at_the_commit_is_told(
    rename: Callable[..., tuple[int, str]], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_commit(monkeypatch, OperationalError("COMMIT", None, Exception("database or disk is full")))
    assert rename(lambda group: None) == (503, "V2B")
    answer = app.test_client().get("/probe")
    assert "Het lukt even niet" in answer.text and answer.headers["Retry-After"] == "10"
    assert "disk" not in answer.text


def test_row_that_another_changed_is_told(
    rename: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_commit(monkeypatch, StaleDataError("0 of 1 rows matched"))
    assert rename(lambda group: None) == (409, "V2B")


def test_reading_request_that_writes_is_a_fault(app: Flask, rename: Callable[..., tuple[int, str]]) -> None:
    def read(group: Group) -> None:
        db.session.rollback()
        only_reads(current.session())
        current.session().get_one(Group, group.id).name = "V4B"
        current.session().flush()

    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert rename(read) == (500, "V2B")


def test_task_follows_the_commit_and_not_the_refusal(
    rename: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *task: sent.append(task))
    rename(lambda group: (jobs.plan(current.session(), "send_mail", "1"), abort(404)))
    assert sent == []
    rename(lambda group: jobs.plan(current.session(), "send_mail", "2"))
    assert sent == [("send_mail", "2")]


def test_view_without_policy_opens_for_nobody(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 500 and "open" not in answer.text.split()


def test_fault_shows_a_code_and_no_cause(app: Flask) -> None:
    @policy(Anyone)
    def broken() -> str:
        raise RuntimeError("a secret cause")

    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.test_client() as client:
        answer = client.get("/broken")
        assert answer.status_code == 500
        assert f"Code voor de helpdesk: {g.request_id}" in answer.text
        assert "secret" not in answer.text
