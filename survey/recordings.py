"""Recordings of questions that a school made: kept by question and language, told by what the file is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey import audit
from survey.store.recordings import Recording
from survey.store.types import new_id
from survey.vault import Vault

#: A minute of speech has some 500 kB.
MOST_BYTES = 1_000_000
#: How the files of the usual kinds begin: where, with which bytes, and what they are.
BEGINNINGS = (
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "audio/mp4"),
)


class BadRecording(ValueError):
    """A file that cannot be kept; `code` is `empty`, `large` or `kind`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """What a recording says: a question of a questionnaire, in a language."""

    questionnaire: str
    question: str
    language: str


def keep(
    session: Session, vault: Vault, place: Place, content: bytes, staff_id: str, now: datetime
) -> Recording:
    """Keep a recording in the place of the one before. Raises BadRecording."""
    media = find_media(content)
    drop(session, vault, place, staff_id, now)
    recording = Recording(
        id=new_id(),
        school_id=session.info["school_id"],
        questionnaire=place.questionnaire,
        question=place.question,
        language=place.language,
        media=media,
        content=content,
        added_by=staff_id,
        added_at=now,
    )
    session.add(recording)
    audit.record(session, vault, f"staff:{staff_id}", "recording.keep", f"recording:{recording.id}", now)
    return recording


def drop(session: Session, vault: Vault, place: Place, staff_id: str, now: datetime) -> bool:
    """Remove a recording; False when there was none."""
    found = session.scalars(
        select(Recording.id).where(
            Recording.questionnaire == place.questionnaire,
            Recording.question == place.question,
            Recording.language == place.language,
        )
    ).one_or_none()
    if found is None:
        return False
    session.execute(delete(Recording).where(Recording.id == found))
    audit.record(session, vault, f"staff:{staff_id}", "recording.drop", f"recording:{found}", now)
    return True


def get_recordings(session: Session, questionnaire: str, language: str) -> dict[str, str]:
    """Return the id of the recording of each question that has one, without opening any."""
    statement = select(Recording.question, Recording.id)
    of_language = statement.where(Recording.questionnaire == questionnaire, Recording.language == language)
    return {question: id_ for question, id_ in session.execute(of_language)}


def find_media(content: bytes) -> str:
    """Return what kind of sound a file is, by how it begins and never by its name. Raises BadRecording."""
    if not content:
        raise BadRecording("empty")
    if len(content) > MOST_BYTES:
        raise BadRecording("large")
    for at, beginning, media in BEGINNINGS:
        if content[at : at + len(beginning)] == beginning:
            return media
    raise BadRecording("kind")
