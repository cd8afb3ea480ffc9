"""A quality report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Rows = Sequence[Sequence[str]]


def say_report(report: dict[str, Any]) -> str:
    """Give a report, as `plain_report` gives it, as text."""
    head = f"{report['questionnaire']} {report['version']} ({report['digest'][:12]})"
    if report["n"] is None:
        return "\n".join([head, *report["notes"], ""])
    counts = f"responses {report['n']}, answered all {report['complete']}, begun {report['begun']}"
    parts = [
        _table("Scales", ("scale", "complete", "alpha", "95% interval", "omega"), map(_scale_row, report["scales"])),
        _table("Items in their scale", ("scale", "item", "item-rest r", "alpha without"), _term_rows(report)),
        _table("Bands and values", ("of", "band or value", "responses"), _cell_rows(report["distributions"], "cells")),
        _table("Floor and ceiling", ("question", "floor", "ceiling"), map(_end_row, report["items"])),
        _table("Answered and missing", ("question", "state", "responses"), _cell_rows(report["items"], "states")),
        _table("Pages", ("page", "got no further", "median s", "p90 s"), map(_page_row, report["pages"])),
    ]
    return "\n".join([head, counts, *report["notes"], "", *(part for part in parts if part)])


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table with columns as wide as needed; nothing without rows."""
    lines = [columns, *rows]
    if len(lines) == 1:
        return ""
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    said = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([title, "-" * len(title), *said, ""])


def _scale_row(scale: dict[str, Any]) -> tuple[str, ...]:
    interval = scale["alpha_interval"]
    said = f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else "-"
    return scale["id"], str(scale["complete"]), _figure(scale["alpha"]), said, _figure(scale["omega"])


def _term_rows(report: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    for scale in report["scales"]:
        for item in scale["items"]:
            name = ("-" if item["reversed"] else "") + item["id"]
            yield scale["id"], name, _figure(item["item_rest"]), _figure(item["alpha_if_dropped"])


def _cell_rows(entries: Iterable[dict[str, Any]], field: str) -> Iterable[tuple[str, ...]]:
    return ((entry["id"], label, str(n)) for entry in entries for label, n in entry[field].items())


def _end_row(item: dict[str, Any]) -> tuple[str, ...]:
    return item["id"], *(_end(item[end], item[f"{end}_share"]) for end in ("floor", "ceiling"))


def _end(n: object, share: float | None) -> str:
    return "-" if n is None else str(n) if share is None else f"{n} ({share:.0%})"


def _page_row(page: dict[str, Any]) -> tuple[str, ...]:
    return page["id"], str(page["stopped"]), *(_seconds(page[field]) for field in ("median_seconds", "p90_seconds"))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
