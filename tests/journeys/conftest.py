"""Journeys begin on a Monday morning in school, with a questionnaire that was just launched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from factories import Campus
from flask import Flask
from stages import NOW
from trip import TESTS, Launch, Trip, launch


@pytest.fixture(autouse=True)
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def launched(app: Flask, school: Campus) -> Launch:
    """Return a function that sends a questionnaire to a class: of tests by name, or one that ships by id/version."""

    def start(name: str) -> Trip:
        folder = TESTS.parent / "questionnaires" if "/" in name else TESTS / "questionnaires"
        return launch(app, school, folder / Path(f"{name}.yaml"))

    return start
