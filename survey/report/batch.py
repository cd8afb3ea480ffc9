"""One municipality's documents as a ZIP: a cover list to print with how to send it safely, then the PDFs.

The cover is HTML and not a PDF, as no PDF is set in a web worker; it is made from rows, so it is never out of date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Protocol
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from jinja2 import Environment, StrictUndefined, Template
from pyzipper import WZ_AES, AESZipFile


class Words(Protocol):
    """The catalogue of a language, as `survey.i18n` gives it."""

    @property
    def language(self) -> str:
        """Give the code of the language."""

    def text(self, message: str, **values: object) -> str:
        """Give a message in this language."""

    def moment(self, moment: datetime) -> str:
        """Give a moment in the time of the schools."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the list says of the package: from whom, for whom, when it was made."""

    school: str
    municipality: str
    round: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One document in the package; `read` opens its PDF when its turn comes, so that one at a time is in memory."""

    name: str
    group: str
    number: str
    version: int
    read: Callable[[], bytes]


class _Pipe:
    """A file without a way back, for ZipFile to write to and `stream` to empty."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        """Take a chunk."""
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Do nothing; ZipFile asks for it."""

    def close(self) -> None:
        """Do nothing; ZipFile asks for it."""

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken, self._chunks = b"".join(self._chunks), []
        return taken


def stream(cover: Cover, enclosed: Sequence[Enclosed], words: Words, password: str = "") -> Iterator[bytes]:
    """Give the ZIP in chunks as it is made; stored, as PDFs are compressed already.

    With a password everything in it is encrypted with AES-256 (WinZip's AE), and files are called by their number.
    """
    pipe = _Pipe()
    # Encryption hides what is in a file and not what it is called.
    names = [f"{place:02d}.pdf" if password else file_name(each, place) for place, each in enumerate(enclosed, 1)]
    with _open(pipe, password) as package:
        package.writestr(_entry(package, "00-lijst.html", cover), cover_page(cover, enclosed, names, words))
        yield pipe.take()
        for name, each in zip(names, enclosed, strict=True):
            package.writestr(_entry(package, name, cover), each.read())
            yield pipe.take()
    yield pipe.take()


def _open(pipe: _Pipe, password: str) -> ZipFile:
    """Open a ZIP to write into, encrypted when there is a password."""
    if not password:
        return ZipFile(pipe, "w", ZIP_STORED)
    package: ZipFile = AESZipFile(pipe, "w", ZIP_STORED, encryption=WZ_AES)
    package.setpassword(password.encode())
    return package


def file_name(enclosed: Enclosed, place: int) -> str:
    """Give a name that every system takes, in the order of the list: "01-el-amrani-yara-1.pdf"."""
    plain = unicodedata.normalize("NFKD", enclosed.name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "document"
    return f"{place:02d}-{words}-{enclosed.version}.pdf"


def cover_page(cover: Cover, enclosed: Sequence[Enclosed], names: Sequence[str], words: Words) -> str:
    """Give the cover list as one HTML page to read or print."""
    rows = list(zip(enclosed, names, strict=True))
    return _template().render(cover=cover, rows=rows, words=words, text=words.text)


def _entry(package: ZipFile, name: str, cover: Cover) -> ZipInfo:
    """Describe one file of the package, readable by its owner only; an encrypted package has a class of its own."""
    kind: type[ZipInfo] = getattr(package, "zipinfo_cls", ZipInfo)
    entry = kind(name, cover.made_at.timetuple()[:6])
    entry.external_attr = 0o600 << 16
    return entry


@cache
def _template() -> Template:
    """Compile the page once a process."""
    source = files("survey.templates").joinpath("report").joinpath("cover.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)
