"""Every questionnaire version that a school knows, whatever its state: what the lists show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.definition.bundle import Bundle
from survey.definition.finding import Finding
from survey.definition.load import parse
from survey.definition.model import Definition
from survey.records import get_definition, open_name, school_key
from survey.shelf import Offered, Origin, State, files_of, findings_of, key_of, library
from survey.store.people import Staff
from survey.store.publishing import ShelvedVersion
from survey.store.surveying import Round
from survey.vault import Vault

#: Of a digest, in the address of a version that has no row.
ID_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Version:
    """One version with all that is known of it."""

    id: str
    state: State
    origin: Origin
    files: Bundle
    definition: Definition | None  # None: it cannot be read
    row: ShelvedVersion | None = None
    rounds: tuple[str, ...] = ()  # that ask it, by name

    @property
    def name(self) -> str:
        """Return the questionnaire with its number, for a draft that cannot be read the name of its file."""
        return f"{self.definition.id} {self.definition.version}" if self.definition else Path(self.files.name).name

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all that the stricter check finds."""
        return findings_of(self.files)

    @property
    def is_sound(self) -> bool:
        """Return whether nothing stands in the way of publishing it."""
        return self.definition is not None and not any(finding.is_error for finding in self.findings)

    @property
    def offered(self) -> Offered | None:
        """Return it as a round may ask it, None when it may not."""
        if self.definition is None or self.state is not State.PUBLISHED:
            return None
        return Offered(self.definition, self.origin, self.files, self.row.id if self.row else None)


def get_versions(session: Session, folder: Path | None = None) -> list[Version]:
    """Return the versions of the session's school, those of the server's folder and those of the program, by name."""
    asking = _asking(session)
    rows = session.scalars(select(ShelvedVersion).order_by(ShelvedVersion.id)).all()
    known = {row.taken for row in rows if row.taken}
    found = [_of_row(session, row, asking) for row in rows]
    for origin, files in library(folder):
        definition = parse(files)[0]
        if definition is not None and key_of(definition) in known:
            continue  # the school has its own of that number, or retired it
        known |= {key_of(definition)} if definition else set()
        found.append(_of_library(origin, files, definition, asking))
    return sorted(found, key=_place)


def find_version(session: Session, id_: str, folder: Path | None = None) -> Version | None:
    """Return the version of this id, None when the school has none."""
    row = session.get(ShelvedVersion, id_)
    if row is None:  # what had no row when its address was made
        known = session.scalars(select(ShelvedVersion).where(ShelvedVersion.taken.is_not(None))).all()
        row = next((each for each in known if each.digest.startswith(id_) and len(id_) == ID_CHARACTERS), None)
    if row is not None:
        return _of_row(session, row, _asking(session))
    return next((each for each in get_versions(session, folder) if each.id == id_), None)


def find_before(versions: list[Version], version: Version) -> Version | None:
    """Return the newest version of the same questionnaire below this one that was not a draft."""
    if version.definition is None:
        return None
    earlier = [
        each
        for each in versions
        if each.definition is not None
        and each.state is not State.DRAFT
        and each.definition.id == version.definition.id
        and each.definition.version < version.definition.version
    ]
    return max(earlier, key=lambda each: each.definition.version if each.definition else 0, default=None)


def say_who(session: Session, vault: Vault, row: ShelvedVersion) -> dict[str, tuple[str, datetime]]:
    """Return who added, published and retired a version, and when."""
    key = school_key(session, vault)
    steps = {
        "added": (row.added_by, row.added_at),
        "published": (row.published_by, row.published_at),
        "retired": (row.retired_by, row.retired_at),
    }
    return {
        step: (open_name(key, session.get_one(Staff, who)), when)
        for step, (who, when) in steps.items()
        if who is not None and when is not None
    }


def _asking(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the names of the school's rounds by the digest of what they ask, the newest first."""
    asking: dict[str, tuple[str, ...]] = {}
    for digest, name in session.execute(select(Round.digest, Round.name).order_by(Round.opens_at.desc(), Round.id)):
        asking[digest] = (*asking.get(digest, ()), name)
    return asking


def _of_row(session: Session, row: ShelvedVersion, asking: dict[str, tuple[str, ...]]) -> Version:
    files = files_of(session, row)
    definition = parse(files)[0] if row.state == State.DRAFT else get_definition(session, row.digest)
    origin = Origin.SCHOOL if row.state != State.RETIRED or row.published_at else Origin.SHIPPED
    return Version(row.id, State(row.state), origin, files, definition, row, asking.get(row.digest, ()))


def _of_library(
    origin: Origin, files: Bundle, definition: Definition | None, asking: dict[str, tuple[str, ...]]
) -> Version:
    digest = files.digest
    is_usable = definition is not None and (
        origin is Origin.SHIPPED or not any(finding.is_error for finding in findings_of(files))
    )
    state = State.PUBLISHED if is_usable else State.DRAFT
    return Version(digest[:ID_CHARACTERS], state, origin, files, definition, rounds=asking.get(digest, ()))


def _place(version: Version) -> tuple[str, int, str]:
    """Order by name, the newest version first; what cannot be read comes first of all."""
    if version.definition is None:
        return "", 0, version.files.name
    return version.definition.id, -version.definition.version, version.id
