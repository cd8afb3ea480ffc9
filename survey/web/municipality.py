"""One municipality in a round: how far its documents are, all made final at once, and the package to take along."""

from __future__ import annotations

import secrets
from collections import Counter
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import agreement, audit, rounds
from survey.access import Role, Staff, policy
from survey.handover.events import NotSent, Sent
from survey.handover.state import NotAllowed, Stage
from survey.records import open_profile, open_report, school_key
from survey.report import batch
from survey.store.people import School
from survey.store.people import Staff as Colleague
from survey.store.surveying import Round
from survey.store.traces import Event
from survey.vault import ALPHABET, Vault
from survey.web import packages, reach
from survey.web.agreed import find_lack, say_stage
from survey.web.current import now, session, vault, words
from survey.web.downloads import attached, plain_name
from survey.web.sent import Sending, form_of, say_sent
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


@bp.post("/<code>/sent")
@policy(Staff(Role.coordinator))
def record_sent(code: str) -> ResponseReturnValue:
    """Write down that the documents which were downloaded were sent: what nobody took along went nowhere."""
    round_, found = _find(code)
    sending, taken = Sending.read(request.form), _find_taken(found)
    if not sending.mistakes and not taken and not _find_sent(found, str(sending.day), sending.to):
        sending.mistakes["sent-on"] = words().text("Nobody downloaded these documents yet. Download the ZIP first.")
    if sending.mistakes:
        return _page(code, round_, found, mistakes=sending.mistakes), 422
    for one in taken:
        try:
            version = agreement.get_state(session(), vault(), one.sitting).version
            agreement.add(session(), vault(), one.sitting, sending.act(version, person().actor), now())
        except NotAllowed:
            continue
    return redirect(url_for("municipality.show", code=code, round=round_.id), 303)


@bp.post("/<code>/not-sent")
@policy(Staff(Role.coordinator))
def undo_sent(code: str) -> ResponseReturnValue:
    """Write down of the documents of one sending that they were not sent after all."""
    round_, found = _find(code)
    for one, sending in _find_sent(found, request.form.get("sent-on", ""), request.form.get("sent-to", "")):
        act = NotSent(sending.version, person().actor, now())
        agreement.add(session(), vault(), one.sitting, act, now())
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


def _find_taken(found: list[packages.Found]) -> list[packages.Found]:
    """Return those that may be sent and that somebody downloaded, in a package or alone."""
    ready = {f"report:{one.report.id}": one for one in found if one.is_ready and one.report}
    statement = select(Event.subject).where(Event.action == "report.download", Event.subject.in_(ready)).distinct()
    taken = [ready[subject] for subject in session().scalars(statement)]
    return [one for one in taken if packages.is_addressed(session(), vault(), one)]


def _find_sent(found: list[packages.Found], day: str, to: str) -> list[tuple[packages.Found, Sent]]:
    """Return those that were sent on this day to this receiver, each with its sending."""
    sent = [one for one in found if one.sitting.stage == Stage.SENT]
    sendings = agreement.find_sendings(session(), vault(), [one.sitting for one in sent])
    pairs = [(one, sendings[one.sitting.id]) for one in sent]
    return [(one, sending) for one, sending in pairs if (sending.day.isoformat(), sending.to) == (day, to)]


def _page(
    code: str,
    round_: Round,
    found: list[packages.Found],
    password: str = "",
    package: str = "",
    mistakes: dict[str, str] | None = None,
) -> str:
    said, key = words(), school_key(session(), vault())
    elsewhere = {one.sitting.id for one in found if one.is_ready and not packages.is_addressed(session(), vault(), one)}
    lacks = _find_lacks(round_, found)
    sendings = agreement.find_sendings(session(), vault(), [one.sitting for one in found])
    rows: list[dict[str, Any]] = [
        {
            "name": open_profile(key, one.student).name,
            "group": one.group.name,
            "state": said.text("Moved: finalise again") if one.sitting.id in elsewhere else _say(one),
            "url": url_for("staff.show_student", student_id=one.student.id, round=round_.id) + "#agreement",
            "lack": lacks.get(one.sitting.id),
            "sent": say_sent(sendings[one.sitting.id], said) if one.sitting.id in sendings else "",
            "is_sent": one.sitting.stage == Stage.SENT,
            "is_erasable": one.sitting.stage == Stage.WITHDRAWN and one.sitting.id in sendings,
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
        erasable=[row for row in rows if row["is_erasable"]],
        sendings=_list_sendings(found, sendings),
        undo_url=url_for("municipality.undo_sent", **address),
        form=form_of(url_for("municipality.record_sent", **address), request.form if mistakes else {}),
        errors=mistakes or {},
    )


def _list_sendings(found: list[packages.Found], sendings: dict[str, Sent]) -> list[dict[str, Any]]:
    """Return what was sent together, the newest day first: the words, how many, and what names it in the form."""
    sent = [sendings[one.sitting.id] for one in found if one.sitting.stage == Stage.SENT]
    counts = Counter((each.day, each.to) for each in sent)
    said = {(each.day, each.to): say_sent(each, words()) for each in sent}
    ordered = sorted(counts, reverse=True)
    return [{"text": said[one], "n": counts[one], "on": one[0].isoformat(), "to": one[1]} for one in ordered]


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
