"""Cards with QR codes, to print and cut out: each student's own link."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import segno
from flask import Blueprint, url_for
from markupsafe import Markup
from sqlalchemy import select

from survey import audit, codes
from survey.access import Role, Staff, policy
from survey.records import Profile, open_name, open_profile, school_key
from survey.rounds import link
from survey.store.inviting import is_of
from survey.store.people import Staff as Colleague
from survey.store.people import Student
from survey.store.surveying import Invitation
from survey.web import reach
from survey.web.current import now, session, settings, vault, words
from survey.web.sign_in import person, records, render

bp = Blueprint("sheets", __name__, url_prefix="/staff")

#: Readable when a corner is folded, and no denser than it has to be (M: 15% may be lost).
CORRECTION = "m"


@dataclass(frozen=True, slots=True)
class Card:
    """One card: the first name, the code, and the address for who types."""

    name: str
    code: Markup
    address: str
    typed: str  # the code for who cannot scan


@bp.get("/classes/<group_id>/cards")
@policy(Staff(Role.mentor, Role.coordinator))
@records
def show_cards(group_id: str) -> str:
    """Show the cards of a class on A4; that somebody had all its links is recorded."""
    group = reach.get_group(group_id)
    round_ = reach.choose_round(reach.get_rounds_of(group))
    statement = (
        select(Invitation, Student)
        .join(Student, Student.id == Invitation.student_id)
        .where(Invitation.round_id == round_.id, Student.group_id == group.id, Invitation.revoked_at.is_(None))
    )
    if (own := reach.own_id()) is not None:
        statement = statement.where(is_of(own))
    key = school_key(session(), vault())
    _issue_codes(list(session().scalars(statement)))
    people = [(open_profile(key, student), invitation) for invitation, student in session().execute(statement)]
    people.sort(key=lambda found: found[0].sort_key)
    audit.record(session(), vault(), person().actor, "class.print_cards", f"class:{group.id}", now())
    names = Counter(profile.first_name for profile, _ in people)
    return render(
        "cards",
        cards=[
            make_card(
                name_card(profile, names),
                link(settings(), vault(), invitation),
                codes.issued_code(vault(), invitation),
            )
            for profile, invitation in people
        ],
        typed_at=f"{settings().base_url.split('://', 1)[1]}/code",
        group=group.name,
        mentor=open_name(key, session().get_one(Colleague, group.mentor_id)),
        until=words().date(round_.closes_at),
        back=url_for("staff.show_class", group_id=group.id, round=round_.id),
    )


def name_card(profile: Profile, names: Counter[str]) -> str:
    """Return the first name; the whole name where two of a class share the first."""
    return profile.first_name if names[profile.first_name] == 1 else profile.name


def _issue_codes(invitations: list[Invitation]) -> None:
    """Let the codes on the cards be found; nobody who saves waits for their slow hashes."""
    if unissued := codes.find_unissued(session(), invitations):
        session().commit()
        codes.store(session(), codes.hash_codes(vault(), unissued), now())


def make_card(name: str, address: str, typed: str) -> Card:
    """Return a card; the code holds the address in capitals, which takes a third fewer dots."""
    code = segno.make(address.upper(), error=CORRECTION, micro=False)
    image = code.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    # Drawn by the library from dots alone; no text of anybody is in it.
    return Card(name, Markup(image), address.split("://", 1)[1], typed)  # noqa: S704
