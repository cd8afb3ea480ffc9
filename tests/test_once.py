"""What may count once counts once, also when many send it at the same moment: codes, recovery codes and links."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from factories import NOW, make_campus
from flask import Flask
from sqlalchemy.orm import Session

from survey import accounts, colleagues, factors
from survey.store.credentials import AccountLink
from survey.store.database import db
from survey.store.people import Staff
from survey.store.scope import in_school
from survey.store.types import new_id
from survey.vault import Vault

AT_ONCE = 12
LATER = NOW + timedelta(minutes=5)
HASHED = accounts.hash_password("paard batterij nietje juist", ())


def prepare(app: Flask) -> tuple[str, str, dict[str, Callable[[Session, Vault], bool]]]:
    """Store a person with an app, a recovery code and a link; return what uses each, by its name."""
    with app.app_context():
        session, vault = db.session(), app.extensions["vault"]
        campus = make_campus(session, vault)
        staff = campus.staff()
        secret, _ = factors.offer_app(session, vault, staff.id)
        factors.add_app(session, vault, staff.id, secret, pyotp.TOTP(secret).at(NOW), "Telefoon", NOW)
        recovery, link_id = factors.new_codes(session, vault, staff.id, NOW)[0], new_id()
        link = AccountLink(
            id=link_id,
            school_id=campus.school.id,
            staff_id=staff.id,
            token_hash=vault.token_hash(vault.link_token(link_id, 1)),
            purpose=colleagues.RESET,
            expires_at=LATER,
        )
        session.add(link)
        session.commit()
        staff_id, school_id = staff.id, campus.school.id
        session.close()
    code = pyotp.TOTP(secret).at(LATER)
    uses: dict[str, Callable[[Session, Vault], bool]] = {
        "code": lambda session, vault: factors.is_right(session, vault, staff_id, code, LATER),
        "recovery": lambda session, vault: factors.is_right(session, vault, staff_id, recovery, LATER),
        "link": lambda session, vault: colleagues.use_link(session, vault, link_id, HASHED, LATER),
    }
    return school_id, staff_id, uses


@pytest.mark.parametrize("what", ["code", "recovery", "link"])
def test_of_many_at_the_same_moment_one_is_let_in(own_app: Flask, what: str) -> None:
    school_id, staff_id, uses = prepare(own_app)
    start = Barrier(AT_ONCE)

    def use() -> bool:
        with own_app.app_context():
            session = db.session()
            start.wait(10)
            in_school(session, school_id)
            taken = uses[what](session, own_app.extensions["vault"])
            session.commit()
            session.close()
            return taken

    with ThreadPoolExecutor(AT_ONCE) as people:
        results = [each.result(60) for each in [people.submit(use) for _ in range(AT_ONCE)]]
    assert sorted(results) == [False] * (AT_ONCE - 1) + [True]
    with own_app.app_context():
        session = db.session()
        in_school(session, school_id)
        assert session.get_one(Staff, staff_id).disabled_at is None
        session.close()
        db.engine.dispose()
