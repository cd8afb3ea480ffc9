"""Mail to the owner of an account when what opens it was changed: who did not do that can act at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey import jobs, mail
from survey.i18n import catalogue
from survey.records import school_key
from survey.store.people import School, Staff
from survey.vault import Vault

#: What can be changed, in messages of the catalogue.
NEWS = {
    "password": "The password of your account was changed.",
    "added": "Your account got a new second step: an app or a passkey.",
    "removed": "An app or a passkey was taken away from your account.",
    "cleared": "All second steps of your account were taken away. You set up a new one when you sign in.",
    "codes": "New recovery codes were made for your account. The old ones do not work any more.",
    "code_used": "Somebody signed in to your account with a recovery code.",
}


def tell(session: Session, vault: Vault, staff_id: str, news: str, now: datetime) -> None:
    """Mail the owner which of NEWS happened and when; there is no link in it that an imitator could copy."""
    staff = session.get_one(Staff, staff_id)
    name, email, school = known_of(session, vault, staff)
    values = {"name": name, "school": school, "news": NEWS[news], "when": catalogue(staff.language).moment(now)}
    letter = mail.Letter(email, "account_changed", staff.language, values)
    jobs.plan(session, "send_mail", mail.write(session, school_key(session, vault), letter, now).id)


def known_of(session: Session, vault: Vault, staff: Staff) -> tuple[str, str, str]:
    """Return what others know of a person, and what no password may be made of: name, address, school."""
    school = session.get_one(School, staff.school_id)
    profile = vault.open_json(vault.school_key(school), f"staff:{staff.id}:profile", staff.profile)
    return profile["name"], profile["email"], school.name
