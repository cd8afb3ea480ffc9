"""A definition's file with the files that stand beside it and belong to it; one digest covers them all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType

#: How what belongs to `1.yaml` is called: `1.ar.po`, its texts in Arabic.
BESIDE = ".po"
#: How a part is called that definitions include: `money.part.yaml`, beside them or in a folder below.
PART = ".part.yaml"
_PART_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_-]*/){0,5}[A-Za-z0-9_][A-Za-z0-9_-]*\.part\.yaml", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of a questionnaire as its author keeps it: a file, its translations and its parts by file name."""

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
    source = file.read_bytes()
    names = [entry.name for entry in file.parent.iterdir() if belongs(entry.name, file.stem)]
    beside = {name: (file.parent / name).read_bytes() for name in names} | _parts(file.parent, source)
    return Bundle(str(file), source, tuple(sorted(beside.items())))


def definition_files(folder: Path) -> list[Path]:
    """Return every definition below a folder by name, without the parts that definitions include."""
    return [path for path in sorted(folder.rglob("*.yaml")) if not path.name.endswith(PART)]


def is_part_name(name: str) -> bool:
    """Tell whether a name is that of a part beside a definition or in a folder below it, and leads nowhere else."""
    return _PART_NAME.fullmatch(name) is not None


def beside_name(file: str, name: str) -> str:
    """Return the path of what stands beside a file, as that file is called."""
    return name if PurePath(file).parent == PurePath(".") else str(PurePath(file).parent / name)


def _parts(folder: Path, source: bytes) -> dict[str, bytes]:
    """Return the parts that a source names, and those that they name; one that is not there is left out."""
    found: dict[str, bytes] = {}
    waiting = [source]
    while waiting:
        for name in _names_in(waiting.pop()):
            path = folder / name
            inside = path.resolve().is_relative_to(folder.resolve())
            if name not in found and inside and path.is_file():
                found[name] = path.read_bytes()
                waiting.append(found[name])
    return found


def _names_in(source: bytes) -> list[str]:
    """Return the names of parts that stand in a text, outside its comments."""
    lines = (line.split(b"#")[0] for line in source.splitlines() if PART.encode() in line)
    names = (name.decode() for line in lines for name in re.findall(rb"[\w./-]+\.part\.yaml", line, re.ASCII))
    return [name for name in names if is_part_name(name)]


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
