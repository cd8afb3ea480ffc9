"""`survey bounces`: what came back is kept and counted; what cannot be read ends with code 2."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from factories import MASTER_KEY, NOW, make_campus
from flask import Flask
from sqlalchemy import select

from survey import mail
from survey.cli import survey
from survey.store.database import db
from survey.store.traces import Mail

REPORT = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.voorbeeld.nl

Final-Recipient: rfc822; noor@voorbeeld.nl
Action: failed
Status: 5.1.1

--grens
Content-Type: text/rfc822-headers

Message-ID: <{name}@voorbeeld.nl>

--grens--
"""


@pytest.fixture
def message_id(own_app: Flask, own_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Give the name of a mail that was sent, in an installation that the environment names."""
    monkeypatch.setenv("SURVEY_DATABASE_URL", own_database)
    monkeypatch.setenv("SURVEY_MASTER_KEY", base64.b64encode(MASTER_KEY).decode())
    monkeypatch.setenv("SURVEY_VAR", str(tmp_path))
    with own_app.app_context():
        campus = make_campus(db.session(), own_app.extensions["vault"])
        row = mail.write(db.session(), campus.key, mail.Letter("noor@voorbeeld.nl", "flag"), NOW)
        row.state = "sent"
        name = row.message_id
        db.session.commit()
        db.session.remove()
    return name


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(survey, ["bounces", *words], input=given)


def stored(app: Flask) -> tuple[str, str]:
    """Return state and problem of the one mail."""
    with app.app_context():
        statement = select(Mail).execution_options(across_schools="test")
        row = db.session.scalars(statement).one()
        return row.state, row.problem


def test_reports_in_a_folder_are_counted_and_kept(message_id: str, own_app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "terug"
    folder.mkdir()
    (folder / "1.eml").write_text(REPORT.format(name=message_id))
    (folder / "2.eml").write_text(REPORT.format(name="0" * 20))
    (folder / "3.eml").write_text("Subject: Afwezig\n\nIk ben er niet.")
    result = run(str(folder))
    assert (result.exit_code, result.stdout) == (0, "1 came back, 2 other\n")
    assert stored(own_app) == ("bounced", "5.1.1")
    assert run(str(folder)).stdout == "0 came back, 3 other\n", "a report that is read again changes nothing"


def test_report_comes_on_standard_input(message_id: str, own_app: Flask) -> None:
    assert run("-", given=REPORT.format(name=message_id)).stdout == "1 came back, 0 other\n"
    assert stored(own_app)[0] == "bounced"


def test_file_that_is_not_there_ends_with_code_2(message_id: str, tmp_path: Path) -> None:
    result = run(str(tmp_path / "weg.eml"))
    assert result.exit_code == 2 and "cannot read" in result.output
