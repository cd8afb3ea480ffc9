"""The staff's pages: flags and classes, one class, one student, and the finalisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import agreement, audit, choosing, class_work, flags, places, review, rounds
from survey.access import Action, Role, Staff, may, policy
from survey.choosing import Wish
from survey.handover import events as acts
from survey.handover.state import Stage
from survey.records import get_definition
from survey.sitting import NotSent
from survey.store.people import Group
from survey.store.people import Staff as Colleague
from survey.store.surveying import Round, Sitting
from survey.web import alarms, bulk, dossier, overview, packages, reach, table
from survey.web.current import now, session, settings, vault, words
from survey.web.sent import Sending
from survey.web.sign_in import own_path, person, records, render
from survey.web.wishes import read_columns, read_wish

bp = Blueprint("staff", __name__, url_prefix="/staff")

#: How long a flag that was taken up stays in the lists.
STAYS = timedelta(days=7)
#: So many stand on the first page, the first due first; the list holds the others.
MOST_FLAGS = 8


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class in the list of classes; without an address where the person may not open it."""

    name: str
    round: str
    mentor: str
    work: tuple[overview.Count, ...]
    filled: int
    students: int
    url: str | None


@bp.get("/")
@policy(Staff(Role.mentor, Role.coordinator, Role.administrator))
def home() -> str:
    """Show the work of today, who needs a talk first; then the classes, and a coordinator's documents."""
    sees = may(person().role, Action.see_classes)
    raised = flags.get_flags(session(), vault(), reach.own_id(), taken_after=now() - STAYS) if sees else []
    names = {round_.id: round_.name for round_ in rounds.get_rounds(session())}
    groups = class_work.get_groups(session(), vault(), now(), reach.own_id() if sees else None, names)
    has_packages = may(person().role, Action.download_municipality)
    return render(
        "home",
        work=[*(_work() if sees else []), *_to_confirm()],
        flags=alarms.show(raised),
        most=MOST_FLAGS,
        classes=[_class_line(row, names[row.round_id], sees) for row in groups],
        packages=packages.list_packages(session(), words()) if has_packages else [],
    )


@bp.get("/classes/<group_id>")
@policy(Staff(Role.mentor, Role.coordinator))
def show_class(group_id: str) -> str:
    """Show a class in a round: the work, and a table to filter."""
    group = reach.get_group(group_id)
    choices = reach.get_rounds_of(group)
    round_ = reach.choose_round(choices)
    wish = replace(read_wish(request.args, reach.own_id()), group=group.id, round=round_.id)
    path = url_for("staff.show_class", group_id=group.id)
    around = table.Around([round_], {}, {})
    shown = table.compose(wish, read_columns(request.args), around, path, fixed=("group", "round"))
    definition = get_definition(session(), round_.digest)
    raised = flags.get_flags(session(), vault(), reach.own_id(), group.id, taken_after=now() - STAYS)
    return render(
        "class",
        group=_class_head(group, round_, choices, shown.of_all, f"{definition.id} {definition.version}"),
        flags=alarms.show(raised),
        table=shown,
        actions=bulk.list_actions(),
    )


@bp.get("/students/<student_id>")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_student(student_id: str) -> str:
    """Show a student's answers and what the rules say of them; who looked is recorded."""
    return _student_page(student_id, dossier.Draft())


@bp.post("/students/<student_id>/finalise")
@policy(Staff(Role.mentor, Role.coordinator))
def finalise(student_id: str) -> ResponseReturnValue:
    """Store the school's view and let the document be made."""
    sitting = _get_sent(student_id)
    draft = dossier.Draft.read(request.form)
    errors = dossier.check(draft, words())
    if not errors:
        try:
            colleague = session().get_one(Colleague, person().id)
            at = settings().verify_address
            review.finalise(session(), vault(), sitting, colleague, draft.judgement(), now(), at)
        except review.BadJudgement as refusal:
            errors = dossier.say_refusal(refusal, words())
        except NotSent:
            return _to_student(student_id)
    if errors:
        return _student_page(student_id, draft, errors), 422
    return _to_student(student_id)


@bp.post("/students/<student_id>/sent")
@policy(Staff(Role.mentor, Role.coordinator))
def record_sent(student_id: str) -> ResponseReturnValue:
    """Write down that a student's document was sent; a second press changes nothing."""
    sitting, sending = _get_sent(student_id), Sending.read(request.form)
    state = agreement.get_state(session(), vault(), sitting)
    if sending.mistakes and state.stage is Stage.FINAL:
        return _student_page(student_id, dossier.Draft(), sending.mistakes), 422
    if state.stage is Stage.FINAL:
        agreement.add(session(), vault(), sitting, sending.act(state.version, person().actor), now())
    return _to_student(student_id)


@bp.post("/students/<student_id>/not-sent")
@policy(Staff(Role.mentor, Role.coordinator))
def undo_sent(student_id: str) -> ResponseReturnValue:
    """Write down that it was not sent after all: it is to be handed over again."""
    sitting = _get_sent(student_id)
    state = agreement.get_state(session(), vault(), sitting)
    if state.stage is Stage.SENT:
        agreement.add(session(), vault(), sitting, acts.NotSent(state.version, person().actor, now()), now())
    return _to_student(student_id)


@bp.post("/flags/<flag_id>/take")
@policy(Staff(Role.mentor, Role.coordinator))
def take_flag(flag_id: str) -> Response:
    """Put the person's name to all open flags of that student; who came second sees who was first."""
    flags.take(session(), vault(), reach.get_flag(flag_id).sitting_id, person().id, now())
    return redirect(own_path(request.form.get("next", "")), 303)


@bp.post("/reports/<report_id>/retry")
@policy(Staff(Role.mentor, Role.coordinator))
def retry_report(report_id: str) -> Response:
    """Let a document that failed be made again."""
    report, _, student, _ = reach.get_report(report_id)
    review.retry(session(), vault(), report, session().get_one(Colleague, person().id), now())
    return _to_student(student.id)


def _to_student(student_id: str) -> Response:
    """Go back to the student's page in the round that the form was of."""
    return redirect(url_for("staff.show_student", student_id=student_id, round=request.args.get("round")), 303)


def _get_sent(student_id: str) -> Sitting:
    """Return the sitting that the address names, else 404 where the student never started it."""
    student, _ = reach.get_student(student_id)
    return reach.get_started(student)


def _student_page(student_id: str, draft: dossier.Draft, errors: dict[str, str] | None = None) -> str:
    student, group = reach.get_student(student_id)
    sitting, round_ = reach.choose_sitting(student)
    audit.record(session(), vault(), person().actor, "student.view", f"student:{student.id}", now())
    raised = flags.get_flags(session(), vault(), student_id=student.id)
    page = dossier.compose(student, group, round_, sitting, draft)
    return render("student", flags=alarms.show(raised), errors=errors or {}, **page)


def _class_line(row: class_work.GroupRow, round_name: str, sees: bool) -> ClassLine:
    """Return a class in words; who may not see classes is told nothing of what answers say."""
    url = url_for("staff.show_class", group_id=row.group_id, round=row.round_id) if sees else None
    work = tuple(
        overview.Count(
            n=str(row.work[state]),
            text=name,
            url=url_for("staff.show_class", group_id=row.group_id, round=row.round_id, state=state) if url else None,
            alarm=state == choosing.TODAY and row.work[state] > 0,
        )
        for state, name in table.say_work(words()).items()
        if sees or state == choosing.UNFINISHED
    )
    return ClassLine(row.name, round_name, row.mentor, work, row.work[choosing.FILLED], row.work["all"], url)


def _class_head(
    group: Group, round_: Round, choices: list[Round], students: int, questionnaire: str
) -> dict[str, object]:
    said = words()
    when = {
        rounds.Phase.COMING: said.text("opens on {day}", day=said.date(round_.opens_at)),
        rounds.Phase.OPEN: said.text("open until {day}", day=said.date(round_.closes_at)),
        rounds.Phase.CLOSED: said.text("closed since {day}", day=said.date(round_.closes_at)),
    }
    others = [
        {
            "name": other.name,
            "url": url_for("staff.show_class", group_id=group.id, round=other.id),
            "current": other is round_,
        }
        for other in choices
    ]
    return {
        "id": group.id,
        "name": group.name,
        "round": round_.name,
        "round_id": round_.id,
        "rounds": others,
        "open": when[rounds.phase(round_, now())],
        "students": students,
        "questionnaire": questionnaire,
        "url": url_for("staff.show_class", group_id=group.id, round=round_.id),
        "lesson_url": url_for("lesson.show", group_id=group.id, round=round_.id) if reach.sees_whole(group) else "",
        "cards_url": url_for("sheets.show_cards", group_id=group.id, round=round_.id),
    }


def _work() -> list[overview.Count]:
    """Return the work in all classes and rounds within reach; each number opens its list."""
    said = words()
    counted = choosing.count_work(session(), Wish(mentor_id=reach.own_id()), now())
    return [
        overview.Count(
            n=str(counted[state]),
            text=name,
            url=url_for("students.show_list", state=state),
            alarm=state == choosing.TODAY and counted[state] > 0,
        )
        for state, name in table.say_work(said).items()
    ]


def _to_confirm() -> list[overview.Count]:
    """Return of how many students a person still has to say where they live, for whoever may."""
    if not may(person().role, Action.keep_students):
        return []
    asked = places.count_asked(session())
    return [overview.Count(str(asked), words().text("confirm municipality"), url_for("residence.show"))]
