"""Where a student asks for no more reminders; opening the page changes nothing, since mail scanners open it too."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from survey import inviting
from survey.access import Anyone, policy
from survey.store.database import only_reads
from survey.web import current, errors, link

bp = Blueprint("quiet", __name__)


@bp.get("/u/<token>/herinneringen")
@policy(Anyone)
def show(token: str) -> ResponseReturnValue:
    """Ask whether the student wants no more reminders."""
    only_reads(current.session())
    return _page(token, False)


@bp.post("/u/<token>/herinneringen")
@policy(Anyone)
def stop(token: str) -> ResponseReturnValue:
    """Send no more of them; the link stays as it is."""
    return _page(token, True)


def _page(token: str, stops: bool) -> ResponseReturnValue:
    asked = link.find_asked(token)
    if asked is None:
        return errors.unknown_link()
    if stops:
        inviting.stop_reminders(current.session(), current.vault(), asked.invitation, current.now())
    start = url_for("respond.show_start", token=token)
    return render_template("respond/quiet.html", is_quiet=asked.invitation.quiet_at is not None, start=start)
