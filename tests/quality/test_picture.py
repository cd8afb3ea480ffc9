"""Bars and ticks along an axis, as attributes of an SVG."""

from __future__ import annotations

from survey.quality.picture import Mark, Picture, Row, interval, stack


def test_parts_stand_behind_each_other_and_the_hidden_rest_is_open() -> None:
    marks = stack([("good", 50), ("mind", None), ("help", 25)], 100)
    assert [(mark.tone, mark.x, mark.length) for mark in marks] == [
        ("good", "0.00%", "50.00%"),
        ("help", "50.00%", "25.00%"),
        ("open", "75.00%", "25.00%"),
    ]


def test_whole_leaves_nothing_open() -> None:
    assert [mark.tone for mark in stack([("good", 30), ("help", 70)], 100)] == ["good", "help"]


def test_interval_stays_on_the_axis() -> None:
    line, tick = interval(-0.2, (-0.5, 1.2))
    assert (line.x, line.length, tick.x) == ("0.00%", "100.00%", "0.00%")
    assert interval(0.5, None) == (Mark("tick", 0.5),)


def test_rows_stand_below_each_other_and_the_axis_at_the_end() -> None:
    picture = Picture("Delen", (Row("a", "", ()), Row("b", "", ())), ((0.0, "0"), (0.5, "half"), (1.0, "1")))
    assert [top for top, _ in picture.places()] == [0, 44] and picture.height == 110
    assert [anchor for _, anchor, _ in picture.ticks()] == ["start", "middle", "end"]
