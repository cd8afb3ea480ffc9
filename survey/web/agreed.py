"""The school's side of the agreement: how far it is, what was signed on paper, and the act that makes it final."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import agreement, audit, entries
from survey.access import Role, Staff, policy
from survey.documents import LANGUAGE, facts_of, read_concept
from survey.handover import events as acts
from survey.handover import words as consent
from survey.handover.state import PARENT, STUDENT, NotAllowed, Stage, State
from survey.i18n import Catalogue, catalogue
from survey.kinds.short_text import clean
from survey.records import open_profile, school_key
from survey.report.agreement import REACTION
from survey.report.reading import read_steps
from survey.report.sections import Section
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Round, Sitting, StoredReport
from survey.web import reach
from survey.web.current import now, session, vault, words
from survey.web.sent import form_of, say_sent
from survey.web.sign_in import person, records, render

bp = Blueprint("agreed", __name__, url_prefix="/staff/students/<student_id>")

TONES = {Stage.FINAL: "good", Stage.SENT: "good", Stage.REFUSED: "help", Stage.WITHDRAWN: "help"}
#: Where a version without its question to the municipality still has to be replaced.
LACKING = frozenset({Stage.CONCEPT, Stage.READ, Stage.AGREED})
#: What somebody can have signed, by the value of the form.
YES, NO, STOP = "yes", "no", "stop"


@bp.post("/final")
@policy(Staff(Role.mentor, Role.coordinator))
def make_final(student_id: str) -> ResponseReturnValue:
    """Make the document final that everyone agreed to; a second press finds it made."""
    student, sitting, round_ = _find(student_id)
    colleague = session().get_one(Colleague, person().id)
    try:
        agreement.make_final(session(), vault(), sitting, colleague, now())
    except NotAllowed:
        pass  # somebody was first, the student thought better of it or a question lacks: the page says how it is
    return _back(student, round_)


@bp.get("/paper")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_paper(student_id: str) -> ResponseReturnValue:
    """Show the form for what was signed on paper."""
    student, sitting, round_ = _find(student_id)
    state = agreement.get_state(session(), vault(), sitting)
    if state.stage is Stage.NONE:
        return _back(student, round_)
    audit.record(session(), vault(), person().actor, "document.view", f"sitting:{sitting.id}", now())
    return _paper_page(student, sitting, round_, state)


@bp.post("/paper")
@policy(Staff(Role.mentor, Role.coordinator))
def record_paper(student_id: str) -> ResponseReturnValue:
    """Record a signature on paper: whose, and to what; it is the person's word, with who wrote it down."""
    student, sitting, round_ = _find(student_id)
    state = agreement.get_state(session(), vault(), sitting)
    if state.stage is Stage.NONE:
        return _back(student, round_)
    mistakes = _check(state)
    if not mistakes:
        try:
            agreement.add(session(), vault(), sitting, _read_act(sitting, state), now())
            return _back(student, round_)
        except NotAllowed as refusal:
            mistakes = {"what": _say_refusal(refusal.code, words())}
    return _paper_page(student, sitting, round_, state, mistakes), 422


def _find(student_id: str) -> tuple[Student, Sitting, Round]:
    student, _ = reach.get_student(student_id)
    sitting, round_ = reach.choose_sitting(student)
    return student, sitting or reach.get_started(student), round_


def _back(student: Student, round_: Round) -> ResponseReturnValue:
    return redirect(url_for("staff.show_student", student_id=student.id, round=round_.id) + "#agreement", 303)


def _check(state: State) -> dict[str, str]:
    """Return what is wrong with the form by field."""
    said, mistakes = words(), {}
    if request.form.get("who") not in ((STUDENT, PARENT) if state.needs_parent else (STUDENT,)):
        mistakes["who"] = said.text("Choose who signed.")
    if request.form.get("what") not in (YES, NO, STOP):
        mistakes["what"] = said.text("Choose what was signed.")
    if request.form.get("what") == YES and not _ticked(state):
        mistakes["what"] = said.text("Tick at least one part, or choose that nothing is shared.")
    if len(clean(request.form.get("reaction", ""))) > REACTION:
        mistakes["reaction"] = said.text("Make this shorter: at most {n} characters.", n=REACTION)
    return mistakes


def _ticked(state: State) -> frozenset[str]:
    return frozenset(request.form.getlist("section")) & state.sections


def _read_act(sitting: Sitting, state: State) -> acts.Event:
    """Return the act that the form tells of, with the words that stand on the paper."""
    by, what, staff = request.form["who"], request.form["what"], person().actor
    if what == STOP:
        return acts.Withdrawn(state.version, by, now(), staff)
    if what == NO:
        kind = acts.Refused if by == STUDENT else acts.ParentRefused
        return kind(state.version, by, now(), staff)
    facts = facts_of(session(), vault(), sitting, state.version)
    say = consent.say_consent if by == STUDENT else consent.say_consent_of_parent
    text = consent.digest(say(catalogue(LANGUAGE), facts.school.name, facts.municipality.name))
    given = (state.version, by, now(), _ticked(state), text, consent.VERSION, LANGUAGE, staff)
    if by == PARENT:
        return acts.ParentAgreed(*given)
    return acts.Agreed(*given, clean(request.form.get("reaction", "")))


def _say_refusal(code: str, said: Catalogue) -> str:
    """Return in words why an act does not fit how far the document is."""
    return {
        "closed": said.text("This version is closed. Finalise again to ask once more."),
        "not_agreed": said.text("Nobody agreed, so there is nothing to take back."),
        "other_version": said.text("There is a newer version. Load the page again."),
    }.get(code, said.text("That does not fit how far the document is. Load the page again."))


def _paper_page(
    student: Student, sitting: Sitting, round_: Round, state: State, mistakes: dict[str, str] | None = None
) -> str:
    facts, dutch = facts_of(session(), vault(), sitting, state.version), catalogue(LANGUAGE)
    named = facts.school.name, facts.municipality.name
    sections = list_offered(sitting, state, words().language)
    return render(
        "paper",
        student=open_profile(school_key(session(), vault()), student).name,
        back=url_for("staff.show_student", student_id=student.id, round=round_.id),
        action=url_for("agreed.record_paper", student_id=student.id, round=round_.id),
        needs_parent=state.needs_parent,
        sections=[(one.id, one.title) for one in sections],
        given=request.form,
        ticked=_ticked(state),
        consent=consent.say_consent(dutch, *named),
        consent_of_parent=consent.say_consent_of_parent(dutch, *named),
        longest=REACTION,
        errors=mistakes or {},
    )


def list_offered(sitting: Sitting, state: State, language: str) -> list[Section]:
    """Return the sections of a version in their order, titled in a language."""
    source = read_concept(session(), vault(), sitting, state.version, language)
    return [section for step in read_steps(source) for section in step.sections]


def say_stage(stage: str, words: Catalogue) -> str:
    """Return in words how far a document is."""
    return {
        Stage.CONCEPT.value: words.text("Concept: not read by the student yet"),
        Stage.READ.value: words.text("Read, no word yet"),
        Stage.AGREED.value: words.text("Agreed: make it final"),
        Stage.REFUSED.value: words.text("Refused: nothing is sent"),
        Stage.FINAL.value: words.text("Final: may be sent"),
        Stage.SENT.value: words.text("Sent"),
        Stage.WITHDRAWN.value: words.text("Withdrawn: do not send"),
    }.get(stage, words.text("Not asked yet"))


def compose_panel(student: Student, round_: Round, sitting: Sitting) -> dict[str, Any] | None:
    """Return what the student's page shows of the agreement, None before a version was finalised."""
    state, said = agreement.get_state(session(), vault(), sitting), words()
    if state.stage is Stage.NONE:
        return None
    address: dict[str, Any] = {"student_id": student.id, "round": round_.id}
    final = _find_final(sitting, state)
    agreed = agreement.find_agreement(session(), vault(), sitting)
    titles = {one.id: one.title for one in list_offered(sitting, state, said.language)}
    lack = find_lack(student, round_, sitting, state.version) if state.stage in LACKING else None
    is_agreed = state.stage is Stage.AGREED
    return {
        "stage": said.text("Agreed, without a question") if is_agreed and lack else say_stage(state.stage.value, said),
        "lack": lack,
        "version": state.version,
        "tone": TONES.get(state.stage, "mind"),
        "history": [_say_event(event, said) for event in agreement.get_events(session(), vault(), sitting)],
        "shared": [title for id_, title in titles.items() if agreed and id_ in agreed.sections],
        "kept": [title for id_, title in titles.items() if agreed and id_ not in agreed.sections],
        "reaction": agreed.reaction if agreed else "",
        "needs_parent": state.needs_parent,
        "final_url": url_for("agreed.make_final", **address) if is_agreed and not lack else None,
        "paper_url": url_for("agreed.show_paper", **address),
        "is_made": final is not None and final.state == "ready",
        "pdf": url_for("downloads.show_pdf", report_id=final.id) if final and final.state == "ready" else None,
        "retry": url_for("staff.retry_report", report_id=final.id, round=round_.id)
        if final and final.state == "failed"
        else None,
        "is_final": state.may_leave,
        **_sending_panel(sitting, state, address),
    }


def _sending_panel(sitting: Sitting, state: State, address: dict[str, Any]) -> dict[str, Any]:
    """Return that the document was sent, or the form to say so, and whether the receiver has to be asked to erase."""
    sending, said = agreement.find_sendings(session(), vault(), [sitting]).get(sitting.id), words()
    is_older = sending is not None and sending.version != state.version
    return {
        "sent": say_sent(sending, said) if sending else "",
        "sent_version": sending.version if sending and is_older else None,
        "is_erasable": sending is not None and state.stage is Stage.WITHDRAWN,
        "undo_url": url_for("staff.undo_sent", **address) if state.stage is Stage.SENT else None,
        "sent_form": form_of(url_for("staff.record_sent", **address), request.form)
        if state.stage is Stage.FINAL
        else None,
    }


def find_lack(student: Student, round_: Round, sitting: Sitting, version: int) -> dict[str, str] | None:
    """Return what to do about a version without its question to the municipality, None when it has one."""
    if agreement.has_question(session(), vault(), sitting, version):
        return None
    said = words()
    address: dict[str, Any] = {"student_id": student.id, "round": round_.id}
    kept = entries.find_entry(session(), vault(), sitting)
    if kept and kept.typed.get("question"):
        url = url_for("staff.show_student", **address) + "#finalise"
        return {"text": said.text("Finalise again: the question was filled in later"), "url": url}
    url = url_for("content.show", **address)
    return {"text": said.text("First fill in the question to the municipality"), "url": url}


def _find_final(sitting: Sitting, state: State) -> StoredReport | None:
    """Return the document that may leave, None unless this version is final."""
    if not state.may_leave:
        return None
    same = StoredReport.sitting_id == sitting.id, StoredReport.number == state.version, StoredReport.kind == "final"
    return session().scalars(select(StoredReport).where(*same)).one_or_none()


def _say_event(event: acts.Event, said: Catalogue) -> tuple[str, str]:
    """Return when something happened and what, in words."""
    what = {
        acts.Offered: said.text("Version {n} finalised", n=event.version),
        acts.Read: said.text("Opened by the student"),
        acts.Agreed: said.text("The student agreed"),
        acts.ParentAgreed: said.text("A parent agreed"),
        acts.Refused: said.text("The student refused"),
        acts.ParentRefused: said.text("A parent refused"),
        acts.Finalised: said.text("Made final"),
        acts.Sent: say_sent(event, said) if isinstance(event, acts.Sent) else "",
        acts.NotSent: said.text("Not sent after all"),
        acts.Withdrawn: said.text("Agreement taken back"),
    }[type(event)]
    on_paper = said.text("on paper") if getattr(event, "on_paper", "") else ""
    return said.moment(event.at), f"{what}, {on_paper}" if on_paper else what
