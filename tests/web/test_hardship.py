"""A disk that is full and a database that is away: told in words, nothing lost, and it goes on by itself (R10, R11)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from browser.states import OVERSTAP
from factories import make_campus, make_settings
from flask import Flask
from phone import Page
from sqlalchemy import event, select
from stages import NOW
from trip import ASKS_FOR_HOUSING, Pupil, launch

from survey import create_app, sitting
from survey.store.database import db
from survey.store.scope import in_school
from survey.store.surveying import Sitting


class Line:
    """A line to a server that can be cut: what is connected drops, and nobody comes through until it is mended."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.whole, self.ends = (host, port), Event(), []  # type: tuple[str, int], Event, list[socket.socket]
        self.whole.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Drop all that is connected."""
        self.whole.clear()
        self._drop()

    def close(self) -> None:
        """End it."""
        self.listener.close()
        self._drop()

    def _drop(self) -> None:
        for end in self.ends:
            with _quiet():
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def _listen(self) -> None:
        with _quiet():
            while True:
                near, _ = self.listener.accept()
                if not self.whole.is_set():
                    near.close()
                    continue
                far = socket.create_connection(self.target)
                self.ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with _quiet():
            while content := source.recv(65536):
                target.sendall(content)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let a thread end when its line was cut."""
    try:
        yield
    except OSError:
        pass


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Return a function that makes the application on a database, where transactions really end."""
    made: list[Flask] = []

    def make(url: str) -> Flask:
        app = create_app(make_settings(url, tmp_path))
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def half_way(app: Flask) -> tuple[Pupil, str]:
    """Bring a student to the questions in own words; return the school's id too."""
    with app.app_context():
        campus = make_campus(db.session(), app.extensions["vault"])
        pupil = launch(app, campus, OVERSTAP).invite("Noor Bakker")
        school_id = campus.school.id
        db.session.remove()
    with time_machine.travel(NOW, tick=False):
        pupil.starts()
        for page, answer in ASKS_FOR_HOUSING.items():
            if page == "eigen_woorden":
                break
            pupil.answers(**{page: answer})
    return pupil, school_id


def stored(app: Flask, school_id: str) -> Any:
    """Return what is stored of the answer in own words."""
    with app.app_context():
        in_school(db.session(), school_id)
        begun = db.session.scalars(select(Sitting)).one()
        value = sitting.read(db.session(), app.extensions["vault"], begun)[1].values.get("eigen_goed")
        db.session.remove()
    return value


def answers_words(pupil: Pupil, words: str) -> Page:
    """Answer what the student can do well."""
    with time_machine.travel(NOW, tick=False):
        return pupil.phone.send(pupil.phone.open("/v/eigen_woorden").form, {"eigen_goed": words})


@pytest.mark.parametrize("own_database", ["sqlite"], indirect=True)
def test_full_disk_says_so_and_stores_the_same_words_once_there_is_room(
    own_database: str, serve: Callable[[str], Flask]
) -> None:
    app = serve(own_database)
    pupil, school_id = half_way(app)
    room = 0

    def limit(connection: Any, record: object, proxy: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + room}")

    with app.app_context():
        event.listen(db.engine, "checkout", limit)
    words, kept, page = "", "", pupil.page
    for number in range(40):  # until a page of the file is full
        kept, words = words, f"Ik kan goed koken, en dit is zin {number}. " * 6
        page = answers_words(pupil, words)
        if page.status != 200:
            break
    assert page.status == 503 and "Het lukt even niet" in page.words and page.headers["retry-after"] == "10"
    assert words.strip() in page.words, "what was typed comes back"
    assert stored(app, school_id) == kept.strip()
    room = 1000
    assert answers_words(pupil, words).status == 200
    assert stored(app, school_id) == words.strip()


@pytest.mark.parametrize("own_database", ["postgresql"], indirect=True)
def test_database_that_was_away_comes_back_by_itself(own_database: str, serve: Callable[[str], Flask]) -> None:
    at = urlsplit(own_database)
    line = Line(at.hostname or "127.0.0.1", at.port or 5432)
    try:
        app = serve(at._replace(netloc=f"{at.netloc.rpartition('@')[0]}@127.0.0.1:{line.port}").geturl())
        pupil, school_id = half_way(app)
        assert answers_words(pupil, "Ik kan goed koken.").status == 200
        with time_machine.travel(NOW, tick=False):
            form = pupil.phone.open("/v/eigen_woorden").form
            line.cut()
            page = pupil.phone.send(form, {"eigen_goed": "Ik kan goed koken en bakken."})
            assert page.status == 503 and "Het lukt even niet" in page.words and page.headers["retry-after"] == "10"
            assert "Ik kan goed koken en bakken." in page.words, "what was typed comes back"
            assert pupil.phone.open("/health/ready").status == 503
            line.whole.set()
            assert pupil.phone.open("/health/ready").status == 200
            assert pupil.phone.send(form, {"eigen_goed": "Ik kan goed koken en bakken."}).status == 200
        assert stored(app, school_id) == "Ik kan goed koken en bakken."
    finally:
        line.close()
