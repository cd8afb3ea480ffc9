"""Searches bytes for words in every form in which they could lie about, and watches a folder for passing files."""

from __future__ import annotations

import base64
import ctypes
import os
import re
import select
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

#: A zlib or gzip stream begins with one of these; a PDF keeps its text in such streams.
STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
LONGEST_STREAM = 4_000_000
IN_CREATE, IN_MOVED_TO = 0x100, 0x80


def forms_of(word: str) -> dict[str, bytes]:
    """Return how a word of plain letters reads in each encoding."""
    plain = word.encode()
    forms = {"plain": plain, "utf-16": word.encode("utf-16-le"), "hex": plain.hex().encode()}
    for shift in range(3):  # where the word begins in a group of three bytes; groups shared with neighbours are left out
        coded = base64.b64encode(b"\0" * shift + plain)
        forms[f"base64 {shift}"] = coded[4 if shift else 0 : (shift + len(plain)) // 3 * 4]
    return forms


def find(word: str, content: bytes) -> set[str]:
    """Return the forms in which a word stands in these bytes, those inside compressed streams too."""
    found: set[str] = set()
    forms = [*forms_of(word.lower()).items(), *forms_of(word.upper()).items()]
    for layer, text in (("", content), *(("zlib ", stream) for stream in _streams(content))):
        folded = text.lower()
        for name, form in forms:
            if form in text or (form in folded and not name.startswith("base64")):
                found.add(layer + name)
    return found


def _streams(content: bytes) -> Iterator[bytes]:
    """Give what opens as a compressed stream."""
    for begin in STREAM.finditer(content):
        with suppress(zlib.error):
            opened = zlib.decompressobj(wbits=47).decompress(content[begin.start() :], LONGEST_STREAM)
            if opened:
                yield opened


def files_below(*folders: Path) -> dict[str, bytes]:
    """Return every file below folders by its path."""
    found = (file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file): file.read_bytes() for file in found}


def dump(url: str) -> dict[str, bytes]:
    """Return every column of every table of a PostgreSQL database as bytes, by its name."""
    found: dict[str, bytes] = {}
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
        for table, column in columns:
            rows = connection.execute(
                sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
            ).fetchall()
            found[f"{table}.{column}"] = b"\n".join(_as_bytes(value) for (value,) in rows)
    return found


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


class Watch:
    """Holds open every file that appears in a folder, so that it can be read after it was deleted."""

    def __init__(self, folder: Path) -> None:
        """Begin to watch; the folder must exist, folders made in it later are noted by name only."""
        self.folder, self.names, self._held = folder, list[str](), dict[str, int]()
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_CLOEXEC)
        assert self._inotify >= 0, "no inotify"
        assert libc.inotify_add_watch(self._inotify, os.fsencode(folder), IN_CREATE | IN_MOVED_TO) >= 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        while not self._ends.is_set():
            if not select.select([self._inotify], [], [], 0.05)[0]:
                continue
            events = os.read(self._inotify, 65536)
            while events:
                _, _, _, length = struct.unpack_from("iIII", events)
                name = os.fsdecode(events[16 : 16 + length].rstrip(b"\0"))
                events = events[16 + length :]
                self.names.append(name)
                with suppress(OSError):
                    self._held[name] = os.open(self.folder / name, os.O_RDONLY | os.O_NONBLOCK)

    def end(self) -> dict[str, bytes]:
        """Stop, and return what each file held at its end; one that was gone too soon is missing."""
        self._ends.set()
        self._thread.join()
        os.close(self._inotify)
        contents: dict[str, bytes] = {}
        for name, descriptor in self._held.items():
            with suppress(IsADirectoryError), os.fdopen(descriptor, "rb") as file:
                contents[name] = file.read()
        return contents


def hits(words: Iterable[str], places: dict[str, bytes]) -> list[str]:
    """Return in which place and form each of these words was found."""
    return [f"{word}: {form} in {place}" for place, content in places.items() for word in words for form in find(word, content)]
