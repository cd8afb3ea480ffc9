"""The region's page: how far each school is that agreed, in tens of students; and how a school agrees."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import audit, regions
from survey.access import Role, Staff, policy
from survey.store.granting import RegionGrant
from survey.web.current import now, session, vault, words
from survey.web.sign_in import person, records, render, steps_up

bp = Blueprint("region_page", __name__, url_prefix="/staff/region")


@bp.get("")
@policy(Staff(Role.region))
@records
def show() -> str:
    """Show the counts; that the region looked is recorded at the region."""
    found = regions.count(session(), person().school_id)
    audit.record(session(), vault(), person().actor, "region.view", f"school:{person().school_id}", now())
    lines = [(one, words().date(one.closes_at)) for one in found]
    return render("region", lines=lines, least=regions.LEAST)


@bp.get("/schools")
@policy(Staff(Role.administrator))
def show_grants() -> str:
    """Show which regions see the counts of this school."""
    return _page()


@bp.post("/schools")
@policy(Staff(Role.administrator))
@steps_up
def grant() -> ResponseReturnValue:
    """Let a region see the counts."""
    try:
        regions.grant(session(), vault(), request.form.get("region", ""), person().actor, now())
    except regions.NoRegion:
        return _page(words().text("There is no region of this name here. Ask the operator how it is written.")), 422
    return redirect(url_for("region_page.show_grants"), 303)


@bp.post("/schools/<grant_id>/end")
@policy(Staff(Role.administrator))
def revoke(grant_id: str) -> ResponseReturnValue:
    """Let a region see them no more."""
    granted = session().get(RegionGrant, grant_id) or abort(404)
    regions.revoke(session(), vault(), granted, person().actor, now())
    return redirect(url_for("region_page.show_grants"), 303)


def _page(message: str = "") -> str:
    errors = {"region": message} if message else {}
    typed = request.form.get("region", "")
    grants = regions.get_grants(session())
    return render("region_grants", grants=grants, errors=errors, typed=typed, least=regions.LEAST)
