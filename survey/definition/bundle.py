"""A definition's file with the files that stand beside it and belong to it; one digest covers them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

#: How what belongs to `1.yaml` is called: `1.ar.po`, its texts in Arabic.
BESIDE = ".po"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of a questionnaire as its author keeps it: a file, and its translations by file name."""

    name: str  # how findings call the file
    source: bytes
    beside: tuple[tuple[str, bytes], ...] = ()  # by name

    @property
    def digest(self) -> str:
        """Return the sha256 of the file in hexadecimal; with files beside it, of the list of all their digests."""
        own = _digest(self.source)
        if not self.beside:
            return own
        lines = [own, *(f"{name} {_digest(content)}" for name, content in sorted(self.beside))]
        return _digest("\n".join(lines).encode())

    @property
    def beside_json(self) -> str:
        """Return the files beside it as one text, to be stored."""
        return json.dumps({name: content.decode("utf-8") for name, content in self.beside}, ensure_ascii=False)


def bundle(name: str, source: str | bytes, beside: Mapping[str, str | bytes] = MappingProxyType({})) -> Bundle:
    """Return a bundle of texts or bytes; `beside` is by file name."""
    return Bundle(name, _bytes(source), tuple(sorted((each, _bytes(content)) for each, content in beside.items())))


def read_bundle(file: Path) -> Bundle:
    """Read a definition's file and what stands beside it; raises OSError."""
    names = sorted(entry.name for entry in file.parent.iterdir() if belongs(entry.name, file.stem))
    return Bundle(str(file), file.read_bytes(), tuple((name, (file.parent / name).read_bytes()) for name in names))


def belongs(name: str, stem: str) -> bool:
    """Tell whether a file of this name is a translation of the definition `<stem>.yaml`."""
    return name.startswith(f"{stem}.") and name.endswith(BESIDE) and name.count(".") == stem.count(".") + 2


def stored_bundle(name: str, source: str, beside: str) -> Bundle:
    """Return the bundle that was stored as two texts."""
    return bundle(name, source, json.loads(beside or "{}"))


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
