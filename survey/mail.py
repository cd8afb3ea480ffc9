"""The outbox: a mail is a row first and is sent after the commit; nothing in it tells of a student."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail row holds: the address, the template under templates/mail/ and the language."""

    to: str
    template: str
    language: str = "nl"


def write(session: Session, key: bytes, letter: Letter, now: datetime) -> Mail:
    """Put a letter in the outbox of the session's school, sealed by the school's key."""
    id_ = new_id()
    mail = Mail(
        id=id_,
        school_id=session.info["school_id"],
        message_id=id_,
        content=Vault.seal_json(
            key,
            f"mail:{id_}:content",
            {"to": letter.to, "template": letter.template, "language": letter.language},
        ),
        state="waiting",
        due_at=now,
        created_at=now,
    )
    session.add(mail)
    return mail


def read(key: bytes, mail: Mail) -> Letter:
    """Return the letter of an outbox row, with the school's key."""
    return Letter(**Vault.open_json(key, f"mail:{mail.id}:content", mail.content))


def compose(letter: Letter, mail: Mail, settings: Settings) -> EmailMessage:
    """Return the mail as it is sent; the same Message-ID however often, so that a receiver can tell a double."""
    words = catalogue(letter.language)
    text = _templates().get_template(f"{letter.template}.txt").render(
        _=words.text, sign_in=f"{settings.base_url.rstrip('/')}/staff/"
    )
    subject, _, body = text.partition("\n\n")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject.strip()
    message["From"] = settings.mail_from
    message["To"] = letter.to
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.message_id}@{_domain(settings.mail_from)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(body.strip() + "\n")
    return message


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
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")
        raise Undelivered(f"{type(error).__name__} {code}".strip()) from error


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
    """Return the mail templates; they are plain text, so nothing is escaped, and nothing a student typed goes in."""
    folder = str(files("survey.templates") / "mail")
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False)
