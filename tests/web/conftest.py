"""Students of the club's questionnaire with a link, for the tests of their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from club import CLUB, Pupil
from factories import NOW, Campus
from flask import Flask


@pytest.fixture
def school_day() -> Iterator[None]:
    """Let it be a Monday morning on which the round is open."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def invite(app: Flask, school: Campus) -> Callable[..., Pupil]:
    """Return a function that invites one more student to the same round."""
    group, round_ = school.group(school.staff()), school.round(CLUB)

    def make(name: str = "Yara Smit", language: str = "nl") -> Pupil:
        invitation, token = school.invitation(round_, school.student(group, name))
        school.session.commit()
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        return Pupil(client, token, round_, invitation)

    return make


@pytest.fixture
def pupil(invite: Callable[..., Pupil]) -> Pupil:
    """Return a student with an unused link."""
    return invite()
