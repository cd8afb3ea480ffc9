"""The student reads the concept on the own phone, a subject a screen, ticks what may be shared, agrees or refuses."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from survey import agreement, audit
from survey.access import Respondent, policy
from survey.documents import read_concept
from survey.handover import words as consent
from survey.handover.events import Agreed, Read, Refused, Withdrawn
from survey.handover.state import LEAVING, STUDENT, NotAllowed, Stage, State
from survey.kinds.short_text import clean
from survey.records import open_report, sitting_key
from survey.report.agreement import REACTION
from survey.report.reading import Step, read_steps
from survey.report.sections import Section
from survey.store.surveying import StoredReport
from survey.web import respondent
from survey.web.current import language, now, session, vault, words

bp = Blueprint("agree", __name__, url_prefix="/verslag")

YES, NO = "ja", "nee"
SAID = frozenset({Stage.AGREED, Stage.REFUSED, *LEAVING, Stage.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Reading:
    """A student with the concept: how far it is, its screens, and what was ticked so far."""

    visit: respondent.Visit
    state: State
    steps: tuple[Step, ...]
    ticked: dict[str, bool]
    municipality: str  # by name

    @property
    def sections(self) -> list[Section]:
        """Return everything that is asked, in its order."""
        return [section for step in self.steps for section in step.sections]

    @property
    def shared(self) -> frozenset[str]:
        """Return what was ticked with yes."""
        return frozenset(section.id for section in self.sections if self.ticked.get(section.id))

    @property
    def has_spoken(self) -> bool:
        """Return whether the student gave a word on this version."""
        return self.state.stage in SAID or self.state.student is not None

    @property
    def can_stop(self) -> bool:
        """Return whether there is an agreement to take back."""
        return self.state.stage is Stage.AGREED or self.state.may_leave

    def find_open(self) -> Step | None:
        """Return the first screen with something that was not answered."""
        return next((step for step in self.steps if any(one.id not in self.ticked for one in step.sections)), None)

    def say_consent(self) -> tuple[str, ...]:
        """Return the words of the agreement in the language of the page."""
        return consent.say_consent(words(), self.visit.sender.school, self.municipality)


@bp.before_request
def ask_who() -> ResponseReturnValue | None:
    """Show nothing of the concept before it is known who holds this phone: the page after sending asks."""
    if respondent.is_known(respondent.visit().sitting):
        return None
    return redirect(url_for("afterwards.done", to="verslag"), 303)


@bp.get("")
@policy(Respondent)
def show() -> ResponseReturnValue:
    """Say what the paper is and for whom, before it is read; afterwards what was said."""
    reading = _read()
    if reading is None:
        return redirect(url_for("afterwards.done"), 303)
    if reading.has_spoken:
        return redirect(url_for("agree.outcome"), 303)
    return render_template("respond/agree_start.html", reading=reading)


@bp.post("")
@policy(Respondent)
def begin() -> ResponseReturnValue:
    """Note that the student opened it, and show the first screen; who ticked something goes on where that stopped."""
    reading = _read()
    if reading is None:
        return redirect(url_for("afterwards.done"), 303)
    _act(reading, Read(reading.state.version, STUDENT, now()))
    first = (reading.find_open() if reading.ticked else None) or reading.steps[0]
    return redirect(url_for("agree.ask", step_id=first.id), 303)


@bp.get("/deel/<step_id>")
@policy(Respondent)
def ask(step_id: str) -> ResponseReturnValue:
    """Show one subject with what was ticked before."""
    reading = _get_open()
    return _show_step(reading, _get_step(reading, step_id))


@bp.post("/deel/<step_id>")
@policy(Respondent)
def answer(step_id: str) -> ResponseReturnValue:
    """Keep what may be shared of this subject, and go on."""
    reading = _get_open()
    step = _get_step(reading, step_id)
    given = {one.id: request.form.get(one.id, "") for one in step.sections}
    if any(value not in (YES, NO) for value in given.values()):
        return make_response(_show_step(reading, step, given, is_open=True), 422)
    ticked = {**reading.ticked, **{name: value == YES for name, value in given.items()}}
    agreement.save_choice(session(), vault(), reading.visit.sitting, reading.state.version, ticked, now())
    after = [each.id for each in reading.steps]
    following = after[after.index(step.id) + 1 :]
    if following and request.form.get("to") != "besluit":
        return redirect(url_for("agree.ask", step_id=following[0]), 303)
    return redirect(url_for("agree.decide"), 303)


@bp.get("/besluit")
@policy(Respondent)
def decide() -> ResponseReturnValue:
    """Show what will be shared and what not, and ask for a yes or a no."""
    reading = _get_open()
    if (step := reading.find_open()) is not None:
        return redirect(url_for("agree.ask", step_id=step.id), 303)
    return _show_decision(reading)


@bp.post("/besluit")
@policy(Respondent)
def say() -> ResponseReturnValue:
    """Store the student's word with the words that stood there."""
    reading = _get_open()
    reaction = clean(request.form.get("reaction", ""))
    wants = request.form.get("word") == YES
    if wants and len(reaction) > REACTION:
        mistake = words().text("Make this shorter: at most {n} characters.", n=REACTION)
        return make_response(_show_decision(reading, reaction, mistake), 422)
    version = reading.state.version
    if wants and reading.shared:
        text = consent.digest(reading.say_consent())
        said = Agreed(version, STUDENT, now(), reading.shared, text, consent.VERSION, language(), "", reaction)
        _act(reading, said)
    else:
        _act(reading, Refused(version, STUDENT, now()))
    return redirect(url_for("agree.outcome"), 303)


@bp.get("/klaar")
@policy(Respondent)
def outcome() -> ResponseReturnValue:
    """Say what was said, what happens now, and how to change it."""
    reading = _read()
    if reading is None or not reading.has_spoken:
        return redirect(url_for("agree.show"), 303)
    agreed = agreement.find_agreement(session(), vault(), reading.visit.sitting)
    shared = agreed.sections if agreed else reading.state.student or frozenset()
    stage = Stage.FINAL if reading.state.may_leave else reading.state.stage  # sent or not, it is the student's to stop
    waits = bool(reading.state.student) and reading.state.needs_parent and reading.state.parent is None
    return render_template(
        "respond/agree_done.html",
        reading=reading,
        stage=Stage.AGREED.value if waits else stage.value,
        waits_for_parent=waits,
        shared=[section.title for section in reading.sections if section.id in shared],
        has_copy=_find_copy(reading) is not None,
    )


@bp.get("/stop")
@policy(Respondent)
def ask_to_stop() -> ResponseReturnValue:
    """Ask once more before the agreement is taken back."""
    reading = _read()
    if reading is None or not reading.can_stop:
        return redirect(url_for("agree.show"), 303)
    return render_template("respond/agree_stop.html", reading=reading)


@bp.post("/stop")
@policy(Respondent)
def stop() -> ResponseReturnValue:
    """Take the agreement back; twice is as good as once."""
    reading = _read()
    if reading is not None and reading.can_stop:
        _act(reading, Withdrawn(reading.state.version, STUDENT, now()))
    return redirect(url_for("agree.show"), 303)


@bp.get("/mijn-verslag.pdf")
@policy(Respondent)
def show_copy() -> ResponseReturnValue:
    """Give the student's own copy."""
    reading = _read()
    report = _find_copy(reading) if reading else None
    if reading is None or report is None:
        abort(404)
    pdf = open_report(sitting_key(session(), vault(), reading.visit.sitting), report)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="mijn-verslag.pdf"'
    return answer


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Let no cache keep the concept, and no Back show a word that was taken back."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _read() -> Reading | None:
    """Return the student with the newest version, None before anything was finalised."""
    visit = respondent.visit()
    if visit.sitting.stage == Stage.NONE:
        return None
    state = agreement.get_state(session(), vault(), visit.sitting)
    if state.stage is Stage.NONE:
        return None
    source = read_concept(session(), vault(), visit.sitting, state.version, language())
    ticked = agreement.find_choice(session(), vault(), visit.sitting, state.version)
    return Reading(visit, state, read_steps(source), ticked, source.facts.municipality.name)


def _get_open() -> Reading:
    """Return the student while a word can be given; else go to what was said."""
    reading = _read()
    if reading is None or reading.state.stage in (*LEAVING, Stage.WITHDRAWN):
        abort(redirect(url_for("agree.show"), 303))
    if not reading.state.is_read:
        abort(redirect(url_for("agree.show"), 303))
    return reading


def _get_step(reading: Reading, step_id: str) -> Step:
    return next((step for step in reading.steps if step.id == step_id), None) or abort(404)


def _act(reading: Reading, event: Read | Agreed | Refused | Withdrawn) -> None:
    """Store what the student did; what came too late for this version changes nothing, and the next page says so."""
    try:
        agreement.add(session(), vault(), reading.visit.sitting, event, now())
    except NotAllowed:
        subject = f"sitting:{reading.visit.sitting.id}"
        audit.record(session(), vault(), f"student:{reading.visit.sitting.id}", "document.too_late", subject, now())


def _show_step(
    reading: Reading, step: Step, given: dict[str, str] | None = None, is_open: bool = False
) -> str:
    ids = [each.id for each in reading.steps]
    place = ids.index(step.id)
    before = {name: YES if value else NO for name, value in reading.ticked.items()}
    return render_template(
        "respond/agree_step.html",
        reading=reading,
        step=step,
        chosen=before if given is None else given,
        is_open=is_open,
        number=place + 1,
        total=len(ids),
        back=url_for("agree.ask", step_id=ids[place - 1]) if place else url_for("agree.show"),
    )


def _show_decision(reading: Reading, reaction: str = "", mistake: str = "") -> str:
    shared = reading.shared
    return render_template(
        "respond/agree_decide.html",
        reading=reading,
        consent=reading.say_consent(),
        shared=[section.title for section in reading.sections if section.id in shared],
        kept=[section.title for section in reading.sections if section.id not in shared],
        reaction=reaction,
        mistake=mistake,
        longest=REACTION,
        back=url_for("agree.ask", step_id=reading.steps[-1].id),
    )


def _find_copy(reading: Reading) -> StoredReport | None:
    """Return the student's copy of the version that may leave, None until a worker made it."""
    if not reading.state.may_leave:
        return None
    statement = select(StoredReport).where(
        StoredReport.sitting_id == reading.visit.sitting.id,
        StoredReport.number == reading.state.version,
        StoredReport.kind == "copy",
        StoredReport.state == "ready",
    )
    return session().scalars(statement).one_or_none()
