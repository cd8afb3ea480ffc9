"""One municipality in a round: how far its documents are, all made final at once, and the package to take along."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey import agreement, audit, rounds
from survey.access import Role, Staff, policy
from survey.handover.state import NotAllowed, Stage
from survey.records import open_profile, open_report, school_key
from survey.report import batch
from survey.store.people import School
from survey.store.people import Staff as Colleague
from survey.store.surveying import Round
from survey.vault import ALPHABET, Vault
from survey.web import packages, reach
from survey.web.agreed import find_lack, say_stage
from survey.web.current import now, session, vault, words
from survey.web.downloads import attached, plain_name
from survey.web.sign_in import person, records, render, steps_up

bp = Blueprint("municipality", __name__, url_prefix="/staff/municipalities")

SECONDS = 3  # after which the page of documents being made looks again
NONCE_BYTES = 16
#: Groups of five characters, of 32 kinds: 100 bits, to be read over the phone.
GROUPS, OF = 4, 5


@bp.get("/<code>")
@policy(Staff(Role.coordinator))
def show(code: str) -> ResponseReturnValue:
    """Show each student's document with how far it is; while some are being made the page looks again by itself."""
    round_, found = _find(code)
    answer = make_response(_page(code, round_, found))
    if any(one.is_busy for one in found):
        answer.headers["Refresh"] = str(SECONDS)
    return answer


@bp.post("/<code>/final")
@policy(Staff(Role.coordinator))
def make_final(code: str) -> ResponseReturnValue:
    """Make every document final that everyone agreed to; left are those without a question, or agreed to no more."""
    round_, found = _find(code)
    colleague = session().get_one(Colleague, person().id)
    for one in found:
        if one.sitting.stage == Stage.AGREED:
            try:
                agreement.make_final(session(), vault(), one.sitting, colleague, now())
            except NotAllowed:
                continue
    return redirect(url_for("municipality.show", code=code, round=round_.id), 303)


@bp.post("/<code>/password")
@policy(Staff(Role.coordinator))
@steps_up
def show_password(code: str) -> str:
    """Make up a password for the package and show it this once: it follows from a number, and is stored nowhere."""
    round_, found = _find(code)
    nonce = secrets.token_hex(NONCE_BYTES)
    package = url_for("municipality.show_package", code=code, round=round_.id, key=nonce)
    return _page(code, round_, found, _password(vault(), nonce, code), package)


@bp.get("/<code>.zip")
@policy(Staff(Role.coordinator))
@records
@steps_up
def show_package(code: str) -> Response:
    """Give the documents of one municipality that may leave, with a cover list; each one taken is recorded.

    The rows are read before the answer begins, so that a slow download holds no transaction; each document is
    opened when its turn comes, so that one at a time stands in memory unsealed. `key` asks for an encrypted package.
    """
    round_, found = _find(code)
    ready = [one for one in found if one.is_ready and packages.is_addressed(session(), vault(), one)]
    if not ready:
        abort(404)
    enclosed = [_enclose(one) for one in ready]
    enclosed.sort(key=lambda one: one.name.casefold())
    place, school = _name(code), session().get_one(School, person().school_id)
    cover = batch.Cover(school.name, place, round_.name, now())
    nonce = request.args.get("key", "")
    password = _password(vault(), nonce, code) if nonce else ""
    answer = Response(batch.stream(cover, enclosed, words(), password), mimetype="application/zip")
    return attached(answer, f"overgangsdocumenten-{plain_name(place)}.zip")


def _find(code: str) -> tuple[Round, list[packages.Found]]:
    """Return the round that the address names with the documents of the municipality; 404 where there is none."""
    round_ = reach.choose_round(rounds.get_rounds(session()))
    found = packages.get_documents(session(), round_, None if code == packages.UNKNOWN else code)
    return (round_, found) if found else abort(404)


def _enclose(found: packages.Found) -> batch.Enclosed:
    """Return one document for the package, its content still sealed, and record that it was taken."""
    report, key = found.report, school_key(session(), vault())
    assert report is not None
    name, own = open_profile(key, found.student).name, vault().sitting_key(key, found.sitting)
    audit.record(session(), vault(), person().actor, "report.download", f"report:{report.id}", now())
    session().expunge(report)  # keeps its content when the transaction ends
    return batch.Enclosed(name, found.group.name, str(report.number), report.number, partial(open_report, own, report))


def _page(code: str, round_: Round, found: list[packages.Found], password: str = "", package: str = "") -> str:
    said, key = words(), school_key(session(), vault())
    elsewhere = {one.sitting.id for one in found if one.is_ready and not packages.is_addressed(session(), vault(), one)}
    lacks = _find_lacks(round_, found)
    rows: list[dict[str, Any]] = [
        {
            "name": open_profile(key, one.student).name,
            "group": one.group.name,
            "state": said.text("Moved: finalise again") if one.sitting.id in elsewhere else _say(one),
            "url": url_for("staff.show_student", student_id=one.student.id, round=round_.id) + "#agreement",
            "lack": lacks.get(one.sitting.id),
        }
        for one in found
    ]
    rows.sort(key=lambda row: row["name"].casefold())
    busy, ready = sum(one.is_busy for one in found), sum(one.is_ready for one in found) - len(elsewhere)
    address: dict[str, Any] = {"code": code, "round": round_.id}
    return render(
        "municipality",
        municipality=_name(code),
        round=round_.name,
        rows=rows,
        ready=ready,
        busy=busy,
        agreed=sum(one.sitting.stage == Stage.AGREED for one in found) - len(lacks),
        lacking=[row for row in rows if row["lack"]],
        urls={
            "final": url_for("municipality.make_final", **address),
            "zip": package or url_for("municipality.show_package", **address),
            "password": url_for("municipality.show_password", **address),
            "here": url_for("municipality.show", **address),
        },
        password=password,
    )


def _find_lacks(round_: Round, found: list[packages.Found]) -> dict[str, dict[str, str]]:
    """Return, of the documents that everyone agreed to, those without a question: what to do, by sitting."""
    lacks = {}
    for one in found:
        if one.sitting.stage == Stage.AGREED:
            version = agreement.get_state(session(), vault(), one.sitting).version
            if lack := find_lack(one.student, round_, one.sitting, version):
                lacks[one.sitting.id] = lack
    return lacks


def _say(found: packages.Found) -> str:
    """Return in words how far one document is."""
    said = words()
    if found.sitting.stage != Stage.FINAL or found.is_ready:
        return say_stage(found.sitting.stage, said)
    return said.text("Being made") if found.is_busy else said.text("Could not be made")


def _name(code: str) -> str:
    return packages.say_municipality(None if code == packages.UNKNOWN else code, words())


def _password(vault: Vault, nonce: str, code: str) -> str:
    """Return the password that follows from a number for this person and municipality, such as "7K2QF-..."."""
    number = int(vault.blind("package", f"{person().id} {code} {nonce}"), 16)
    digits = [ALPHABET[number >> 5 * place & 31] for place in range(GROUPS * OF)]
    return "-".join("".join(digits[start : start + OF]) for start in range(0, GROUPS * OF, OF))
