"""A picture of what a changed definition would move: one grid for each scale, rule and flag, as plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from survey.moves import Table

WIDE, HIGH = 92, 34  # of a cell, in pixels
LEFT, TOP = 150, 64  # room for the labels before and after
GAP = 36
LONGEST = 20  # characters of a label that fit
INK, STAYS, MOVES, LINE = "#1d2733", "#1f5f8b", "#b45309", "#8a94a0"
DARKEST = 6  # tenths: dark figures can be read on it


def draw(title: str, size: str, tables: Sequence[Table]) -> str:
    """Give the picture: rows are results as they were, columns as they would be, the framed ones stay."""
    parts: list[str] = []
    width, top = 480, 84
    for table in tables:
        parts += _draw_table(table, top)
        width = max(width, LEFT + WIDE * len(table.after) + 24)
        top += TOP + HIGH * len(table.before) + GAP
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" viewBox="0 0 {width} {top}"'
        f' role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="13" fill="{INK}">',
        f'<rect width="{width}" height="{top}" fill="#ffffff"/>',
        _text(16, 30, title, size=17, weight="bold"),
        _text(16, 54, f"{size} responses. Rows: as it was. Columns: as it would be. Framed: stays."),
    ]
    return "\n".join([*head, *parts, "</svg>", ""])


def _draw_table(table: Table, top: int) -> list[str]:
    """Draw one grid, shaded by how many are in a cell; hidden ones are all shaded alike."""
    sort, name = table.part
    parts = [_text(16, top + 20, f"{sort} {name}", size=15, weight="bold")]
    for place, label in enumerate(table.after):
        parts.append(_text(LEFT + WIDE * place + WIDE // 2, top + TOP - 10, _cut(label, 13), anchor="middle"))
    most = max((number for number in table.cells.values() if isinstance(number, int)), default=0)
    for row, before in enumerate(table.before):
        y = top + TOP + HIGH * row
        parts.append(_text(LEFT - 10, y + 22, _cut(before, LONGEST), anchor="end"))
        for place, after in enumerate(table.after):
            number = table.cells[before, after]
            parts += _draw_cell(LEFT + WIDE * place, y, number, most, before == after)
    return parts


def _draw_cell(x: int, y: int, number: int | str, most: int, stays: bool) -> list[str]:
    """Draw one cell: blue and framed where results stay, orange where they move."""
    tenths = 1 if isinstance(number, str) else -(-DARKEST * number // max(most, 1))
    tint = STAYS if stays else MOVES
    frame = f'stroke="{INK}" stroke-width="2"' if stays else f'stroke="{LINE}" stroke-width="1"'
    return [
        f'<rect x="{x + 2}" y="{y + 2}" width="{WIDE - 4}" height="{HIGH - 4}" fill="{tint}"'
        f' fill-opacity="{tenths / 10}" {frame}/>',
        _text(x + WIDE // 2, y + 22, f"{number:,}" if isinstance(number, int) else number, anchor="middle"),
    ]


def _text(x: int, y: int, text: str, size: int = 13, weight: str = "normal", anchor: str = "start") -> str:
    """Give one line of text."""
    attributes = f'x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f"<text {attributes}>{escape(text)}</text>"


def _cut(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"
