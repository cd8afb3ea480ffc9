"""Recordings of questions: the administrator's page to add them, and the sound on a student's page."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from flask import Blueprint, abort, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import recordings, shelf
from survey.access import Respondent, Role, Staff, policy
from survey.definition.model import Definition
from survey.i18n import own_name
from survey.recordings import BadRecording, Place
from survey.store.recordings import Recording
from survey.web.current import now, session, settings, vault, words
from survey.web.limits import takes
from survey.web.sign_in import person, render

bp = Blueprint("sound", __name__)

FORM_BYTES = recordings.MOST_BYTES + 100_000
DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its recording, None when there is none."""

    id: str
    text: str
    url: str | None


@bp.get("/geluid/<recording_id>")
@policy(Respondent)
def play(recording_id: str) -> Response:
    """Give a recording of the own school, also in parts, as players ask for it."""
    return _send(recording_id)


@bp.get("/staff/recordings/<recording_id>")
@policy(Staff(Role.administrator))
def listen(recording_id: str) -> Response:
    """Give a recording to who added it."""
    return _send(recording_id)


@bp.get("/staff/recordings")
@policy(Staff(Role.administrator))
def show() -> str:
    """Show each question of a questionnaire with its recording in a language."""
    return _page(*_choose())


@bp.post("/staff/recordings")
@policy(Staff(Role.administrator))
@takes(FORM_BYTES)
def change() -> ResponseReturnValue:
    """Keep a recording in the place of the one before, or remove it."""
    definition, language = _choose()
    question = request.form.get("question", "")
    if question not in definition.questions:
        return _page(definition, language, "", words().text("This question is not in the questionnaire.")), 422
    place, file = Place(definition.id, question, language), request.files.get("file")
    try:
        if "remove" in request.form:
            recordings.drop(session(), vault(), place, person().id, now())
        else:
            content = file.stream.read() if file else b""
            recordings.keep(session(), vault(), place, content, person().id, now())
    except BadRecording as refusal:
        said = {
            "empty": words().text("Choose a file first."),
            "large": words().text("This recording is larger than 1 MB. Make it shorter, or save it as MP3."),
            "kind": words().text("This is no MP3, M4A or OGG file. Save the recording as one of these."),
        }
        return _page(definition, language, question, said[refusal.code]), 422
    here = url_for("sound.show", questionnaire=definition.id, language=language)
    return redirect(f"{here}#{question}", 303)


def hear(definition: Definition, language: str) -> dict[str, str]:
    """Return the address of each question's recording, and let the page play them."""
    found = recordings.get_recordings(session(), definition.id, language)
    return {question: url_for("sound.play", recording_id=id_) for question, id_ in found.items()}


def _send(recording_id: str) -> Response:
    recording = session().get(Recording, recording_id) or abort(404)
    sound = BytesIO(recording.content)
    return send_file(sound, mimetype=recording.media, etag=recording.id, conditional=True, max_age=DAY)


def _choose() -> tuple[Definition, str]:
    """Return the questionnaire and the language that the address names, the first ones where it names none; or 404."""
    offered = {each.definition.id: each.definition for each in reversed(shelf.get_published(session(), _folder()))}
    definition = offered.get(request.args.get("questionnaire") or next(iter(offered), "")) or abort(404)
    language = request.args.get("language") or definition.languages[0]
    if language not in definition.languages:
        abort(404)
    return definition, language


def _folder() -> Path | None:
    return settings().questionnaires


def _page(definition: Definition, language: str, wrong: str = "", mistake: str = "") -> str:
    found = recordings.get_recordings(session(), definition.id, language)
    g.has_sound = True
    lines = [
        Line(
            id=id_,
            text=question.text.get(language) or next(iter(question.text.values()), id_),
            url=url_for("sound.listen", recording_id=found[id_]) if id_ in found else None,
        )
        for id_, question in definition.questions.items()
    ]
    offered = shelf.get_published(session(), _folder())
    return render(
        "recordings",
        lines=lines,
        wrong=wrong,
        mistake=mistake,
        language=language,
        questionnaire=definition.id,
        questionnaires=sorted({each.definition.id for each in offered}),
        languages=[(code, own_name(code)) for code in definition.languages],
    )
