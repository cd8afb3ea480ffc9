"""A student's case, a page a section: the log, the school's own view, what happened, and what was offered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from survey import audit, casework, passing, school_view, timeline
from survey.access import Role, Staff, policy
from survey.casework import BadEntry, Content, Entry, Kind
from survey.hours import ZONE
from survey.kinds.short_text import clean
from survey.passing import BadPassing
from survey.records import get_definition, open_profile, school_key
from survey.school_view import View
from survey.sitting import NotSent
from survey.store.casework import CaseEntry
from survey.store.people import Group, School
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Sitting
from survey.web import reach
from survey.web.current import now, session, vault, words
from survey.web.dossier import list_facts
from survey.web.entry_form import EntryForm, read_day, say_wrong
from survey.web.overview import Sign
from survey.web.sections import head
from survey.web.sign_in import person, records, render

bp = Blueprint("casework", __name__, url_prefix="/staff")


@bp.get("/students/<student_id>/log")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_log(student_id: str) -> str:
    """Show the log, and the forms that add to it; who looked is recorded."""
    student, group = reach.get_student(student_id)
    audit.record(session(), vault(), person().actor, "log.view", f"student:{student.id}", now())
    return _log_page(student, group, EntryForm())


@bp.post("/students/<student_id>/log")
@policy(Staff(Role.mentor, Role.coordinator))
def add_entry(student_id: str) -> ResponseReturnValue:
    """Write an entry of the log down."""
    student, group = reach.get_student(student_id)
    kind = request.form.get("kind", "")
    if kind not in Kind.__members__.values():
        return _to(student, "show_log")
    form = EntryForm.read(request.form, kind)
    try:
        day = _day(form)
        casework.add(session(), vault(), student, _me(), Kind(kind), day, form.content(), now())
    except BadEntry as refusal:
        form.errors[refusal.field] = say_wrong(refusal, words())
        return _log_page(student, group, form), 422
    return _to(student, "show_log")


@bp.get("/log/<thread>")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_entry(thread: str) -> str:
    """Show an entry with its versions, and the form that corrects it."""
    last, student, group = _get_entry(thread)
    audit.record(session(), vault(), person().actor, "log.view", f"student:{student.id}", now())
    versions = _versions(student, thread)
    content = versions[0].content
    form = EntryForm(
        last.kind, last.day.isoformat(), content.what, content.how, content.by, content.answer, content.remark
    )
    return _entry_page(student, group, versions, form)


@bp.post("/log/<thread>")
@policy(Staff(Role.mentor, Role.coordinator))
def correct_entry(thread: str) -> ResponseReturnValue:
    """Write the next version of an entry, or withdraw it; what was there stays in the record."""
    last, student, group = _get_entry(thread)
    form = EntryForm.read(request.form, last.kind)
    try:
        content = form.content(is_withdrawn=request.form.get("withdraw") == "1")
        casework.correct(session(), vault(), thread, _me(), _day(form), content, now())
    except BadEntry as refusal:
        form.errors[refusal.field] = say_wrong(refusal, words())
        return _entry_page(student, group, _versions(student, thread), form), 422
    return _to(student, "show_log")


@bp.get("/students/<student_id>/offers")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_offers(student_id: str) -> str:
    """Show what a student was offered, to print or to answer a Doorstroompunt with; who looked is recorded."""
    student, group = reach.get_student(student_id)
    audit.record(session(), vault(), person().actor, "offers.view", f"student:{student.id}", now())
    said, profile = words(), open_profile(school_key(session(), vault()), student)
    return render(
        "offers",
        student=head(student, group, "offers"),
        school_name=session().get_one(School, student.school_id).name,
        facts=list_facts(profile, student.municipality, said),
        offers=casework.get_offers(session(), vault(), student.id),
        contacts=casework.get_contacts(session(), vault(), student.id),
        hows=casework.HOW,
        answers=casework.ANSWERS,
        today=said.date(now()),
    )


@bp.get("/students/<student_id>/timeline")
@policy(Staff(Role.mentor, Role.coordinator))
def show_timeline(student_id: str) -> str:
    """Show what happened with a student, without content."""
    student, group = reach.get_student(student_id)
    return render(
        "timeline",
        student=head(student, group, "timeline"),
        happenings=timeline.get_happenings(session(), vault(), student.id),
        others={timeline.STUDENT: words().text("the student"), timeline.SYSTEM: words().text("Overstap")},
    )


@bp.post("/students/<student_id>/pass")
@policy(Staff(Role.mentor, Role.coordinator))
def pass_on(student_id: str) -> ResponseReturnValue:
    """Pass a student to a colleague, with a reason; a mentor does not see the student after it."""
    student, group = reach.get_student(student_id)
    mentor = session().get(Colleague, request.form.get("mentor", ""))
    try:
        if mentor is None:
            raise BadPassing("mentor", "unknown")
        passing.pass_to(session(), vault(), student, mentor, _me(), clean(request.form.get("reason", "")), now())
    except BadPassing as refusal:
        form = EntryForm("pass", errors={refusal.field: say_wrong(refusal, words())})
        return _log_page(student, group, form), 422
    if reach.own_id() in (None, mentor.id):
        return _to(student, "show_log")
    return redirect(url_for("staff.home"), 303)


@bp.get("/students/<student_id>/view")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_view(student_id: str) -> ResponseReturnValue:
    """Show the form of the school's own view, domain by domain; who looked is recorded."""
    student, group = reach.get_student(student_id)
    sitting = _find_sent(student)
    if sitting is None:  # the page of the result says that there is nothing to stand beside yet
        return redirect(url_for("staff.show_student", student_id=student.id, round=request.args.get("round")), 303)
    audit.record(session(), vault(), person().actor, "student.view", f"student:{student.id}", now())
    standing = school_view.get_standing(session(), vault(), sitting)
    return _view_page(student, group, sitting, {domain: one.view for domain, one in standing.items()}, {})


@bp.post("/students/<student_id>/view")
@policy(Staff(Role.mentor, Role.coordinator))
def save_view(student_id: str) -> ResponseReturnValue:
    """Keep how the school sees each domain, as a new version of those that changed."""
    student, group = reach.get_student(student_id)
    sitting = _find_sent(student) or abort(404)
    views = {
        domain: View(request.form.get(f"{domain}-band", ""), clean(request.form.get(f"{domain}-remark", "")))
        for domain in school_view.domains_of(get_definition(session(), sitting.digest))
    }
    try:
        school_view.save(session(), vault(), sitting, _me(), views, now())
    except NotSent:
        abort(404)
    except school_view.BadView as refusal:
        messages = {
            "long": words().text("Make this shorter: at most {n} characters.", n=school_view.LONGEST),
            "consent": words().text("no remark: this takes the student's own yes"),
            "unknown": words().text("Choose from the list."),
        }
        field = f"{refusal.domain}-{'remark' if refusal.code == 'long' else 'band'}"
        return _view_page(student, group, sitting, views, {field: messages[refusal.code]}), 422
    return redirect(url_for("staff.show_student", student_id=student.id, round=request.args.get("round")), 303)


def _me() -> Colleague:
    return session().get_one(Colleague, person().id)


def _day(form: EntryForm) -> Any:
    day = read_day(form.day)
    if day is None:
        raise BadEntry("day", "missing")
    return day


def _to(student: Student, section: str) -> Response:
    return redirect(url_for(f"casework.{section}", student_id=student.id, round=request.args.get("round")), 303)


def _find_sent(student: Student) -> Sitting | None:
    """Return the sitting that was sent and not erased; None where there is no such."""
    sitting, _ = reach.choose_sitting(student)
    return sitting if sitting is not None and sitting.sent_at is not None and sitting.wrapped_key else None


def _get_entry(thread: str) -> tuple[CaseEntry, Student, Group]:
    """Return the version of an entry that stands, of a student within reach, else 404."""
    last = casework.find_last(session(), thread)
    if last is None:
        abort(404)
    return last, *reach.get_student(last.student_id)


def _versions(student: Student, thread: str) -> list[Entry]:
    found = (one for one in casework.get_versions(session(), vault(), student.id) if one.thread == thread)
    return sorted(found, key=lambda one: one.number, reverse=True)


def _lists() -> dict[str, Any]:
    """Return what every form of the log chooses from."""
    return {
        "hows": casework.HOW,
        "answers": casework.ANSWERS,
        "today": now().astimezone(ZONE).date().isoformat(),
        "own_name": person().name,
        "kinds": _say_kinds(),
    }


def _say_kinds() -> dict[str, str]:
    said = words()
    return {
        "talk": said.text("Talk"),
        "contact": said.text("Contact"),
        "offer": said.text("Offer"),
        "note": said.text("Note"),
    }


def _log_page(student: Student, group: Group, form: EntryForm) -> str:
    colleagues = passing.get_colleagues(session(), vault())
    own = student.mentor_id or group.mentor_id
    return render(
        "log",
        student=head(student, group, "log"),
        entries=casework.get_entries(session(), vault(), student.id),
        form=form,
        empty=Content(""),
        mentor=colleagues.get(own, ""),
        colleagues={id_: name for id_, name in colleagues.items() if id_ != own},
        passings=passing.get_passings(session(), vault(), student.id),
        **_lists(),
    )


def _entry_page(student: Student, group: Group, versions: list[Entry], form: EntryForm) -> str:
    return render("entry", student=head(student, group, "log"), versions=versions, form=form, **_lists())


def _view_page(
    student: Student, group: Group, sitting: Sitting, views: dict[str, View], errors: dict[str, str]
) -> str:
    """Return the form: each domain with its bands; what the student's answers say stands on the result's page."""
    definition, said = get_definition(session(), sitting.digest), words()
    domains = [
        {
            "id": domain,
            "title": said.words(definition.scales[domain].text) or domain,
            "bands": [(band, said.words(definition.bands[band].text) or band) for band in bands],
            "view": views.get(domain, View()),
            "takes_remark": school_view.takes_remark(definition, domain),
        }
        for domain, bands in school_view.domains_of(definition).items()
    ]
    past = [
        {
            "when": said.moment(one.at),
            "who": one.by,
            "title": said.words(definition.scales[one.domain].text) or one.domain,
            "sign": _sign(definition.bands.get(one.view.band), one.view.band),
            "remark": one.view.remark,
        }
        for one in sorted(school_view.get_views(session(), vault(), sitting), key=lambda one: one.at, reverse=True)
    ]
    return render(
        "view",
        student=head(student, group, "view"),
        domains=domains,
        past=past,
        errors=errors,
        longest=school_view.LONGEST,
    )


def _sign(band: Any, label: str) -> Sign | None:
    if band is None:
        return None
    return Sign(words().words(band.text) or label, band.tone)
