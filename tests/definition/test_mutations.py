"""A sound file with one thing changed: every real fault is an error, near the place where it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from survey.cli.check import find

SHIPPED = Path(__file__).parents[2] / "questionnaires"
SOURCE = (SHIPPED / "checkin" / "1.yaml").read_text("utf-8")
LINES = SOURCE.split("\n")


def errors(source: str, folder: Path) -> list[tuple[int, str, str]]:
    """Give line, code and message of each error in a source that is to be published."""
    file = folder / "changed.yaml"
    file.write_bytes(source.encode())
    return [(each.line, each.code, each.message) for each in find(file, publish=True) if each.is_error]


@cache
def entries() -> tuple[tuple[int, int], ...]:
    """Give the first line (from 0) and the length of each entry that may not be left out."""
    needed = re.compile(
        r"\s*(- )?(text|student|purpose|seen_by|op|of|title|because|text_report|en|nl|expect|when|id|set|value|questions"
        r"|kind: choices|label|goed|in_orde|let_op|steun|unknown|version|languages|intro|notice|done|ground)\b"
    )
    return tuple(_entries(needed))


def _entries(needed: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for index, line in enumerate(LINES):
        if needed.match(line) and not line.strip().startswith("expect"):
            indent = len(line) - len(line.lstrip())
            length = 1
            while index + length < len(LINES) and _is_below(LINES[index + length], indent):
                length += 1
            yield index, length


def _is_below(line: str, indent: int) -> bool:
    return not line.strip() or len(line) - len(line.lstrip()) > indent


def test_source_itself_is_sound(tmp_path: Path) -> None:
    assert errors(SOURCE, tmp_path) == []


@pytest.mark.parametrize("part", range(0, 4))
def test_entry_that_is_left_out_is_missed(part: int, tmp_path: Path) -> None:
    unnoticed = []
    for index, length in entries()[part::12]:
        source = "\n".join(LINES[:index] + LINES[index + length :])
        if not errors(source, tmp_path):
            unnoticed.append(LINES[index])
    assert unnoticed == []


BROKEN = {
    "tab": "\t{line}",
    "one space more": " {line}",
    "unknown word": "{indent}onbekend_woord: 1\n{line}",
    "twice": "{line}\n{line}",
}
PLACES = ["    topic: nu\n    text: {nl: Hoe gaat", "    op: mean\n    of: [nu_gevoel]", "    within: today"]


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("place", PLACES)
def test_broken_line_is_found_where_it_stands(how: str, place: str, tmp_path: Path) -> None:
    start = SOURCE.index(place)
    line = SOURCE[start : SOURCE.index("\n", start)]
    changed = BROKEN[how].format(line=line, indent=line[: len(line) - len(line.lstrip())])
    found = errors(SOURCE[:start] + changed + SOURCE[start + len(line) :], tmp_path)
    number = SOURCE[:start].count("\n") + 1
    assert any(number - 1 <= line_found <= number + 1 for line_found, _, _ in found), found
    assert all(message and "\n" not in message for _, _, message in found)


@pytest.mark.parametrize(
    "name", ["nu_gevoel", "gevoel", "nu_open", "nu_vraag", "nu_slecht", "bel_112", "niet_bekend", "hoeft_niet"]
)
def test_id_that_is_renamed_in_one_place_is_found(name: str, tmp_path: Path) -> None:
    code = re.sub(r"(?m)^ *(nl|en): .*$|\|-\n.*$", lambda match: " " * len(match[0]), SOURCE)
    places = [match.start() for match in re.finditer(rf"(?<![\w'-]){name}(?![\w'-])", code)]
    harmless = re.compile(r"- \{id: nu_gevoel|topic: |^\s+gevoel: \{text")
    for start in places[:5]:
        line = SOURCE[SOURCE.rindex("\n", 0, start) + 1 : SOURCE.index("\n", start)]
        if not harmless.search(line):
            assert errors(SOURCE[:start] + name + "x" + SOURCE[start + len(name) :], tmp_path), line
