"""What a questionnaire version comes to: the whole of it to print, and what it would change in stored responses."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, g

from survey.access import Role, Staff, policy
from survey.accountability import Keeper, compose_account
from survey.definition.model import Definition
from survey.i18n import Catalogue
from survey.moves import LEAST, NOT_RAISED, NOTHING, RAISED, Part, tables
from survey.plainly import name_of
from survey.report.paper import NotPrinted, make_sheet, print_apart, style_hash, write_sheet
from survey.rescore import what_if
from survey.school import get_settings
from survey.score import Unscorable
from survey.score.cohort import NotVectorised
from survey.store.people import School
from survey.versions import Version
from survey.web import questionnaires
from survey.web.current import session, settings, vault, words
from survey.web.sign_in import person, render

bp = Blueprint("overviews", __name__, url_prefix="/staff/questionnaires/<version_id>")

_log = logging.getLogger(__name__)

SEES = Staff(Role.coordinator, Role.administrator)
COMPARES = Staff(Role.coordinator)


@bp.get("/changes")
@policy(COMPARES)
def show_changes(version_id: str) -> str:
    """Show how many stored responses of the school would get another band, value or alarm under this version.

    A draft may ask anything in its conditions, so this tells who answered what: it is for who may read the answers.
    """
    version, definition = _get(version_id)
    said = words()
    try:
        moves = what_if(session(), vault(), definition).moves
    except (NotVectorised, Unscorable):
        moves = None
    is_enough = moves is not None and moves.size >= LEAST
    return render(
        "changes",
        version=version,
        tables=tables(moves, None, definition) if moves is not None and is_enough else [],
        size=moves.size if moves is not None and is_enough else None,
        least=LEAST,
        name_of=lambda part: name_of(definition, part[1], said, True),
        label_of=lambda part, label: _label(definition, part, label, said),
    )


@bp.get("/sheet")
@policy(SEES)
def show_sheet(version_id: str) -> Response:
    """Show the whole questionnaire on one page, for a meeting."""
    _, definition = _get(version_id)
    g.setdefault("styles", set()).add(style_hash())
    return Response(write_sheet(make_sheet(definition, words()), words()), content_type="text/html; charset=utf-8")


@bp.get("/sheet.pdf")
@policy(SEES)
def show_printed(version_id: str) -> Response:
    """Give the same as a PDF, printed by a process of its own."""
    version, _ = _get(version_id)
    try:
        content = print_apart(version.files, words().language, settings().render_seconds)
    except NotPrinted as error:
        _log.error("sheet of %s: %s", version.name, error)
        abort(503)
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{version.name.replace(' ', '-')}.pdf")
    return answer


@bp.get("/accounting")
@policy(Staff(*SEES.roles, Role.privacy_officer))
def show_accounting(version_id: str) -> Response:
    """Show drafts of what the school has to account for: processing register, DPIA, algorithm register."""
    _, definition = _get(version_id)
    school, chosen = session().get_one(School, person().school_id), get_settings(session())
    contact = ", ".join(filter(None, (school.phone, chosen.contact_email)))
    keeper = Keeper(school.name, contact, chosen.objection_to, chosen.retention_months)
    g.setdefault("styles", set()).add(style_hash())
    sheet = compose_account(definition, keeper, words())
    return Response(write_sheet(sheet, words()), content_type="text/html; charset=utf-8")


def _get(version_id: str) -> tuple[Version, Definition]:
    """Return a version of the school that can be read, else 404."""
    version = questionnaires.get(version_id)
    return version, version.definition or abort(404)


def _label(definition: Definition, part: Part, label: str, said: Catalogue) -> str:
    """Return a band, a value of a rule or an alarm in words."""
    known = {RAISED: said.text("alarm"), NOT_RAISED: said.text("no alarm"), NOTHING: said.text("no value")}
    if label in known:
        return known[label]
    if part[0] == "rule":
        value = definition.rules[part[1]].values.get(label)
        return said.words(value.text) if value and value.text else label
    band = definition.bands.get(label)
    return said.words(band.text) if band and band.text else label
