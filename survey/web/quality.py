"""The page on a questionnaire's quality: figures of all answers of the school, never of one student."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select

from survey import feedback
from survey.access import Role, Staff, policy
from survey.gathering import gather_stored, get_versions
from survey.quality import measure
from survey.store.surveying import Round, StoredDefinition
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


@dataclass(frozen=True, slots=True)
class Opinions:
    """What students said of the questions: how many, how easy they were for how many, and their words."""

    n: int
    ease: list[tuple[str, int]]
    words: list[str]


@bp.get("/quality")
@policy(Staff(Role.coordinator, Role.administrator))
def show() -> str:
    """Show the figures of one version, the newest where the address names none."""
    versions = get_versions(session())
    if not versions:
        return render("quality", versions=[], counts=[], sections=[], questionnaire="", enough=False, opinions=None)
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
        opinions=_read_opinions(chosen.digest),
    )


def _read_opinions(digest: str) -> Opinions | None:
    """Return what students said of the questions of a version, of each round in which enough spoke; None without."""
    rounds = session().scalars(select(Round.id).where(Round.digest == digest).order_by(Round.closes_at.desc()))
    found = [one for id_ in rounds.all() for one in feedback.get_opinions(session(), vault(), id_)]
    if not found:
        return None
    names = {
        "easy": words().text("Yes, all of them"),
        "partly": words().text("Most of them"),
        "hard": words().text("No, they were hard"),
    }
    counts, said = Counter(one.easy for one in found), [one.words for one in found if one.words]
    return Opinions(len(found), [(name, counts[code]) for code, name in names.items()], said)


def _choose(versions: list[StoredDefinition]) -> StoredDefinition:
    """Return the version that the address names, else the first; 404 where it names none of these."""
    wanted = request.args.get("version", "")
    return next((version for version in versions if version.digest.startswith(wanted)), None) or abort(404)


def _version(version: StoredDefinition, current: bool) -> Version:
    url = url_for("quality.show", version=version.digest[:DIGEST_CHARACTERS])
    return Version(f"{version.questionnaire} {version.version}", url, current)
