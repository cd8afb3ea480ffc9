"""What a view works with: the settings, the vault, the database session, the moment and the words of this request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.i18n import Catalogue, catalogue
from survey.store.database import db
from survey.vault import Vault


def settings() -> Settings:
    """Return the settings that the app was made with."""
    return cast(Settings, current_app.extensions["settings"])


def vault() -> Vault:
    """Return the vault that opens this server's sealed content."""
    return cast(Vault, current_app.extensions["vault"])


def session() -> Session:
    """Return the database session of this request; the frame commits it, views never do."""
    return cast(Session, db.session())


def now() -> datetime:
    """Return the moment at which this request came in, the same throughout it."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)


def words() -> Catalogue:
    """Return the catalogue in which this request is answered."""
    return catalogue(language())


def language() -> str:
    """Return the language of this request: set by `speak`, else Dutch."""
    return cast(str, g.get("language", "nl"))


def speak(code: str) -> None:
    """Answer this request in a language."""
    g.language = code
