"""Who owns an account hears by mail what was changed about how it is opened, and nothing that would open it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from factories import NOW, Campus, make_settings
from flask import Flask
from sqlalchemy import select

from survey import accounts, colleagues, factors, mail
from survey.account_news import NEWS
from survey.records import school_key
from survey.store.people import Staff
from survey.store.traces import Mail


@pytest.fixture
def sanne(school: Campus, app: Flask) -> Iterator[Staff]:
    with app.app_context():
        yield school.staff()


def told(school: Campus) -> list[str]:
    """Return what the mails of the outbox say happened, sorted by code."""
    key = school_key(school.session, school.vault)
    school.session.flush()
    letters = [mail.read(key, row) for row in school.session.scalars(select(Mail))]
    assert {letter.to for letter in letters} <= {school.email(one) for one in school.session.scalars(select(Staff))}
    return sorted(next(code for code, text in NEWS.items() if text == letter.values["news"]) for letter in letters)


def test_every_change_of_what_opens_an_account_is_told(school: Campus, sanne: Staff) -> None:
    session, vault = school.session, school.vault
    accounts.set_password(session, vault, sanne, "anders", NOW)
    factor = factors.add(session, vault, sanne.id, "totp", {"name": "App", "secret": "x"}, 0, NOW)
    first = factors.new_codes(session, vault, sanne.id, NOW)
    assert told(school) == ["added", "password"], "the first codes come with the first app"
    assert factors.is_right(session, vault, sanne.id, first[0], NOW)
    factors.new_codes(session, vault, sanne.id, NOW)
    factors.remove(session, vault, factor, f"staff:{sanne.id}", NOW)
    factors.remove_all(session, vault, sanne.id, "staff:beheer", NOW)
    assert told(school) == sorted(NEWS)


def test_first_password_is_no_news(school: Campus, sanne: Staff) -> None:
    sanne.password = ""
    accounts.set_password(school.session, school.vault, sanne, "gekozen", NOW)
    assert told(school) == []


def test_mail_says_what_when_and_what_to_do_and_carries_no_link(school: Campus, sanne: Staff, tmp_path: object) -> None:
    accounts.set_password(school.session, school.vault, sanne, "geheim-wachtwoord", NOW)
    school.session.flush()
    row = school.session.scalars(select(Mail)).one()
    letter = mail.read(school_key(school.session, school.vault), row)
    subject, body, page = mail.render(letter, make_settings("sqlite://", tmp_path))  # type: ignore[arg-type]
    assert subject == "Je account voor Overstap is veranderd" and page == ""
    for words in ("Hallo Sanne de Wit,", "wachtwoord van je account is veranderd", "23 november 2026", "Was jij dat niet?"):
        assert words in body, words
    assert "http" not in body and "geheim-wachtwoord" not in body


def test_mail_is_in_the_language_that_its_reader_chose(school: Campus, sanne: Staff, tmp_path: object) -> None:
    sanne.language = "en"
    accounts.set_password(school.session, school.vault, sanne, "anders", NOW)
    colleagues.send_link(school.session, school.vault, "https://overstap.voorbeeld.nl", sanne, colleagues.RESET, NOW)
    school.session.flush()
    key = school_key(school.session, school.vault)
    for row in school.session.scalars(select(Mail)):
        subject, body, _ = mail.render(mail.read(key, row), make_settings("sqlite://", tmp_path))  # type: ignore[arg-type]
        assert "Overstap" in subject and body.startswith("Hello Sanne de Wit,")
