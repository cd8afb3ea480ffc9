"""One frozen Settings read from SURVEY_* variables; everything that is wrong is said at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. Read with `from_environment`; each default is right in production."""

    base_url: str  # SURVEY_BASE_URL: where phones reach this server, http(s)://host[:port]
    database_url: str  # SURVEY_DATABASE_URL: sqlite:///FILE or postgresql://...
    queue_url: str  # SURVEY_QUEUE_URL: sqlite:///FILE, redis://... or postgresql://...
    master_key: bytes  # SURVEY_MASTER_KEY (base64, 32 bytes) or the file SURVEY_KEY_FILE
    mail_url: str  # SURVEY_MAIL_URL: file:FOLDER or smtp(s)://user:password@host:port
    mail_from: str  # SURVEY_MAIL_FROM
    var: Path  # SURVEY_VAR: folder of the embedded defaults
    questionnaires: Path | None  # SURVEY_QUESTIONNAIRES: a school's own definitions
    trusted_hosts: tuple[str, ...]  # SURVEY_TRUSTED_HOSTS: besides the host of base_url
    render_seconds: int  # SURVEY_RENDER_SECONDS: a document that takes longer is stopped
    workers: int  # SURVEY_WORKERS: render processes
