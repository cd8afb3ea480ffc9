"""A school's shelf of questionnaires: drafts, versions that may be asked, and versions that are asked no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey import audit
from survey.definition.bundle import Bundle, definition_files, read_bundle, stored_bundle
from survey.definition.check import check
from survey.definition.finding import BrokenDefinition, Finding
from survey.definition.load import parse, shipped_files
from survey.definition.model import Definition
from survey.examine import examine
from survey.records import get_definition, keep_definition
from survey.store.publishing import ShelvedVersion
from survey.store.surveying import Round, StoredDefinition
from survey.store.types import new_id
from survey.vault import Vault

#: Longest name of a file that is kept.
NAME_CHARACTERS = 100


class State(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Origin(StrEnum):
    """Where a version comes from."""

    SHIPPED = "shipped"  # with the program, for every school
    FOLDER = "folder"  # in the folder of the setting SURVEY_QUESTIONNAIRES, for every school on this server
    SCHOOL = "school"  # uploaded by the school, for that school alone


class VersionTaken(ValueError):
    """A version number that is in use for other files; carries the questionnaire and its version."""

    def __init__(self, questionnaire: str, version: int) -> None:
        super().__init__(f"{questionnaire} {version} is in use with other files; give this one a higher `version:`")
        self.questionnaire = questionnaire
        self.version = version


class NotADraft(ValueError):
    """A version that was published already is published, changed or thrown away."""


class NotPublished(ValueError):
    """A version that is not offered (any more) is retired or asked."""


class NotText(ValueError):
    """Files that are no UTF-8 text, or hold what no text holds; carries the name of the first."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not UTF-8 text; save it as UTF-8 in your editor")
        self.name = name


@dataclass(frozen=True, slots=True)
class Offered:
    """A version that a round may ask: which, its model, and its files."""

    definition: Definition
    origin: Origin
    files: Bundle
    row_id: str | None = None  # of the school's own

    @property
    def questionnaire(self) -> str:
        """Return which questionnaire it is a version of."""
        return self.definition.id

    @property
    def version(self) -> int:
        """Return its number."""
        return self.definition.version

    @property
    def digest(self) -> str:
        """Return what tells it from every other."""
        return self.definition.digest


def store_definition(session: Session, files: Bundle, now: datetime) -> StoredDefinition:
    """Keep a questionnaire's files for ever; the same files are kept once. Raises BrokenDefinition."""
    definition, where, findings = parse(files)
    if definition is not None and where is not None:
        findings = [*findings, *check(definition, where)]
    errors = [finding for finding in findings if finding.is_error]
    if definition is None or errors:
        raise BrokenDefinition(errors)
    keep_definition(definition)
    stored = session.get(StoredDefinition, definition.digest)
    if stored is None:
        stored = StoredDefinition(
            digest=definition.digest,
            questionnaire=definition.id,
            version=definition.version,
            source=files.source.decode("utf-8"),
            beside=files.beside_json,
            created_at=now,
        )
        session.add(stored)
        session.flush()
    return stored


def get_published(session: Session, folder: Path | None = None) -> list[Offered]:
    """Return what a new round of the session's school may ask, by name, the newest version first.

    Its own published versions, those of the server's folder (the setting), and those that come with the program; of
    one questionnaire and version the first of these. What the school retired is not among them.
    """
    rows = session.scalars(select(ShelvedVersion).where(ShelvedVersion.taken.is_not(None))).all()
    offered = {row.taken: _own(session, row) for row in rows if row.state == State.PUBLISHED}
    taken = {row.taken for row in rows}
    for origin, files in library(folder):
        definition = _usable(files, origin)
        if definition is not None and (key := key_of(definition)) not in taken | set(offered):
            offered[key] = Offered(definition, origin, files)
    return sorted(offered.values(), key=lambda each: (each.questionnaire, -each.version))


def find_published(session: Session, digest: str, folder: Path | None = None) -> Offered | None:
    """Return the version with this digest that a new round may ask, None when it may not."""
    return next((each for each in get_published(session, folder) if each.digest == digest), None)


def take(session: Session, offered: Offered, now: datetime) -> StoredDefinition:
    """Keep a version for the round that asks it; raises VersionTaken when rounds knew its number with other questions.

    Translations alone make no other version: they say the same questions, and cannot change what an answer means.
    """
    statement = (
        select(StoredDefinition)
        .join(Round, Round.digest == StoredDefinition.digest)
        .where(StoredDefinition.questionnaire == offered.questionnaire, StoredDefinition.version == offered.version)
    )
    source = offered.files.source.decode("utf-8")
    if any(stored.source != source for stored in session.scalars(statement)):
        raise VersionTaken(offered.questionnaire, offered.version)
    return store_definition(session, offered.files, now)


def add_draft(
    session: Session, vault: Vault, file_name: str, files: Bundle, staff_id: str, now: datetime
) -> ShelvedVersion:
    """Keep what a school uploaded, right or wrong; it takes the place of the draft of that version or file name.

    Raises NotText for what cannot be kept as a text.
    """
    for each, content in ((files.name, files.source), *files.beside):
        if not is_text(content):
            raise NotText(each)
    definition, _, _ = parse(files)
    name = file_name[:NAME_CHARACTERS]
    row = _find_draft(session, definition, name)
    if row is None:
        row = ShelvedVersion(id=new_id(), school_id=session.info["school_id"], state=State.DRAFT)
        session.add(row)
    row.questionnaire = definition.id if definition else None
    row.version = definition.version if definition else None
    row.digest, row.file_name = files.digest, name
    row.source, row.beside = files.source.decode("utf-8"), files.beside_json
    row.added_by, row.added_at = staff_id, now
    session.flush()
    audit.record(session, vault, f"staff:{staff_id}", "questionnaire.upload", f"questionnaire:{row.id}", now)
    return row


def drop_draft(session: Session, vault: Vault, row: ShelvedVersion, staff_id: str, now: datetime) -> None:
    """Throw a draft away; raises NotADraft."""
    if row.state != State.DRAFT:
        raise NotADraft(row.id)
    session.delete(row)
    audit.record(session, vault, f"staff:{staff_id}", "questionnaire.drop", f"questionnaire:{row.id}", now)


def publish(
    session: Session, vault: Vault, row: ShelvedVersion, staff_id: str, now: datetime, folder: Path | None = None
) -> StoredDefinition:
    """Let the school ask this draft from now on; its files never change any more.

    Raises NotADraft, BrokenDefinition with what the stricter check finds, VersionTaken.
    """
    if row.state != State.DRAFT:
        raise NotADraft(row.id)
    files = files_of(session, row)
    definition, findings = examine(files, publish=True)
    errors = [finding for finding in findings if finding.is_error]
    if definition is None or errors:
        raise BrokenDefinition(errors)
    refuse_taken(session, definition, folder)
    stored = store_definition(session, files, now)
    row.state, row.taken = State.PUBLISHED, key_of(definition)
    row.digest, row.source, row.beside = stored.digest, None, None
    row.published_by, row.published_at = staff_id, now
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:  # a colleague published the same number at this very moment
        raise VersionTaken(definition.id, definition.version) from None
    audit.record(session, vault, f"staff:{staff_id}", "questionnaire.publish", f"questionnaire:{row.id}", now)
    return stored


def retire(session: Session, vault: Vault, offered: Offered, staff_id: str, now: datetime) -> ShelvedVersion:
    """Let no new round of the school ask this version; rounds that ask it go on. Raises NotPublished."""
    key = key_of(offered.definition)
    row = session.scalars(select(ShelvedVersion).where(ShelvedVersion.taken == key)).one_or_none()
    if row is not None and row.state != State.PUBLISHED:
        raise NotPublished(key)
    if row is None:
        row = ShelvedVersion(id=new_id(), school_id=session.info["school_id"], added_by=staff_id, added_at=now)
        row.questionnaire, row.version, row.digest = offered.questionnaire, offered.version, offered.digest
        row.taken, row.file_name = key, Path(offered.files.name).name
        store_definition(session, offered.files, now)
        session.add(row)
    row.state, row.retired_by, row.retired_at = State.RETIRED, staff_id, now
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:  # a colleague retired it at this very moment
        raise NotPublished(key) from None
    audit.record(session, vault, f"staff:{staff_id}", "questionnaire.retire", f"questionnaire:{row.id}", now)
    return row


def restore(session: Session, vault: Vault, row: ShelvedVersion, staff_id: str, now: datetime) -> None:
    """Offer a retired version again; raises NotPublished for one that is not retired."""
    if row.state != State.RETIRED:
        raise NotPublished(row.id)
    if row.published_at is None:  # of every school: the row only said that this one does not want it
        session.delete(row)
    else:
        row.state, row.retired_by, row.retired_at = State.PUBLISHED, None, None
    audit.record(session, vault, f"staff:{staff_id}", "questionnaire.restore", f"questionnaire:{row.id}", now)


def refuse_taken(session: Session, definition: Definition, folder: Path | None = None) -> None:
    """Raise VersionTaken when this questionnaire and version are known with other files, here or for every school."""
    key = key_of(definition)
    own = session.scalars(select(ShelvedVersion.digest).where(ShelvedVersion.taken == key)).all()
    asked = session.scalars(
        select(StoredDefinition.digest)
        .join(Round, Round.digest == StoredDefinition.digest)
        .where(StoredDefinition.questionnaire == definition.id, StoredDefinition.version == definition.version)
    ).all()
    others = [found.digest for _, files in library(folder) if (found := parse(files)[0]) and key_of(found) == key]
    if own or any(digest != definition.digest for digest in (*asked, *others)):
        raise VersionTaken(definition.id, definition.version)


def files_of(session: Session, row: ShelvedVersion) -> Bundle:
    """Return the files of a version on the shelf."""
    if row.source is not None:
        return stored_bundle(row.file_name, row.source, row.beside or "{}")
    stored = session.get_one(StoredDefinition, row.digest)
    return stored_bundle(row.file_name, stored.source, stored.beside)


def library(folder: Path | None = None) -> list[tuple[Origin, Bundle]]:
    """Return the files that every school on this server has: of its folder, and of the program."""
    paths: Iterable[Path] = definition_files(folder) if folder is not None else ()
    own = [(Origin.FOLDER, read_bundle(path)) for path in paths]
    return [*own, *((Origin.SHIPPED, read_bundle(path)) for path in shipped_files())]


def is_text(content: bytes) -> bool:
    """Tell whether bytes can be kept as a text in every database."""
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def key_of(definition: Definition) -> str:
    """Return what a version is called: the questionnaire and its number."""
    return f"{definition.id}/{definition.version}"


@lru_cache(maxsize=64)
def findings_of(files: Bundle) -> tuple[Finding, ...]:
    """Return all that the stricter check finds; remembered, for robots take seconds."""
    return tuple(examine(files, publish=True)[1])


def _usable(files: Bundle, origin: Origin) -> Definition | None:
    """Return the model of files that may be asked; what the program ships was checked before."""
    definition = parse(files)[0]
    if origin is Origin.FOLDER and any(finding.is_error for finding in findings_of(files)):
        return None
    return definition


def _own(session: Session, row: ShelvedVersion) -> Offered:
    return Offered(get_definition(session, row.digest), Origin.SCHOOL, files_of(session, row), row.id)


def _find_draft(session: Session, definition: Definition | None, name: str) -> ShelvedVersion | None:
    """Return the draft that a new upload takes the place of."""
    drafts = session.scalars(select(ShelvedVersion).where(ShelvedVersion.state == State.DRAFT)).all()
    for row in drafts:
        if definition is not None and (row.questionnaire, row.version) == (definition.id, definition.version):
            return row
    return next((row for row in drafts if row.questionnaire is None and row.file_name == name), None)
