"""A class in words, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.classes import ClassRow
from survey.i18n import catalogue
from survey.web.overview import Chosen, count_work, say_bounds, say_report, say_state, select_rows

NL = catalogue("nl")
ROW = ClassRow(
    student_id="s",
    invitation_id="i",
    sitting_id="t",
    name="Noor Bakker",
    first_name="Noor",
    status="sent",
    done=4,
    total=4,
    sent_at=None,
    destination=None,
    asked=None,
    not_arranged=None,
    priority=3,
    municipality=None,
    flag=False,
    report_id=None,
    report_state=None,
)
ALL = Chosen.read({})


def test_flags_come_before_priorities_and_who_has_none_comes_last() -> None:
    rows = [
        replace(ROW, name="niet begonnen", status="not_started", priority=None),
        replace(ROW, name="bezig", status="started", priority=None),
        ROW,
        replace(ROW, name="eerst", priority=1),
        replace(ROW, name="vandaag", priority=4, flag=True),
    ]
    ordered = [row.name for row in select_rows(rows, ALL)]
    assert ordered == ["vandaag", "eerst", "Noor Bakker", "bezig", "niet begonnen"]


def test_open_count_closes_again_and_only_flags_alarm() -> None:
    rows = [ROW, replace(ROW, flag=True), replace(ROW, status="final"), replace(ROW, status="started")]
    chosen = Chosen.read({"state": "discuss"})
    counts = count_work(rows, chosen, "/class?round=r", NL)
    assert [(count.n, count.text) for count in counts] == [
        ("1", "vandaag praten"),
        ("1", "nog niet klaar"),
        ("2", "bespreken"),
        ("1", "overdragen"),
        ("3 van 4", "ingevuld (75%)"),
    ]
    assert [count.alarm for count in counts] == [True, False, False, False, False]
    assert [count.url for count in counts[:3]] == [
        "/class?round=r&state=today",
        "/class?round=r&state=unfinished",
        "/class?round=r",
    ]
    assert counts[2].current


def test_empty_class_has_counts_too() -> None:
    assert count_work([], ALL, "/class?", NL)[-1].n == "0 van 0"


@pytest.mark.parametrize(
    ("status", "said"),
    [("not_started", "nog niet begonnen"), ("started", "3 van 22"), ("sent", "bespreken"), ("final", "vastgesteld")],
)
def test_state_in_words(status: str, said: str) -> None:
    assert say_state(status, 3, 22, NL) == said


@pytest.mark.parametrize(
    ("bounds", "said"), [(None, ""), ((0, 0), "0 punten"), ((1, 1), "1 punt"), ((2, 4), "2 tot 4 punten")]
)
def test_count_in_words_with_both_bounds_where_they_differ(bounds: tuple[int, int] | None, said: str) -> None:
    assert say_bounds(bounds, NL) == said


def test_document_in_words() -> None:
    said = [say_report(state, NL) for state in (None, "waiting", "working", "ready", "failed")]
    assert said == ["", "wordt gemaakt", "wordt gemaakt", "concept", "mislukt"]


def test_address_with_too_much_in_it_is_cut() -> None:
    chosen = Chosen.read({"search": "a" * 5000, "sort": "drop table"})
    assert len(chosen.search) == 100 and chosen.sort == "priority"
