"""The page of one student: facts, result, the school's own view, document and history, all in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from survey import list_rows, review, school_view
from survey import sitting as stage
from survey import together
from survey.classes import NOT_STARTED
from survey.definition.model import Definition, Report
from survey.documents import gather
from survey.i18n import Catalogue
from survey.kinds.short_text import clean
from survey.municipalities import name_of
from survey.records import Profile, open_profile, school_key
from survey.review import Judgement, PastReview
from survey.route import find_path
from survey.score.outcome import Outcome
from survey.sitting import Status
from survey.store.people import Group, School, Staff, Student
from survey.store.surveying import Round, Sitting
from survey.web.agreed import compose_panel
from survey.web.content import list_missing
from survey.web.current import session, vault, words
from survey.web.overview import Sign, priority_signs, say_state
from survey.web.result import Reader, Result
from survey.web.sections import list_sections
from survey.web.sender import read_sender
from survey.web.sign_in import person

#: After so many attempts the page of a document being made says that something holds it up.
PATIENCE = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it was filled in, not yet checked."""

    remark: str = ""
    override: str = ""  # a priority, or "" for the one of the rules
    reason: str = ""
    is_given: bool = False

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Draft:
        """Read a posted form; browsers send line ends as CR LF, which would count double."""
        return cls(clean(form.get("remark", "")), form.get("override", ""), clean(form.get("reason", "")), True)

    @classmethod
    def repeat(cls, last: Judgement) -> Draft:
        """Return the form filled in as it was finalised last."""
        return cls(last.remark, "" if last.override is None else str(last.override), last.reason)

    def judgement(self) -> Judgement:
        """Return the view that `check` found no fault with."""
        return Judgement(self.remark, int(self.override) if self.override else None, self.reason)


def check(draft: Draft, words: Catalogue) -> dict[str, str]:
    """Return what is wrong with a form by field, as far as it can be told without the student."""
    if draft.override and not (draft.override.isascii() and draft.override.isdigit()):
        return {"override": words.text("Choose a priority from the list.")}
    if draft.reason and not draft.override:
        return {"override": words.text("You gave a reason. Choose the other priority too, or clear the reason.")}
    return {}


def say_refusal(refusal: review.BadJudgement, words: Catalogue) -> dict[str, str]:
    """Return why a view was refused, by field."""
    longest = words.text("Make this shorter: at most {n} characters.", n=review.LONGEST)
    said = {
        "remark_long": ("remark", longest),
        "reason_long": ("reason", longest),
        "remark_bsn": ("remark", words.text("Leave the citizen service number (BSN) out.")),
        "reason_bsn": ("reason", words.text("Leave the citizen service number (BSN) out.")),
        "reason_missing": ("reason", words.text("Say why you choose another priority.")),
        "no_such_value": ("override", words.text("Choose a priority from the list.")),
    }
    field, message = said[refusal.code]
    return {field: message}


def compose(student: Student, group: Group, round_: Round, sitting: Sitting | None, draft: Draft) -> dict[str, Any]:
    """Return all that the template shows of a student in a round."""
    said = words()
    profile = open_profile(school_key(session(), vault()), student)
    status = sitting.status if sitting else NOT_STARTED
    is_spoken = list_rows.is_spoken(student, sitting)
    state = say_state(status, sitting.done, sitting.total, said, is_spoken) if sitting else said.text("not started")
    if status == Status.STARTED:
        state = said.text("busy: {progress}", progress=state)
    is_sent = sitting is not None and sitting.sent_at is not None
    page: dict[str, Any] = {
        "student": {
            "name": profile.name,
            "group": group.name,
            "group_url": url_for("staff.show_class", group_id=group.id, round=round_.id),
            "round": round_.name,
            "state": state,
            "phone": profile.phone,
            "best_time": profile.preferred_time,
            "spoken": said.day_of_month(student.spoken_at) if student.spoken_at else "",
            "together": _say_together(sitting),
            "together_url": None if is_sent else url_for("together.show", student_id=student.id, round=round_.id),
            "sections": list_sections(student.id, "result", round_.id),
        },
        "facts": list_facts(profile, student.municipality, said),
        "result": None,
    }
    outcome = stage.get_outcome(session(), vault(), sitting) if sitting else None
    if sitting is None or outcome is None:
        return page
    definition, answers = stage.read(session(), vault(), sitting)
    past = review.get_reviews(session(), vault(), sitting)
    if past and not draft.is_given:
        draft = Draft.repeat(past[0].judgement)
    return page | {
        "result": _result(student, group, sitting, definition, outcome, answers.values, past),
        "agreement": compose_panel(student, round_, sitting) if past else None,
        "views": _views(sitting, definition),
        "view_url": url_for("casework.show_view", student_id=student.id, round=round_.id),
        "document": _document(student, round_, past[0]) if past else None,
        "history": [_past(entry, definition) for entry in past],
        "form": _form(student, round_, sitting, definition, outcome, draft),
    }


def _say_together(sitting: Sitting | None) -> list[str]:
    """Return in words when the answers were given together with a colleague."""
    said = words()
    return [
        said.text("Filled in together with {name}, {moment}", name=one.by, moment=said.moment(one.started_at))
        for one in (together.get_times(session(), vault(), sitting.id) if sitting else [])
    ]


def _views(sitting: Sitting, definition: Definition) -> dict[str, dict[str, Any]]:
    """Return how the school sees each domain that it has a view of."""
    said = words()
    found = {}
    for domain, one in school_view.get_standing(session(), vault(), sitting).items():
        band = definition.bands.get(one.view.band)
        found[domain] = {
            "sign": Sign(said.words(band.text) or one.view.band, band.tone) if band else None,
            "remark": one.view.remark,
            "who": said.text("{name}, {moment}", name=one.by, moment=said.moment(one.at)),
        }
    return found


def list_facts(profile: Profile, municipality: str | None, words: Catalogue) -> list[tuple[str, str]]:
    """Return what the school knows, by name; what is not known is left out, the municipality never."""
    birth, diploma, last = profile.birth_date, profile.diploma_date, profile.last_day
    programme = f"{profile.programme} ({profile.crebo})" if profile.crebo else profile.programme
    facts = [
        (words.text("E-mail address"), profile.email),
        (words.text("Second contact"), profile.second_contact),
        (words.text("Municipality"), name_of(municipality) if municipality else words.text("unknown")),
        (words.text("Postcode"), profile.postcode),
        (words.text("Date of birth"), words.date(birth) if birth else ""),
        (words.text("Programme"), programme),
        (words.text("Level"), profile.level),
        (words.text("Track"), profile.track),
        (words.text("Location"), profile.location),
        (words.text("Diploma on"), words.date(diploma) if diploma else ""),
        (words.text("Last day at school"), words.date(last) if last else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _result(
    student: Student,
    group: Group,
    sitting: Sitting,
    definition: Definition,
    outcome: Outcome,
    values: Mapping[str, Any],
    past: list[PastReview],
) -> Result:
    said, database = words(), session()
    school = database.get_one(School, student.school_id)
    sender = read_sender(vault(), school, database.get_one(Staff, student.mentor_id or group.mentor_id), student)
    override = ""
    if past and past[0].judgement.override is not None:
        override = said.text("Set by {name}: {reason}", name=past[0].by, reason=past[0].judgement.reason)
    reader = Reader(
        definition=definition,
        values=find_path(definition, values).values,
        outcome=outcome,
        words=said,
        role=person().role,
        say=lambda text: sender.say(said, text),
        report=definition.report or Report(),
    )
    return reader.compose(sitting.priority, override)


def _document(student: Student, round_: Round, last: PastReview) -> dict[str, str | None]:
    """Return the state of the newest document and what can be done with it."""
    said, here = words(), url_for("staff.show_student", student_id=student.id, round=round_.id) + "#document"
    made = {"url": None, "reload": None, "retry": None}
    match last.report_state:
        case "ready":
            text = said.text("Document {n} is ready: {moment}.", n=last.number, moment=said.moment(last.created_at))
            return made | {"text": text, "url": url_for("downloads.show_pdf", report_id=last.report_id)}
        case "failed":
            text = said.text("The document could not be made. Nothing is lost. Try again, or tell the operator.")
            retry = url_for("staff.retry_report", report_id=last.report_id, round=round_.id)
            return made | {"text": text, "retry": retry}
    text, tries = said.text("The document is being made. That takes some seconds."), last.report_attempts
    if tries >= PATIENCE:
        text = said.text("The document is being made. It takes longer than usual: {n} attempts.", n=tries)
    return made | {"text": text, "reload": here}


def _past(entry: PastReview, definition: Definition) -> dict[str, Any]:
    said, judgement = words(), entry.judgement
    lines = [judgement.remark] if judgement.remark else []
    if judgement.override is not None:
        sign = priority_signs(definition, said).get(str(judgement.override))
        chosen = sign.text if sign else str(judgement.override)
        lines.append(said.text("Priority {priority}: {reason}", priority=chosen, reason=judgement.reason))
    is_ready = entry.report_state == "ready"
    return {
        "number": entry.number,
        "when": said.moment(entry.created_at),
        "who": entry.by,
        "lines": lines,
        "url": url_for("downloads.show_pdf", report_id=entry.report_id) if is_ready else None,
    }


def _form(
    student: Student, round_: Round, sitting: Sitting, definition: Definition, outcome: Outcome, draft: Draft
) -> dict[str, Any]:
    said, known = words(), gather(session(), vault(), sitting)
    signs = priority_signs(definition, said)
    options = []
    if signs:
        computed = stage.priority_of(definition, outcome)
        own = signs[str(computed)].text if str(computed) in signs else said.text("unknown")
        as_ruled = said.text("As the rules say: {priority}", priority=own)
        options = [{"value": "", "text": as_ruled, "chosen": not draft.override}]
        options += [
            {"value": value, "text": sign.text, "chosen": value == draft.override}
            for value, sign in signs.items()
            if value != str(computed)
        ]
    return {
        "url": url_for("staff.finalise", student_id=student.id, round=request.args.get("round") or round_.id),
        "longest": review.LONGEST,
        "content_url": url_for("content.show", student_id=student.id, round=round_.id),
        "missing": list_missing(known, said),
        "has_question": bool(known.request.question),
        "remark": draft.remark,
        "reason": draft.reason,
        "options": options,
    }
