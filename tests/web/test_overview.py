"""States and values in words, without a database."""

from __future__ import annotations

import pytest

from survey.i18n import catalogue
from survey.web.overview import say_bounds, say_report, say_state

NL = catalogue("nl")


@pytest.mark.parametrize(
    ("status", "said"),
    [(None, "nog niet begonnen"), ("started", "3 van 22"), ("sent", "bespreken"), ("final", "vastgesteld")],
)
def test_state_in_words(status: str | None, said: str) -> None:
    assert say_state(status, 3, 22, NL) == said


@pytest.mark.parametrize(
    ("bounds", "said"), [(None, ""), ((0, 0), "0 punten"), ((1, 1), "1 punt"), ((2, 4), "2 tot 4 punten")]
)
def test_count_in_words_with_both_bounds_where_they_differ(bounds: tuple[int, int] | None, said: str) -> None:
    assert say_bounds(bounds, NL) == said


def test_what_was_sent_is_discussed_before_it_is_finalised() -> None:
    assert say_state("sent", 4, 4, NL, is_spoken=True) == "vast te stellen"
    assert say_state("erased", 0, 4, NL) == "antwoorden gewist"


def test_document_in_words() -> None:
    said = [say_report(state, "concept", NL) for state in (None, "waiting", "working", "ready", "failed")]
    assert said == ["", "wordt gemaakt", "wordt gemaakt", "concept", "mislukt"]


def test_document_that_is_there_says_how_far_the_agreement_is() -> None:
    stages = ("concept", "read", "agreed", "refused", "final", "sent", "withdrawn")
    said = [say_report("ready", stage, NL) for stage in stages]
    assert said == ["concept", "concept", "akkoord", "geweigerd", "definitief", "overgedragen", "ingetrokken"]
    assert say_report("waiting", "final", NL) == "wordt gemaakt"
