"""The staff's room of questionnaires: what there is, uploading, and the life of each version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from survey import shelf
from survey.access import Action, Role, Staff, may, policy
from survey.compare import compare
from survey.definition.bundle import Bundle, belongs, is_part_name
from survey.definition.finding import BrokenDefinition
from survey.i18n import Catalogue, name_in
from survey.shelf import Origin, State
from survey.versions import Version, find_before, find_version, get_versions, say_who
from survey.web import found
from survey.web.current import now, session, settings, vault, words
from survey.web.limits import takes
from survey.web.quality import DIGEST_CHARACTERS
from survey.web.sign_in import person, render

bp = Blueprint("questionnaires", __name__, url_prefix="/staff/questionnaires")

#: A questionnaire of 300 questions is some 200 kB; so is its translation.
FILE_BYTES = 1_000_000
#: What the whole form may weigh: a questionnaire, some translations, and room to say in words which file is too large.
FORM_BYTES = 12_000_000
MOST_TRANSLATIONS = 10

SEES = Staff(Role.coordinator, Role.administrator)
MANAGES = Staff(Role.administrator)


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the list."""

    name: str
    title: str
    url: str
    state: str
    tone: str
    origin: str
    languages: str
    published: str
    rounds: tuple[str, ...]


@bp.get("")
@policy(SEES)
def show_all() -> str:
    """Show every version with its state."""
    return _list()


@bp.post("")
@policy(MANAGES)
@takes(FORM_BYTES)
def upload() -> ResponseReturnValue:
    """Keep a file as a draft, right or wrong, and show what is found of it."""
    file = request.files.get("file")
    translations = [each for each in request.files.getlist("translations") if each.filename]
    refusal = _refuse(file, translations)
    if refusal:
        return _list(refusal), 422
    assert file is not None
    name = PurePath(file.filename or "").name
    beside = tuple(sorted((PurePath(each.filename or "").name, each.stream.read()) for each in translations))
    try:
        draft = Bundle(name, file.stream.read(), beside)
        row = shelf.add_draft(session(), vault(), name, draft, person().id, now())
    except shelf.NotText as error:
        return _list(words().text("{file} is not UTF-8 text. Save it as UTF-8 in your editor.", file=error.name)), 422
    return redirect(url_for("questionnaires.show", version_id=row.id), 303)


@bp.get("/<version_id>")
@policy(SEES)
def show(version_id: str) -> str:
    """Show one version: what is found of it, what changed, and what can be done."""
    return _page(get(version_id))


@bp.post("/<version_id>/publish")
@policy(MANAGES)
def publish(version_id: str) -> ResponseReturnValue:
    """Let the school ask this draft from now on."""
    version = get(version_id)
    if version.row is None or version.state is not State.DRAFT:  # a colleague was first; the page says so
        return _to(version_id)
    try:
        shelf.publish(session(), vault(), version.row, person().id, now(), settings().questionnaires)
    except BrokenDefinition:
        return _page(version, words().text("This draft is not published: mend the errors below first.")), 422
    except shelf.VersionTaken as error:
        message = "{name} {n} exists already with other content. Give this file a higher version number."
        return _page(version, words().text(message, name=error.questionnaire, n=error.version)), 422
    return _to(version_id)


@bp.post("/<version_id>/retire")
@policy(MANAGES)
def retire(version_id: str) -> Response:
    """Let no new round ask this version."""
    offered = get(version_id).offered
    if offered is None:
        return _to(version_id)
    try:
        row = shelf.retire(session(), vault(), offered, person().id, now())
    except shelf.NotPublished:
        return _to(version_id)
    return _to(row.id)


@bp.post("/<version_id>/restore")
@policy(MANAGES)
def restore(version_id: str) -> Response:
    """Offer a retired version again."""
    version = get(version_id)
    if version.row is not None and version.state is State.RETIRED:
        shelf.restore(session(), vault(), version.row, person().id, now())
    return _home()


@bp.post("/<version_id>/drop")
@policy(MANAGES)
def drop(version_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    version = get(version_id)
    if version.row is None or version.state is not State.DRAFT:
        return _to(version_id)
    shelf.drop_draft(session(), vault(), version.row, person().id, now())
    return _home()


@bp.get("/<version_id>/file/<name>")
@policy(SEES)
def show_file(version_id: str, name: str) -> Response:
    """Give a file of a version, to go on with."""
    files = get(version_id).files
    own = PurePath(files.name).name
    content = files.source if name == own else dict(files.beside).get(name) or abort(404)
    answer = Response(content, content_type="text/plain; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def get(version_id: str) -> Version:
    """Return a version of the school, else 404."""
    return find_version(session(), version_id, settings().questionnaires) or abort(404)


def _to(version_id: str) -> Response:
    return redirect(url_for("questionnaires.show", version_id=version_id), 303)  # type: ignore[return-value]


def _home() -> Response:
    return redirect(url_for("questionnaires.show_all"), 303)  # type: ignore[return-value]


def _refuse(file: FileStorage | None, translations: list[FileStorage]) -> str:
    """Return why these files are not taken, "" when they are."""
    say = words().text
    if file is None or not file.filename:
        return say("Choose the file of a questionnaire.")
    name = PurePath(file.filename).name
    if not name.endswith((".yaml", ".yml")):
        return say("{file} is not a questionnaire: its name ends in .yaml.", file=name)
    stem = name.rpartition(".")[0]
    for each in translations[:MOST_TRANSLATIONS]:
        own = PurePath(each.filename or "").name
        if not belongs(own, stem) and not is_part_name(own):
            advice = "{file} does not belong to it: a translation is called {stem}.ar.po, a part money.part.yaml."
            return say(advice, file=own, stem=stem)
    if len(translations) > MOST_TRANSLATIONS:
        return say("Choose at most {n} files beside it.", n=MOST_TRANSLATIONS)
    large = next((each for each in (file, *translations) if _size(each) > FILE_BYTES), None)
    if large is not None:
        name = PurePath(large.filename or "").name
        return say("{file} is larger than 1 MB. A questionnaire is much smaller.", file=name)
    return ""


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size


def _list(mistake: str = "") -> str:
    versions = get_versions(session(), settings().questionnaires)
    lines = [_line(version, words()) for version in versions]
    return render("questionnaires", lines=lines, mistake=mistake, manages=_manages())


def _line(version: Version, said: Catalogue) -> Line:
    """Return a version in words for the list."""
    who = say_who(session(), vault(), version.row) if version.row else {}
    published = who.get("published")
    definition = version.definition
    return Line(
        name=version.name,
        title=said.words(definition.title) if definition else "",
        url=url_for("questionnaires.show", version_id=version.id),
        state=say_state(version, said),
        tone={State.DRAFT: "mind", State.PUBLISHED: "good"}.get(version.state, "none"),
        origin=say_origin(version.origin, said),
        languages=", ".join(name_in(code, said.language) for code in (definition.languages if definition else ())),
        published=say_step(published, said) if published else "",
        rounds=version.rounds,
    )


def say_state(version: Version, said: Catalogue) -> str:
    """Return the state of a version in words."""
    if version.state is State.DRAFT:
        return said.text("draft") if version.is_sound else said.text("draft, with errors")
    return said.text("published") if version.state is State.PUBLISHED else said.text("retired")


def say_origin(origin: Origin, said: Catalogue) -> str:
    """Return where a version comes from in words."""
    return {
        Origin.SHIPPED: said.text("comes with Overstap"),
        Origin.FOLDER: said.text("of this server"),
        Origin.SCHOOL: said.text("of your school"),
    }[origin]


def say_step(step: tuple[str, datetime], said: Catalogue) -> str:
    """Return who did something and when."""
    return said.text("{day} by {name}", day=said.date(step[1]), name=step[0])


def _manages() -> bool:
    return may(person().role, Action.manage_questionnaires)


def _page(version: Version, mistake: str = "") -> str:
    said = words()
    who = say_who(session(), vault(), version.row) if version.row else {}
    shown = found.show(version.files, version.findings, said) if version.state is State.DRAFT else []
    definition = version.definition
    unchecked = definition.unchecked_languages if definition else frozenset()
    before = find_before(get_versions(session(), settings().questionnaires), version)
    return render(
        "questionnaire",
        version=version,
        title=said.words(definition.title) if definition else "",
        state=say_state(version, said),
        origin=say_origin(version.origin, said),
        languages=[name_in(code, said.language) for code in definition.languages] if definition else [],
        unchecked=[name_in(code, said.language) for code in sorted(unchecked)],
        steps={step: say_step(who[step], said) if step in who else "" for step in ("added", "published", "retired")},
        errors=[each for each in shown if each.is_error],
        warnings=[each for each in shown if not each.is_error],
        files=[PurePath(version.files.name).name, *(name for name, _ in version.files.beside)],
        mistake=mistake,
        manages=_manages(),
        may_publish=version.is_sound and version.row is not None and version.state is State.DRAFT,
        before=before.name if before else "",
        may_compare=may(person().role, Action.see_every_class),
        changes=_changes(before, version, said) if before else [],
        quality=url_for("quality.show", version=version.files.digest[:DIGEST_CHARACTERS]) if version.rounds else "",
    )


def _changes(before: Version, after: Version, said: Catalogue) -> list[str]:
    """Return what changed in words, what can change the outcome first."""
    if before.definition is None or after.definition is None:
        return []
    changes = compare(before.definition, after.definition, said)
    return [change.say(said) for change in sorted(changes, key=lambda change: not change.counts)]
