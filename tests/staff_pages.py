"""The staff's pages: who may open each, and rows to fill their addresses with."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from handing import hand
from roster_rows import OF_ROSTER, bring_in
from sqlalchemy import select
from stages import LATER, WORRIED, Course
from werkzeug.routing import Rule

from survey import casework, kept, mail, papers, recordings
from survey.access import Role, Staff, policy_of
from survey.casework import Content, Kind
from survey.definition.bundle import read_bundle
from survey.definition.load import parse, shipped_files
from survey.store.credentials import Factor
from survey.store.granting import RegionGrant
from survey.store.people import School
from survey.store.people import Staff as Colleague
from survey.store.people import StaffSession, Student
from survey.store.surveying import Invitation, RaisedFlag
from survey.store.types import new_id
from survey.versions import ID_CHARACTERS

OF_A_CLASS = frozenset({Role.mentor, Role.coordinator})
#: The version is one that every school has; of a school's own versions: tests/web/test_questionnaires.py.
OF_QUESTIONNAIRES = frozenset({Role.coordinator, Role.administrator})
SHIPPED = read_bundle(next(path for path in shipped_files() if path.parent.name == "checkin"))
#: Who may open each staff page of the own school; a new endpoint needs a row here. Whether its address names a row of
#: the school: then another school's, and a class that the mentor does not have, are not found.
STAFF: dict[str, tuple[frozenset[Role], bool]] = {
    **OF_ROSTER,
    "staff.home": (frozenset(Role), False),
    "staff.show_class": (OF_A_CLASS, True),
    "sound.show": (frozenset({Role.administrator}), False),
    "sound.change": (frozenset({Role.administrator}), False),
    "sound.listen": (frozenset({Role.administrator}), True),
    "students.show_list": (OF_A_CLASS, False),
    "students.save_list": (OF_A_CLASS, False),
    "students.forget_list": (OF_A_CLASS, False),
    "bulk.confirm": (OF_A_CLASS, False),
    "bulk.act": (OF_A_CLASS, False),
    "casework.show_log": (OF_A_CLASS, True),
    "together.show": (OF_A_CLASS, True),
    "together.begin": (OF_A_CLASS, True),
    "together.stop": (OF_A_CLASS, False),
    "casework.add_entry": (OF_A_CLASS, True),
    "casework.show_entry": (OF_A_CLASS, True),
    "casework.correct_entry": (OF_A_CLASS, True),
    "casework.show_offers": (OF_A_CLASS, True),
    "casework.show_timeline": (OF_A_CLASS, True),
    "casework.pass_on": (OF_A_CLASS, True),
    "casework.show_view": (OF_A_CLASS, True),
    "casework.save_view": (OF_A_CLASS, True),
    "staff.show_student": (OF_A_CLASS, True),
    "staff.finalise": (OF_A_CLASS, True),
    "agreed.make_final": (OF_A_CLASS, True),
    "agreed.show_paper": (OF_A_CLASS, True),
    "agreed.record_paper": (OF_A_CLASS, True),
    "staff.record_sent": (OF_A_CLASS, True),
    "staff.undo_sent": (OF_A_CLASS, True),
    "content.show": (OF_A_CLASS, True),
    "content.save": (OF_A_CLASS, True),
    "staff.take_flag": (OF_A_CLASS, True),
    "staff.retry_report": (OF_A_CLASS, True),
    "sheets.show_cards": (OF_A_CLASS, True),
    "downloads.show_pdf": (OF_A_CLASS, True),
    "quality.show": (frozenset({Role.coordinator, Role.administrator}), False),
    "municipality.show": (frozenset({Role.coordinator}), True),
    "municipality.make_final": (frozenset({Role.coordinator}), True),
    "municipality.record_sent": (frozenset({Role.coordinator}), True),
    "municipality.undo_sent": (frozenset({Role.coordinator}), True),
    "municipality.show_password": (frozenset({Role.coordinator}), True),
    "municipality.show_package": (frozenset({Role.coordinator}), True),
    "questionnaires.show_all": (OF_QUESTIONNAIRES, False),
    "questionnaires.upload": (frozenset({Role.administrator}), False),
    "questionnaires.show": (OF_QUESTIONNAIRES, False),
    "questionnaires.publish": (frozenset({Role.administrator}), False),
    "questionnaires.retire": (frozenset({Role.administrator}), False),
    "questionnaires.restore": (frozenset({Role.administrator}), False),
    "questionnaires.drop": (frozenset({Role.administrator}), False),
    "overviews.show_changes": (frozenset({Role.coordinator}), False),
    "overviews.show_sheet": (OF_QUESTIONNAIRES, False),
    "overviews.show_printed": (OF_QUESTIONNAIRES, False),
    "overviews.show_accounting": (OF_QUESTIONNAIRES | {Role.privacy_officer}, False),
    "questionnaires.show_file": (OF_QUESTIONNAIRES, False),
    "preview.show": (OF_QUESTIONNAIRES, False),
    "preview.start": (OF_QUESTIONNAIRES, False),
    "preview.begin_trial": (OF_QUESTIONNAIRES, False),
    "preview.ask": (OF_QUESTIONNAIRES, False),
    "preview.answer": (OF_QUESTIONNAIRES, False),
    "preview.check": (OF_QUESTIONNAIRES, False),
    "preview.send": (OF_QUESTIONNAIRES, False),
    "preview.done": (OF_QUESTIONNAIRES, False),
    "preview.turn": (OF_QUESTIONNAIRES, False),
    "rounds.show_all": (frozenset({Role.coordinator}), False),
    "rounds.show_new": (frozenset({Role.coordinator}), False),
    "rounds.add": (frozenset({Role.coordinator}), False),
    "rounds.show": (frozenset({Role.coordinator}), True),
    "rounds.show_change": (frozenset({Role.coordinator}), True),
    "rounds.change": (frozenset({Role.coordinator}), True),
    "rounds.close": (frozenset({Role.coordinator}), True),
    "rounds.reopen": (frozenset({Role.coordinator}), True),
    "asking.show_ask": (frozenset({Role.coordinator}), True),
    "asking.ask": (frozenset({Role.coordinator}), True),
    "asking.show_remind": (frozenset({Role.coordinator}), True),
    "asking.remind": (frozenset({Role.coordinator}), True),
    "asking.show_preview": (frozenset({Role.coordinator}), True),
    "asking.show_html": (frozenset({Role.coordinator}), True),
    "asking.show_class": (OF_A_CLASS, True),
    "asking.show_mails": (frozenset({Role.coordinator}), False),
    "asking.retry": (frozenset({Role.coordinator}), True),
    "lesson.show": (OF_A_CLASS, True),
    "lesson.print_paper": (OF_A_CLASS, True),
    "lesson.show_paper": (OF_A_CLASS, True),
    "lesson.name_deputy": (OF_A_CLASS, True),
    "confirm.show": (frozenset(Role), False),
    "confirm.confirm": (frozenset(Role), False),
    "confirm.show_kept": (frozenset(Role), True),
    "colleagues.show": (frozenset({Role.administrator}), False),
    "colleagues.invite": (frozenset({Role.administrator}), False),
    "colleagues.show_one": (frozenset({Role.administrator}), True),
    "colleagues.change": (frozenset({Role.administrator}), True),
    "school_page.show": (frozenset({Role.administrator}), False),
    "school_page.save": (frozenset({Role.administrator}), False),
    "school_page.save_logo": (frozenset({Role.administrator}), False),
    "region_page.show": (frozenset({Role.region}), False),
    "region_page.show_grants": (frozenset({Role.administrator}), False),
    "region_page.grant": (frozenset({Role.administrator}), False),
    "region_page.revoke": (frozenset({Role.administrator}), True),
    "trail_page.show": (frozenset({Role.privacy_officer}), False),
    "trail_page.save": (frozenset({Role.privacy_officer}), False),
    "server_page.show": (frozenset({Role.operator}), False),
    "own_account.show": (frozenset(Role), False),
    "own_account.change_password": (frozenset(Role), False),
    "own_account.renew_codes": (frozenset(Role), False),
    "own_account.remove_factor": (frozenset(Role), True),
    "own_account.end_session": (frozenset(Role), True),
    "own_account.end_others": (frozenset(Role), False),
    "own_account.stay": (frozenset(Role), False),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Rows of one class, to fill in addresses with."""

    import_id: str
    group_id: str
    student_id: str
    flag_id: str
    report_id: str
    code: str
    round_id: str
    kept_id: str
    factor_id: str
    session_id: str
    mail_id: str
    thread: str
    recording_id: str
    sheet_id: str
    version_id: str = SHIPPED.digest[:ID_CHARACTERS]
    name: str = "1.yaml"
    page_id: str = parse(SHIPPED)[0].pages[0].id  # type: ignore[union-attr]
    colleague_id: str = ""
    grant_id: str = ""
    kind: str = "csv"

    def path(self, app: Flask, rule: Rule) -> str:
        """Return the address of an endpoint for these rows."""
        values = {name: getattr(self, name) for name in rule.arguments}
        with app.test_request_context():
            return str(app.url_for(rule.endpoint, **values, round=self.round_id))


def make_target(course: Course, code: str) -> Target:
    """Bring one student to a finalised sitting with a flag and a document that is ready."""
    session = course.session
    begun = course.send(WORRIED)
    report = hand(course, begun)
    flag = session.scalars(select(RaisedFlag.id).where(RaisedFlag.sitting_id == begun.id)).first()
    session.flush()
    student_id = session.get_one(Invitation, begun.invitation_id).student_id
    assert flag
    entry = casework.add(
        session, course.vault, session.get_one(Student, student_id), course.mentor, Kind.NOTE, LATER.date(), Content("x"), LATER
    )
    own = own_rows(course, course.mentor)
    return Target(bring_in(course), course.group.id, student_id, flag, report.id, code, course.round.id, thread=entry.thread, **own)


def own_rows(course: Course, person: Colleague) -> dict[str, str]:
    """Store what only a member of staff may see of an account: return the ids by their names in addresses."""
    session, vault, school_id = course.session, course.vault, course.campus.school.id
    ids = [new_id(), new_id()]
    for id_ in ids:
        content = vault.seal_json(course.campus.key, f"factor:{id_}:content", {"name": "Telefoon", "secret": ""})
        row = Factor(id=id_, school_id=school_id, staff_id=person.id, kind="totp", content=content, created_at=LATER)
        session.add(row)
    opened = StaffSession(
        id=new_id(), school_id=school_id, staff_id=person.id, token_hash=new_id(), started_at=LATER, seen_at=LATER
    )
    session.add(opened)
    form = kept.keep(session, vault, person.id, kept.Kept("/staff/", ()), LATER)
    letter = mail.write(session, course.campus.key, mail.Letter("sanne@voorbeeld.nl", "flag"), LATER)
    letter.state = "failed"
    place = recordings.Place("overstap", "geld_genoeg", "nl")
    sound = recordings.keep(session, vault, place, b"ID3 stilte", person.id, LATER)
    sheet = papers.wish(session, vault, course.group, course.round, papers.Kind.POSTER, "A4", "system", LATER)
    sheet.content, sheet.state = papers.seal_sheet(session, vault, sheet.id, b"%PDF"), "ready"
    session.flush()
    own = {"kept_id": form, "factor_id": ids[0], "session_id": opened.id, "mail_id": letter.id}
    own |= {"recording_id": sound.id}
    region = School(id=new_id(), name=f"Regio {new_id()}", wrapped_key=b"", created_at=LATER)
    session.add(region)
    session.flush()
    grant = RegionGrant(id=new_id(), school_id=school_id, region_id=region.id, granted_at=LATER)
    session.add(grant)
    return own | {"colleague_id": person.id, "grant_id": grant.id, "sheet_id": sheet.id}


def staff_rules(app: Flask) -> list[Rule]:
    """Return the rules that only staff may open."""
    rules = (rule for rule in app.url_map.iter_rules())
    return [rule for rule in rules if isinstance(policy_of(app.view_functions[rule.endpoint]), Staff)]
