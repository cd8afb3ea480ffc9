"""`survey diff`: what changed between two versions, and how many responses would get another band."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from survey.cli.rescore import read_definition
from survey.cli.responses import Trouble, read_accepted
from survey.compare import Change, compare
from survey.definition.model import Definition
from survey.i18n import Catalogue, catalogue, staff_languages
from survey.moves import LEAST, Moves, Table, tables
from survey.score.cohort import NotVectorised

FILE = click.Path(dir_okay=False, path_type=Path)
#: Responses that are reckoned with at a time.
BATCH = 10_000


@click.command()
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@click.option("--stored", is_flag=True, help="Also try AFTER on the stored responses, as `survey rescore`.")
@click.option("--responses", help="Or on these, given to BEFORE: JSON lines as for `survey score`.")
@click.option("--lang", type=click.Choice(staff_languages()), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(before: Path, after: Path, stored: bool, responses: str | None, lang: str, as_json: bool) -> None:
    """Say in plain words what changed from BEFORE to AFTER.

    With responses also how many would get another band, value or flag; stored ones are counted with "<5" for numbers
    below 5. Exit code 0: nothing changed; 1: something did; 2: a file cannot be used.
    """
    if stored and responses:
        raise click.UsageError("give --stored or --responses, not both")
    old, new, words = read_definition(before), read_definition(after), catalogue(lang)
    changes = compare(old, new, words)
    moved: Moved | None = None
    try:
        if responses:
            moved = _of_file(old, new, responses)
        elif stored:
            moved = _of_stored(new)
    except NotVectorised as reason:
        _stop(f"{reason}; `survey rescore --one-by-one` scores each response with the interpreter")
    click.echo(_as_json(changes, words, moved) if as_json else _say(changes, words, moved))
    sys.exit(1 if changes else 0)


#: How many responses there are, in words when few, and the tables of what would move.
Moved = tuple[str, list[Table]]


def _of_file(before: Definition, after: Definition, name: str) -> Moved:
    """Try the responses of a file; stops at a line that cannot be used."""
    moves = Moves()
    try:
        stream = sys.stdin.buffer if name == "-" else open(name, "rb")
    except OSError as error:
        _stop(f"{name}: {error.strerror}")
    rows = []
    with stream:
        for each in read_accepted(before, stream):
            if isinstance(each, Trouble):
                _stop(f"{name}:{each.line}: {each.question or 'answers'}: {each.message}")
            rows.append(each)
    for start in range(0, len(rows), BATCH):
        moves.add(before, after, rows[start : start + BATCH])
    return str(moves.size), tables(moves, before, after, hides=False)


def _of_stored(after: Definition) -> Moved:
    """Try the stored responses of every school; only counts leave."""
    from survey.cli.verify import reading
    from survey.records import UnreadableDefinition
    from survey.rescore import what_if

    with reading(None) as (session, vault):
        try:
            found = what_if(session, vault, after)
        except UnreadableDefinition as error:
            _stop(f"a stored questionnaire cannot be read any more: {error}")
    size = found.moves.size
    few = 0 < size < LEAST
    return (f"<{LEAST}" if few else str(size)), tables(found.moves, None, after) if size >= LEAST else []


def _say(changes: list[Change], words: Catalogue, moved: Moved | None) -> str:
    lines = [change.say(words) for change in changes] or [words.text("Nothing changed.")]
    if moved is None:
        return "\n".join(lines)
    size, found = moved
    lines += ["", words.text("{n} responses", n=size)]
    for table in found:
        for (was, would_be), number in table.cells.items():
            if was != would_be and number:
                lines.append(f"{table.part[0]} {table.part[1]}: {was} -> {would_be}: {number}")
    return "\n".join(lines)


def _as_json(changes: list[Change], words: Catalogue, moved: Moved | None) -> str:
    plain: dict[str, Any] = {
        "changes": [
            {"group": change.group, "text": change.say(words), "before": change.before, "after": change.after}
            for change in changes
        ]
    }
    if moved is not None:
        parts = [
            {"part": table.part[0], "id": table.part[1], "before": was, "after": would_be, "responses": number}
            for table in moved[1]
            for (was, would_be), number in table.cells.items()
            if was != would_be and number
        ]
        plain |= {"responses": int(moved[0]) if moved[0].isdecimal() else moved[0], "moves": parts}
    return json.dumps(plain, ensure_ascii=False, indent=2)


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
