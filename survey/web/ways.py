"""Where a student goes next: the first open question, the check page, or the page that says why nothing is open."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import rounds, route
from survey import sitting as stage
from survey.answers import Values
from survey.definition.model import Definition, Page
from survey.web import current, errors, respondent
from survey.web.respondent import Visit


def find_elsewhere(visit: Visit) -> ResponseReturnValue | None:
    """Return where a student who has sent everything belongs, or the page of a closed round; None when all is open."""
    is_open, corrects = stage.takes_answers(visit.sitting), visit.sitting.correction is not None
    if not is_open or (corrects and not respondent.is_known(visit.sitting)):
        return redirect(url_for("afterwards.done"), 303)
    if not corrects and rounds.phase(visit.round, current.now()) is not rounds.Phase.OPEN:
        return errors.not_open(visit.round, current.now())
    return None


def go_on(definition: Definition, values: Values, **arguments: str | None) -> Response:
    """Go to the first open question, or to the check page when there is none."""
    return go_to(route.first_open(definition, values), **arguments)


def go_to(page: Page | None, **arguments: str | None) -> Response:
    """Go to a page, or to the check page when there is none."""
    if page is None:
        return redirect(url_for("respond.check"), 303)
    values: dict[str, Any] = {"page_id": page.id, **arguments}  # url_for leaves out what is None
    return redirect(url_for("respond.ask", **values), 303)
