"""`survey rescore`: what a changed definition would move, before anyone publishes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from survey.answers import Values
from survey.cli.responses import Trouble, read_accepted
from survey.definition.load import BrokenDefinition, load
from survey.definition.model import Definition
from survey.moves import LEAST, Moves, Table, name_changes, tables
from survey.score import Unscorable, compile_definition
from survey.score.cohort import NotVectorised

#: Responses that are reckoned with at a time.
BATCH = 10_000
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--what-if", "changed", required=True, type=FILE, help="The changed definition.")
@click.option("--with", "given", type=FILE, help="The definition that ANSWERS were given to.")
@click.option("--answers", help="JSON lines as for `survey score` instead of stored responses; needs --with.")
@click.option("--school", help="Only the responses of the school of this name.")
@click.option("--one-by-one", is_flag=True, help="Use the interpreter: slower, for any definition.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--picture", type=FILE, help="Also draw the tables, as SVG.")
def rescore(
    changed: Path,
    given: Path | None,
    answers: str | None,
    school: str | None,
    one_by_one: bool,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Show how bands, rules and flags would move under a changed definition, and touch nothing.

    Takes every response that was sent under the same questionnaire id, or a file of answers. Numbers of fewer than
    5 stored responses are shown as "<5", and "5+" is what keeps them from being reckoned from the total. Exit code 1
    when a line of answers cannot be used, 2 when nothing can be done.
    """
    if (given is None) != (answers is None) or (answers is not None and school is not None):
        raise click.UsageError("give --answers together with --with (and without --school), or neither")
    after, erased, troubled = read_definition(changed), 0, False
    try:
        if given is not None and answers is not None:
            before = read_definition(given)
            moves, troubled = _rescore_file(before, after, answers, one_by_one)
            changes, found = name_changes(before, after), tables(moves, before, after, hides=False)
        else:
            moves, changes, erased = _rescore_stored(after, school, one_by_one)
            found = tables(moves, None, after) if moves.size >= LEAST else []
    except NotVectorised as reason:
        _stop(f"{reason}; add --one-by-one to score each response with the interpreter")
    size = str(moves.size) if given is not None or not 0 < moves.size < LEAST else f"<{LEAST}"
    click.echo(_as_json(size, erased, changes, found) if as_json else _say(size, erased, changes, found))
    if picture is not None:
        _draw(picture, after, size, found)
    sys.exit(1 if troubled else 0)


def read_definition(path: Path) -> Definition:
    """Read and compile a definition; stop with exit code 2 when it cannot be used."""
    try:
        return compile_definition(load(path)).definition
    except OSError as error:
        _stop(f"{path}: {error.strerror}")
    except BrokenDefinition as broken:
        _stop(*map(str, broken.findings))
    except Unscorable as error:
        _stop(f"{path}: {error}")


def _rescore_file(before: Definition, after: Definition, answers: str, one_by_one: bool) -> tuple[Moves, bool]:
    """Rescore a file of answers; says on standard error which lines cannot be used."""
    moves, troubled = Moves(), False
    rows: list[Values] = []
    try:
        stream = sys.stdin.buffer if answers == "-" else open(answers, "rb")
    except OSError as error:
        _stop(f"{answers}: {error.strerror}")
    with stream:
        for each in read_accepted(before, stream):
            if isinstance(each, Trouble):
                click.echo(f"{answers}:{each.line}: {each.question or 'answers'}: {each.message}", err=True)
                troubled = True
                continue
            rows.append(each)
            if len(rows) == BATCH:
                _add(moves, before, after, rows, one_by_one)
                rows = []
    _add(moves, before, after, rows, one_by_one)
    return moves, troubled


def _add(moves: Moves, before: Definition, after: Definition, rows: list[Values], one_by_one: bool) -> None:
    if one_by_one:
        moves.add_one_by_one(before, after, rows)
    elif rows:
        moves.add(before, after, rows)


def _rescore_stored(after: Definition, school: str | None, one_by_one: bool) -> tuple[Moves, list[str], int]:
    """Rescore what is stored; gives what would move, what does not fit, and how many sittings were erased."""
    # Here and not above: a file of answers needs no database.
    from survey.cli.verify import reading
    from survey.records import UnreadableDefinition
    from survey.rescore import what_if

    with reading(school) as (session, vault):
        try:
            found = what_if(session, vault, after, one_by_one)
        except UnreadableDefinition as error:
            _stop(f"a stored questionnaire cannot be read any more: {error}")
    return found.moves, found.changes, found.erased


def _as_json(size: str, erased: int, changes: list[str], found: list[Table]) -> str:
    """Give what would move as JSON: for each part its cells, each [before, after, number]."""
    plain: list[dict[str, Any]] = [
        {
            "part": table.part[0],
            "id": table.part[1],
            "moves": [[*move, number] for move, number in table.cells.items() if number],
        }
        for table in found
    ]
    number = int(size) if size.isdecimal() else size
    return json.dumps({"responses": number, "erased": erased, "changes": changes, "parts": plain}, ensure_ascii=False)


def _say(size: str, erased: int, changes: list[str], found: list[Table]) -> str:
    """Give what would move as tables: rows are results as they were, columns as they would be."""
    lines = [f"{size} responses" + (f", and {erased} erased" if erased else "")]
    if size == f"<{LEAST}":
        lines.append("too few to show anything: they could be known people")
    lines += [f"  {change}" for change in changes]
    for table in found:
        moved = {after for before, after in table.cells if before != after and table.cells[before, after]}
        lines += ["", f"{table.part[0]} {table.part[1]}" + ("" if moved else ": nothing moves"), *_grid(table)]
    return "\n".join(lines)


def _grid(table: Table) -> list[str]:
    """Give one table as lines."""
    first = max(len(label) for label in ("was", *table.before))
    widths = [max(len(label), 7) for label in table.after]
    head = [f"{label:>{width}}" for label, width in zip(table.after, widths, strict=True)]
    rows = [
        [f"{table.cells[before, after]:>{width}}" for after, width in zip(table.after, widths, strict=True)]
        for before in table.before
    ]
    named = zip(("was", *table.before), [head, *rows], strict=True)
    return [f"  {label:<{first}}  {'  '.join(cells)}" for label, cells in named]


def _draw(path: Path, after: Definition, size: str, found: list[Table]) -> None:
    """Write the picture; stop with exit code 2 when it cannot be written."""
    from survey.report.moves import draw

    try:
        path.write_text(draw(f"What would move: {after.id} {after.version}", size, found), encoding="utf-8")
    except OSError as error:
        _stop(f"{path}: {error.strerror}")


def _stop(*messages: str) -> NoReturn:
    """Say what is wrong on standard error and leave."""
    for message in messages:
        click.echo(message, err=True)
    sys.exit(2)
