"""The JSON Schema for editors is that of the model, and takes what the loader takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from survey.definition.bundle import definition_files
from survey.definition.schema import schema
from survey.definition.tree import grow

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "questionnaire.schema.json"
SCHEMA = json.loads(FILE.read_text("utf-8"))
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def test_schema_in_the_documents_is_current() -> None:
    """Write it again with: python -m survey.definition.schema > docs/questionnaire.schema.json."""
    assert SCHEMA == json.loads(json.dumps(schema()))


def problems(value: Any, part: dict[str, Any], path: str = "") -> list[str]:
    """Check a value against the few words of JSON Schema that ours uses."""
    if "$ref" in part:
        return problems(value, SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[1]], path)
    for word in ("anyOf", "oneOf"):
        if word in part:
            found = [problems(value, each, path) for each in part[word]]
            return [] if any(not each for each in found) else min(found, key=len)
    if "const" in part and value != part["const"] or "enum" in part and value not in part["enum"]:
        return [f"{path}: {value!r}"]
    kinds = part.get("type", [])
    allowed = tuple(kind for name in ([kinds] if isinstance(kinds, str) else kinds) for kind in TYPES[name])
    if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
        return [f"{path}: {value!r} is no {kinds}"]
    found_here: list[str] = []
    if isinstance(value, dict):
        found_here += [f"{path}: lacks {word}" for word in part.get("required", []) if word not in value]
        for key, entry in value.items():
            inner = part.get("properties", {}).get(key, part.get("additionalProperties", True))
            if inner is False:
                found_here.append(f"{path}: {key}")
            elif isinstance(inner, dict):
                found_here += problems(entry, inner, f"{path}/{key}")
    if isinstance(value, list) and isinstance(part.get("items"), dict):
        for index, entry in enumerate(value):
            found_here += problems(entry, part["items"], f"{path}/{index}")
    if isinstance(value, str) and "pattern" in part and not re.search(part["pattern"], value):
        found_here.append(f"{path}: {value!r}")
    return found_here


FILES = [*definition_files(ROOT / "questionnaires"), *definition_files(ROOT / "tests" / "questionnaires")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_definition_here_fits_the_schema(file: Path) -> None:
    tree, _ = grow(file.read_bytes())
    assert problems(tree, SCHEMA) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "id: x\n",
        "id: x\nversion: een\nquestions: {}\n",
        "id: x\nversion: 1\nquestions: {a: {kind: keuze}}\n",
        "id: x\nversion: 1\nquestions: {a: {options: [x, y], txt: A}}\n",
        "id: x\nversion: 1\nquestions: {a: {options: [x, y]}}\nscales: {s: {op: som, of: [a]}}\n",
    ],
)
def test_schema_refuses_what_the_loader_refuses(wrong: str) -> None:
    tree, _ = grow(wrong)
    assert problems(tree, SCHEMA)


def test_every_word_of_the_format_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "questionnaire.md").read_text("utf-8")
    words = set(SCHEMA["properties"])
    for part in SCHEMA["$defs"].values():
        words |= set(part.get("properties", {}))
    assert sorted(word for word in words - {"id"} if f"`{word}`" not in manual and f"`{word}:" not in manual) == []
