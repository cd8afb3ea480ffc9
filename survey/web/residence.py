"""Where students live: which municipality a person still has to confirm, and how far the tables of regions reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import municipalities, places
from survey.access import Role, Staff, policy
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, render

bp = Blueprint("residence", __name__, url_prefix="/staff/residence")

KEEPERS = Staff(Role.coordinator, Role.administrator)
SHOWN = 60  # groups on one page: the largest first
NAMED = 5  # students of a group, with a link; the others are counted
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """A group of students with the same words for where they live."""

    field: str
    text: str
    why: str
    students: int
    named: tuple[tuple[str, str], ...]  # name and address of the first ones
    code: str
    name: str


@bp.get("")
@policy(KEEPERS)
def show() -> str:
    """Show what is to be confirmed, and of which year the tables are."""
    return _page()


@bp.post("/confirm")
@policy(KEEPERS)
def confirm() -> ResponseReturnValue:
    """Store what a person said of each group that was chosen."""
    asks = {_field(ask): ask for ask in places.get_asks(session(), vault())}
    if "all" in request.form:
        said = {field: ask.code for field, ask in asks.items() if ask.basis is places.Basis.LIST}
    else:
        said, wrong = _read(asks)
        if wrong:
            return _page(wrong), 422
    done = sum(
        places.confirm(session(), vault(), asks[field], code, person().actor, now()) for field, code in said.items()
    )
    return redirect(url_for("residence.show", done=done), 303)


def _read(asks: Mapping[str, places.Ask]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the code that was chosen for each group (None: nobody knows), and what is no municipality, by field."""
    said: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for field in asks:
        chosen, other = request.form.get(field, ""), request.form.get(f"other-{field}", "").strip()[:60]
        if other:
            if (code := municipalities.find_code(other)) is None:
                wrong[field] = other
            said[field] = code
        elif chosen == UNKNOWN or chosen in municipalities.names():
            said[field] = None if chosen == UNKNOWN else chosen
    return said, wrong


def _page(errors: Mapping[str, str] = MappingProxyType({})) -> str:
    asks = places.get_asks(session(), vault())
    certain = sum(len(ask.names) for ask in asks if ask.basis is places.Basis.LIST)
    year, postcodes = municipalities.regions_year(), municipalities.postcodes_year()
    return render(
        "roster/municipalities",
        rows=[_row(ask) for ask in asks[:SHOWN]],
        more=max(0, len(asks) - SHOWN),
        total=sum(len(ask.names) for ask in asks),
        certain=certain,
        done=request.args.get("done", type=int),
        names=[name for _, name in municipalities.by_name()],
        errors=errors,
        year=year,
        stale=municipalities.is_stale(year, now().year),
        postcodes_year=postcodes,
        shipped_year=municipalities.SHIPPED_YEAR,
    )


def _row(ask: places.Ask) -> Row:
    said = words()
    why = {
        places.Basis.LIST: said.text("named in your list"),
        places.Basis.PLACE: said.text("called as the place"),
        places.Basis.POSTCODE: said.text("by the postcode"),
        None: said.text("not known"),
    }
    text = ask.text or said.text("nothing filled in")
    municipality = municipalities.name_of(ask.code) if ask.code else ""
    named = tuple(
        (name, url_for("roster.show_student", student_id=id_)) for id_, name in islice(ask.names.items(), NAMED)
    )
    return Row(_field(ask), text, why[ask.basis], len(ask.names), named, ask.code or "", municipality)


def _field(ask: places.Ask) -> str:
    """Return the name of a group's form field: what it is of, so that a list that grew meanwhile moves nothing."""
    return vault().blind("municipality field", "\n".join((ask.text, ask.code or "", ask.basis or "")))[:16]
