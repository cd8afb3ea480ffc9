"""`survey report`: the document of one set of answers, as an unsealed concept, without a database."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click

from survey.cli.check import find
from survey.cli.responses import Trouble, accept, read_responses
from survey.definition.load import load
from survey.definition.model import Definition
from survey.i18n import catalogue, staff_languages
from survey.report.compose import compose
from survey.report.document import Document
from survey.report.facts import Facts, FactsError
from survey.route import find_path
from survey.score import Unscorable, compile_definition

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("definition", type=click.Path(path_type=Path))
@click.argument("answers")
@click.option("-o", "--output", required=True, help="Where the PDF goes; `-` for standard output.")
@click.option("--facts", type=click.Path(path_type=Path), help="What the school knows and adds (docs/document.md).")
@click.option("--lang", type=click.Choice(staff_languages()), default="nl", show_default=True, help="Its language.")
@click.option("--date", "day", type=_DAY, help="Day of the document; without it the file carries 1 January 2026.")
def report(definition: Path, answers: str, output: str, facts: Path | None, lang: str, day: datetime | None) -> None:
    """Make the document of ANSWERS by the rules of DEFINITION: a concept that may not leave the school.

    ANSWERS is a file with one JSON object as for `survey score`, or `-` for standard input; {} is valid. No clock
    and no chance: the same files give the same bytes. Exit 1 when answers or facts cannot be used, 2 when a file
    cannot be read or the definition has errors.
    """
    document = _compose(_read_definition(definition), answers, _read_facts(facts, day and day.date()), lang)
    # Here and not above: `survey --help` works on a machine that lacks the renderer's libraries.
    from survey.report import pdf

    content = pdf.render(document)
    try:
        if output == "-":
            sys.stdout.buffer.write(content)
        else:
            Path(output).write_bytes(content)
    except OSError as error:
        _stop(2, f"{output}: {error.strerror}")


def _compose(definition: Definition, answers: str, facts: Facts, language: str) -> Document:
    """Score the answers and compose the document; stop with exit code 1 when they cannot be used."""
    try:
        given = accept(definition, *_read_answers(answers))
        outcome = compile_definition(definition).score(given)
    except Trouble as trouble:
        _stop(1, f"{answers}:{trouble.line}: {trouble.question or 'answers'}: {trouble.message}")
    except Unscorable as error:
        _stop(2, str(error))
    values = find_path(definition, given).values
    return compose(facts, definition, outcome, values, catalogue(language))


def _read_answers(name: str) -> tuple[dict[str, object], int]:
    """Read the one object of answers and its line; stop with exit code 2 when the file cannot be read.

    Raises Trouble when there is not one object.
    """
    try:
        if name == "-":
            found = list(read_responses(sys.stdin.buffer))
        else:
            with open(name, "rb") as stream:
                found = list(read_responses(stream))
    except OSError as error:
        _stop(2, f"{name}: {error.strerror}")
    for _, each in found:
        if isinstance(each, Trouble):
            raise each
    if len(found) != 1:
        raise Trouble(1, None, f"give one JSON object; here are {len(found)}")
    ((line, given),) = found
    assert not isinstance(given, Trouble)
    return given, line


def _read_facts(path: Path | None, day: date | None) -> Facts:
    """Read the facts, with another day when one is given; stop with exit code 1 when they cannot be used."""
    try:
        facts = Facts.from_json(path.read_bytes().removeprefix(b"\xef\xbb\xbf")) if path else Facts()
    except OSError as error:
        _stop(2, f"{path}: {error.strerror}")
    except FactsError as error:
        _stop(1, f"{path}: {error}")
    return replace(facts, day=day) if day else facts


def _read_definition(path: Path) -> Definition:
    """Read a definition; stop with exit code 2 when `survey check` finds an error in it."""
    errors = [finding for finding in find(path) if finding.is_error]
    if errors:
        _stop(2, *map(str, errors))
    return load(path)


def _stop(code: int, *messages: str) -> NoReturn:
    """Say what is wrong on standard error and leave."""
    for message in messages:
        click.echo(message, err=True)
    sys.exit(code)
