"""The page on a questionnaire's quality: figures of all answers of the school, never of one student."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, request, url_for

from survey.access import Role, Staff, policy
from survey.gathering import gather_stored, get_versions
from survey.quality import measure
from survey.store.surveying import StoredDefinition
from survey.web.current import now, session, vault, words
from survey.web.figures import Section, compose, say_cell
from survey.web.sign_in import render

bp = Blueprint("quality", __name__, url_prefix="/staff")

#: Of a version's digest in addresses: enough to tell a school's versions apart.
DIGEST_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Version:
    """One questionnaire version to look at."""

    name: str
    url: str
    current: bool


@bp.get("/quality")
@policy(Staff(Role.coordinator, Role.administrator))
def show() -> str:
    """Show the figures of one version, the newest where the address names none."""
    versions = get_versions(session())
    if not versions:
        return render("quality", versions=[], counts=[], sections=[], questionnaire="", enough=False)
    chosen = _choose(versions)
    responses = gather_stored(session(), vault(), chosen.digest, now())
    report, said = measure(responses), words()
    counts: list[tuple[str, str]] = []
    sections: list[Section] = []
    if report.n is not None:
        assert report.complete is not None and report.begun is not None
        counts = [
            (str(report.n), said.text("sent, counted in tens")),
            (say_cell(report.complete, said), said.text("answered every question")),
            (say_cell(report.begun, said), said.text("began")),
        ]
        sections = compose(report, responses.definition, said)
    return render(
        "quality",
        versions=[_version(version, version is chosen) for version in versions],
        counts=counts,
        sections=sections,
        questionnaire=f"{chosen.questionnaire} {chosen.version}",
        enough=report.n is not None,
    )


def _choose(versions: list[StoredDefinition]) -> StoredDefinition:
    """Return the version that the address names, else the first; 404 where it names none of these."""
    wanted = request.args.get("version", "")
    return next((version for version in versions if version.digest.startswith(wanted)), None) or abort(404)


def _version(version: StoredDefinition, current: bool) -> Version:
    url = url_for("quality.show", version=version.digest[:DIGEST_CHARACTERS])
    return Version(f"{version.questionnaire} {version.version}", url, current)
