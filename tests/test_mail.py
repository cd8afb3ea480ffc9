"""The outbox's letters: what is in them, and how they leave."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from factories import MASTER_KEY, make_settings

from survey import mail
from survey.config import Settings
from survey.i18n import catalogue
from survey.store.traces import Mail
from survey.vault import Vault

KEY = MASTER_KEY
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LETTER = mail.Letter("sanne.dewit@voorbeeld.nl", "flag")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings without a database."""
    return make_settings("sqlite://", tmp_path, base_url="https://overstap.voorbeeld.nl")


def row(letter: mail.Letter = LETTER) -> Mail:
    plain = {"to": letter.to, "template": letter.template, "language": letter.language}
    sealed = Vault.seal_json(KEY, "mail:m1:content", plain)
    return Mail(id="m1", message_id="m1", content=sealed, state="waiting", created_at=NOW)


class Server(socketserver.StreamRequestHandler):
    """A mail server on loopback that answers as its `answers` say."""

    answers: dict[str, str] = {}
    taken: list[bytes] = []

    def handle(self) -> None:
        """Talk SMTP until the other side quits, or cut the line where the answer is empty."""
        self.say("220 here")
        while line := self.rfile.readline():
            word = line.decode().split()[0].upper()
            usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok")
            if not self.say(self.answers.get(word, usual)) or word == "QUIT":
                return
            if word == "DATA" and "DATA" not in self.answers:
                lines = iter(self.rfile.readline, b".\r\n")
                self.taken.append(b"".join(lines))
                if not self.say(self.answers.get("END", "250 taken")):
                    return

    def say(self, answer: str) -> bool:
        """Send an answer; False when there is none to send."""
        if answer:
            self.wfile.write(f"{answer}\r\n".encode())
        return bool(answer)


@contextmanager
def mail_server(**answers: str) -> Iterator[tuple[str, list[bytes]]]:
    """Run a mail server; give its address and what it took."""
    taken: list[bytes] = []
    handler = type("Handler", (Server,), {"answers": answers, "taken": taken})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", taken
        server.shutdown()
        thread.join()


def test_letter_comes_back_as_it_was_sealed() -> None:
    sealed = row()
    assert mail.read(KEY, sealed) == LETTER
    assert b"sanne" not in sealed.content


def test_flag_mail_says_where_to_read_and_nothing_of_whom(settings: Settings) -> None:
    message = mail.compose(LETTER, row(), settings)
    assert message["Subject"] == "Er is een bericht over een student"
    assert message["To"] == "sanne.dewit@voorbeeld.nl"
    assert message["From"] == "overstap@voorbeeld.nl"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "https://overstap.voorbeeld.nl/staff/" in text
    assert "Log in om het te lezen" in text
    assert message.get_content_type() == "text/plain"


def test_mail_in_english_is_complete(settings: Settings) -> None:
    message = mail.compose(mail.Letter("sanne.dewit@voorbeeld.nl", "flag", "en"), row(), settings)
    assert message["Subject"] == "There is a message about a student"
    assert "Sign in to read it" in message.get_content()


def test_every_message_is_said_in_dutch() -> None:
    said = catalogue("nl")
    for message in ("There is a message about a student", "Hello,", "Sign in to read it:"):
        assert said.text(message) != message


def test_mail_sent_twice_carries_the_same_name(settings: Settings) -> None:
    first, again = (mail.compose(LETTER, row(), settings) for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"] == "<m1@voorbeeld.nl>"
    assert first.as_bytes() == again.as_bytes()


def message() -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"], made["From"], made["To"] = "Proef", "overstap@voorbeeld.nl", "sanne.dewit@voorbeeld.nl"
    made.set_content("Hallo é\n")
    return made


@pytest.mark.parametrize("form", ["file:{}", "file://{}"])
def test_file_transport_writes_one_file_a_mail(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "uit de deur"
    send = mail.transport(form.format(folder))
    send(message(), "m1")
    send(message(), "m1")
    assert [file.name for file in folder.iterdir()] == ["m1.eml"]
    assert (folder / "m1.eml").stat().st_mode & 0o077 == 0
    read = message_from_bytes((folder / "m1.eml").read_bytes(), policy=policy.default)
    assert (read["Subject"], read.get_content().strip()) == ("Proef", "Hallo é")


def test_file_transport_that_cannot_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("geen map")
    with pytest.raises(mail.Undelivered, match="FileExistsError|NotADirectoryError"):
        mail.transport(f"file:{tmp_path / 'mail'}")(message(), "m1")


def test_server_takes_a_mail() -> None:
    with mail_server() as (url, taken):
        mail.transport(url)(message(), "m1")
    assert len(taken) == 1 and b"Subject: Proef" in taken[0]


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": "550 nobody"},
        {"MAIL": "451 later"},
        {"DATA": "451 later"},
        {"END": "452 full"},
        {"END": ""},
        {"EHLO": "", "HELO": ""},
    ],
    ids=["refused", "later", "later at data", "full after data", "cut after data", "cut at once"],
)
def test_server_that_does_not_take_a_mail_is_tried_later(answers: dict[str, str]) -> None:
    with mail_server(**answers) as (url, _), pytest.raises(mail.Undelivered) as refused:
        mail.transport(url)(message(), "m1")
    assert "voorbeeld" not in str(refused.value)


def test_no_server_is_tried_later() -> None:
    with mail_server() as (url, _):
        pass
    with pytest.raises(mail.Undelivered, match="ConnectionRefusedError"):
        mail.transport(url)(message(), "m1")


def test_password_is_never_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server elsewhere that offers no TLS gets neither password nor mail."""
    monkeypatch.setattr(mail, "_is_here", lambda host: False)
    with mail_server() as (url, taken), pytest.raises(mail.Undelivered, match="SMTPNotSupportedError"):
        mail.transport(url.replace("//", "//naam:geheim@"))(message(), "m1")
    assert taken == []


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("mail.voorbeeld.nl", False), ("192.0.2.1", False)],
)
def test_only_this_machine_is_spoken_to_in_the_clear(host: str, is_here: bool) -> None:
    assert mail._is_here(host) is is_here
