"""What an address asks of a list, and back: all state of a list is in its address, in one shortest form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from survey.choosing import SORTS, Wish

LONGEST_SEARCH = 100
#: Fields of a wish that are in the address by their own names.
NAMES = ("search", "group", "round", "state", "priority", "destination", "asked", "municipality", "flag", "mentor")
#: Columns in their order; the student is always there.
COLUMNS = (
    "state", "group", "round", "mentor", "destination", "asked", "arranged", "priority", "municipality", "spoken",
    "sent", "document",
)  # fmt: skip
USUAL = ("state", "destination", "asked", "arranged", "priority", "municipality", "document")


def read_wish(given: Mapping[str, str], mentor_id: str | None) -> Wish:
    """Read an address within a reach; what it does not say, or says wrongly, limits nothing."""
    texts = {name: given.get(name, "").strip()[:LONGEST_SEARCH] for name in NAMES}
    sort, page = given.get("sort", ""), given.get("page", "")
    return Wish(
        mentor_id=mentor_id,
        sort=sort if sort in SORTS else "priority",
        is_descending=given.get("down") == "1",
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        **texts,
    )


def read_columns(given: MultiDict[str, str], usual: tuple[str, ...] = USUAL) -> tuple[str, ...]:
    """Return the columns that the address chooses, in the order of the table; the usual ones where it chooses none."""
    chosen = set(given.getlist("column"))
    return tuple(name for name in COLUMNS if name in chosen) or usual


def write_query(wish: Wish, columns: Iterable[str] = (), **changes: Any) -> str:
    """Return the shortest query that reads as this wish with these changes; a change goes back to the first page."""
    changed = replace(wish, **({"page": 1} | changes))
    pairs = [(name, getattr(changed, name)) for name in NAMES if getattr(changed, name)]
    if changed.sort != "priority":
        pairs.append(("sort", changed.sort))
    if changed.is_descending:
        pairs.append(("down", "1"))
    if changed.page > 1:
        pairs.append(("page", str(changed.page)))
    return urlencode([*pairs, *(("column", name) for name in columns)])
