"""The page where a receiver learns whether a file is a school's, unchanged; the file is read once and not kept."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from survey.access import Anyone, policy
from survey.i18n import own_name, staff_languages
from survey.seals import Judgement, judge
from survey.store.database import only_reads
from survey.web.current import language, session, speak
from survey.web.limits import takes

bp = Blueprint("verify", __name__)

#: A document has some 50 KB; this leaves room for what a program wraps around it.
FILE_BYTES = 2 * 1024 * 1024
#: What the form itself takes beside the file.
FRAME_BYTES = 16 * 1024


@bp.get("/verify")
@policy(Anyone())
def show() -> str:
    """Show the form."""
    _choose_language()
    return _page(None)


@bp.post("/verify")
@policy(Anyone())
@takes(FILE_BYTES + FRAME_BYTES)
def check() -> str | tuple[str, int]:
    """Tell what the file is."""
    _choose_language()
    file = request.files.get("file")
    content = file.stream.read() if file else b""
    if not content:
        return _page(None, is_empty=True), 422
    only_reads(session())
    return _page(judge(session(), content))


def _page(judgement: Judgement | None, *, is_empty: bool = False) -> str:
    others = [(code, own_name(code)) for code in staff_languages() if code != language()]
    return render_template("verify/page.html", judgement=judgement, is_empty=is_empty, others=others)


def _choose_language() -> None:
    """Answer in the language of the address or the form, else of the browser, else in Dutch; no cookie remembers it."""
    chosen = request.values.get("language", "")
    offered = staff_languages()
    speak(chosen if chosen in offered else request.accept_languages.best_match(offered) or "nl")
