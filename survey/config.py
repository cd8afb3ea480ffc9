"""One frozen Settings read from SURVEY_* variables; everything that is wrong is said at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from survey import sms
from survey.environment import LOOPBACK, Problem, Reader, is_private, make_key

KEY_FILE = Path("keys", "master.key")  # below SURVEY_VAR


class WrongSettings(Exception):
    """Settings that cannot work; `problems` names each variable and says what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{problem.name}: {problem.message}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. Read with `from_environment`; each default is right in production."""

    base_url: str  # SURVEY_BASE_URL: where phones reach this server, http(s)://host[:port]
    database_url: str  # SURVEY_DATABASE_URL: sqlite:///FILE or postgresql://...
    queue_url: str  # SURVEY_QUEUE_URL: sqlite:///FILE, redis://... or postgresql://...
    master_key: bytes = field(repr=False)  # SURVEY_MASTER_KEY (base64, 32 bytes) or the file SURVEY_KEY_FILE
    mail_url: str  # SURVEY_MAIL_URL: file:FOLDER or smtp(s)://user:password@host:port
    mail_from: str  # SURVEY_MAIL_FROM
    var: Path  # SURVEY_VAR: folder of the embedded defaults
    questionnaires: Path | None  # SURVEY_QUESTIONNAIRES: a school's own definitions
    trusted_hosts: tuple[str, ...]  # SURVEY_TRUSTED_HOSTS: besides the host of base_url
    render_seconds: int  # SURVEY_RENDER_SECONDS: a document that takes longer is stopped
    workers: int  # SURVEY_WORKERS: render processes
    proxies: int = 0  # SURVEY_PROXIES: how many of our own stand before this server and add to X-Forwarded-For
    sms_url: str | None = None  # SURVEY_SMS_URL: file:FOLDER; without it nobody gets a text message

    def __repr__(self) -> str:
        """Return the settings without the key, and addresses without their passwords."""
        shown = (item.name for item in fields(self) if item.repr)
        return f"Settings({', '.join(f'{name}={_masked(getattr(self, name))!r}' for name in shown)})"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the environment; raise WrongSettings with all that is wrong with them."""
        reader = Reader(os.environ if environ is None else environ)
        var = reader.folder("SURVEY_VAR", Path("var"))
        base_url = reader.base_url("SURVEY_BASE_URL", "http://127.0.0.1:8000")
        host = host_of(base_url)
        settings = cls(
            base_url=base_url,
            database_url=reader.database("SURVEY_DATABASE_URL", var / "survey.sqlite"),
            queue_url=reader.queue("SURVEY_QUEUE_URL", var / "queue.sqlite"),
            master_key=reader.key("SURVEY_MASTER_KEY", "SURVEY_KEY_FILE", var / KEY_FILE),
            mail_url=reader.mail("SURVEY_MAIL_URL", var / "mail"),
            mail_from=reader.sender("SURVEY_MAIL_FROM", f"no-reply@{'localhost' if is_private(host) else host}"),
            var=var,
            questionnaires=reader.existing_folder("SURVEY_QUESTIONNAIRES"),
            trusted_hosts=reader.hosts("SURVEY_TRUSTED_HOSTS"),
            render_seconds=reader.whole("SURVEY_RENDER_SECONDS", 30, 1, 600),
            workers=reader.whole("SURVEY_WORKERS", max(1, (os.cpu_count() or 1) // 2), 1, 64),
            proxies=reader.whole("SURVEY_PROXIES", 0, 0, 5),
            sms_url=reader.sms("SURVEY_SMS_URL", sms.SCHEMES),
        )
        reader.refuse_unknown()
        if reader.problems:
            raise WrongSettings(tuple(reader.problems))
        return settings

    @classmethod
    def prepare(cls, environ: Mapping[str, str], is_new: Callable[[str], bool]) -> Settings:
        """Make the folder and the master key where they are missing, then return the settings; raise WrongSettings.

        No key is made beside a database that exists (`is_new` tells by its address): its content opens with the key
        that was lost, not with a new one.
        """
        reader = Reader(environ)
        var = reader.folder("SURVEY_VAR", Path("var"))
        database = reader.database("SURVEY_DATABASE_URL", var / "survey.sqlite")
        key_file = reader.file("SURVEY_KEY_FILE", var / KEY_FILE)
        try:
            var.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = Problem("SURVEY_VAR", f"cannot make {var}: {error.strerror}; choose another place")
            raise WrongSettings((problem,)) from None
        if not environ.get("SURVEY_MASTER_KEY") and not key_file.exists() and is_new(database):
            try:
                make_key(key_file)
            except OSError as error:
                problem = Problem("SURVEY_KEY_FILE", f"cannot make {key_file}: {error.strerror}; choose another place")
                raise WrongSettings((problem,)) from None
        return cls.from_environment(environ)

    @property
    def verify_address(self) -> str:
        """Return where anyone can see whether a document is real; empty for a server that only this machine reaches."""
        return "" if host_of(self.base_url) in LOOPBACK else f"{self.base_url.rstrip('/')}/verify"

    def warnings(self) -> tuple[str, ...]:
        """Return what works, but is not fit for students yet."""
        host = host_of(self.base_url)
        if host in LOOPBACK:
            return (f"SURVEY_BASE_URL: links to {self.base_url} open on this machine only, not on a phone",)
        if self.base_url.startswith("http:"):
            return ("SURVEY_BASE_URL: without https others on the network can read along; use https outside a trial",)
        return ()


def key_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the file of the master key; None when the key stands in a variable."""
    reader = Reader(os.environ if environ is None else environ)
    if reader.raw("SURVEY_MASTER_KEY") is not None:
        return None
    return reader.file("SURVEY_KEY_FILE", reader.folder("SURVEY_VAR", Path("var")) / KEY_FILE)


def host_of(url: str) -> str:
    """Return the host name of an address, empty when it has none."""
    return urlsplit(url).hostname or ""


def _masked(value: object) -> object:
    """Return an address without its password, anything else as it is."""
    if not isinstance(value, str) or "://" not in value or urlsplit(value).password is None:
        return value
    parts = urlsplit(value)
    return parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}").geturl()
