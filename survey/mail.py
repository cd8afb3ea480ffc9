"""The outbox: a mail is a row first and is sent after the commit; nothing in it tells of a student."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.i18n import catalogue
from survey.store.traces import Mail
from survey.store.types import new_id
from survey.vault import Vault

TIMEOUT = 20  # seconds for each step of talking to the mail server

Send = Callable[[EmailMessage, str], None]


class Undelivered(Exception):
    """A mail that the transport did not take; says what kind of refusal it was, and nothing of the mail."""


class Refused(Undelivered):
    """One that it will never take: there is nobody at this address (RFC 5321: 5yz to RCPT)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail row holds: the address, the template under templates/mail/, the language, what the template shows.

    A letter to a phone has its number as the address, and its text as `values["text"]`.
    """

    to: str
    template: str
    language: str = "nl"
    values: dict[str, Any] = field(default_factory=dict)  # plain values as JSON holds them
    channel: str = "mail"  # mail, sms


def write(session: Session, key: bytes, letter: Letter, now: datetime, is_bulk: bool = False) -> Mail:
    """Put a letter in the outbox of the session's school, sealed by the school's key.

    One of many waits for the sweep; for another the caller plans `send_mail`, since somebody waits for it.
    """
    id_ = new_id()
    mail = Mail(
        id=id_,
        school_id=session.info["school_id"],
        message_id=id_,
        content=Vault.seal_json(key, f"mail:{id_}:content", asdict(letter)),
        state="waiting",
        is_bulk=is_bulk,
        due_at=now,
        created_at=now,
    )
    session.add(mail)
    return mail


def read(key: bytes, mail: Mail) -> Letter:
    """Return the letter of an outbox row, with the school's key."""
    return Letter(**Vault.open_json(key, f"mail:{mail.id}:content", mail.content))


def compose(letter: Letter, mail: Mail, settings: Settings) -> EmailMessage:
    """Return the mail as it is sent; the same bytes and Message-ID each time, so that a receiver can tell a double.

    A template NAME.txt gives the subject, an empty line and the plain text; NAME.html beside it the same in HTML.
    """
    subject, body, page = render(letter, settings)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject.strip()
    message["From"] = settings.mail_from
    message["To"] = letter.to
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.message_id}@{_domain(settings.mail_from)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    if "stop" in letter.values:
        message["List-Unsubscribe"] = f"<{letter.values['stop']}>"
    message.set_content(body)
    if page:
        message.add_alternative(page, subtype="html")
        message.set_boundary(f"={mail.message_id}=")  # else another one at each attempt
    return message


def render(letter: Letter, settings: Settings) -> tuple[str, str, str]:
    """Return the subject, the plain text and the HTML of a letter; the last is empty where it has none."""
    environment, words = _templates(), catalogue(letter.language)
    places = {"_": words.text, "sign_in": f"{settings.base_url.rstrip('/')}/staff/", "said": catalogue}
    text = environment.get_template(f"{letter.template}.txt").render(**places, **letter.values)
    subject, _, body = text.partition("\n\n")
    html = f"{letter.template}.html"
    has_html = html in environment.list_templates()
    page = environment.get_template(html).render(**places, **letter.values) if has_html else ""
    return " ".join(subject.split()), body.strip() + "\n", page


def transport(url: str) -> Send:
    """Return what sends a mail: file:FOLDER writes it there, smtp:// and smtps:// hand it to a server."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(url.removeprefix("file:").removeprefix("//")))
        return lambda message, name: _to_file(folder, message, name)
    return lambda message, name: _to_server(parts, message)


def _to_file(folder: Path, message: EmailMessage, name: str) -> None:
    """Write the mail as FOLDER/NAME.eml, whole or not at all."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(folder / f"{name}.eml")
    except OSError as error:
        raise Undelivered(f"{type(error).__name__} {error.errno}") from error


def _to_server(url: SplitResult, message: EmailMessage) -> None:
    """Hand the mail to a server over TLS with a checked certificate; in the clear only to this machine itself."""
    host, context = url.hostname or "localhost", ssl.create_default_context()
    try:
        with _connect(url, host, context) as server:
            if url.scheme == "smtp" and not _is_here(host):
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
            with suppress(smtplib.SMTPException, OSError):  # it was taken: no word at parting has it sent again
                server.quit()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()), (0, b""))
        kind = Refused if 500 <= code < 600 else Undelivered
        raise kind(" ".join(part for part in (str(code), _enhanced(answer)) if part)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()) from error


def _enhanced(said: bytes) -> str:
    """Return the enhanced status code (RFC 3463) of an answer; its words could quote the address."""
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)", said)
    return found[0].decode() if found else ""


def _connect(url: SplitResult, host: str, context: ssl.SSLContext) -> smtplib.SMTP:
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(host, url.port or 587, timeout=TIMEOUT)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


@cache
def _templates() -> Environment:
    """Return the mail templates; in those that are HTML everything is escaped."""
    folder = str(files("survey.templates") / "mail")
    loader = FileSystemLoader(folder)
    return Environment(
        loader=loader, undefined=StrictUndefined, autoescape=_is_html, trim_blocks=True, lstrip_blocks=True
    )


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")
