"""`survey check` and `survey walk`: definitions looked through and tried out, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from survey.definition.bundle import definition_files, read_bundle
from survey.definition.finding import Finding
from survey.definition.load import load
from survey.examine import examine
from survey.route.horizon import TooWide
from survey.walk import Walk
from survey.walk import walk as walk_definition

#: What nobody reaches and what cannot be left: errors to `survey check`, and what `survey walk` is there to tell.
OF_WALKING = ("E113", "E115", "E116", "E117")


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, envvar="SURVEY_QUESTIONNAIRES", type=click.Path(exists=True, path_type=Path)
)
@click.option("--publish", is_flag=True, help="Also ask for what students need: purpose, receivers, languages, texts.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON list.")
def check(paths: tuple[Path, ...], publish: bool, strict: bool, as_json: bool) -> None:
    """Look definitions through and run their examples.

    A folder means every *.yaml file below it; without PATHS it is that of the setting SURVEY_QUESTIONNAIRES. Each
    finding is one line, `file:line:column: CODE message`: E... is an error, W... a warning (docs/checks.md). Exit code
    1 when there are errors.
    """
    files = list(dict.fromkeys(_files(paths)))
    if not files:
        raise click.UsageError("there is no .yaml file in that folder")
    findings = [finding for file in files for finding in find(file, publish)]
    if as_json:
        words = ("file", "line", "column", "code", "message")
        plain = [{word: getattr(finding, word) for word in words} for finding in findings]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    click.echo(f"{_many(len(files), 'file')}, {_many(errors, 'error')}, {_many(warnings, 'warning')}", err=True)
    sys.exit(1 if errors or (strict and warnings) else 0)


def find(file: Path, publish: bool = False) -> list[Finding]:
    """Give every finding of one file with its translations, by line; exits 2 when it cannot be read."""
    try:
        return examine(read_bundle(file), publish)[1]
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")


@click.command()
@click.argument("definition", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def walk(definition: Path, as_json: bool) -> None:
    """Let robots reach every page and option of a definition.

    Gives what they did not reach, the longest and the shortest path, pages that cannot be left, and the fewest and
    most taps: one for each chosen option or field, one for Next on each page, one for Start and one for Send.
    Exit code 1 when something is not reached or a page cannot be left.
    """
    errors = [finding for finding in find(definition) if finding.is_error and finding.code not in OF_WALKING]
    if errors:
        _refuse("\n".join(map(str, errors)))
    try:
        walked = walk_definition(load(definition))
    except TooWide:
        _refuse(f"{definition}: there are too many ways through to try them all")
    click.echo(json.dumps(walked.to_plain(), ensure_ascii=False, indent=2) if as_json else _say(walked))
    sys.exit(0 if walked.is_whole else 1)


def _say(walked: Walk) -> str:
    """Give the report for people."""
    lines = [
        f"pages: {len(walked.pages)}, not reached: {_list(walked.unreached_pages)}",
        f"options: {len(walked.options)}, not reached: {_list(walked.unreached_options)}",
        f"longest path, {_many(len(walked.longest), 'page')}: {_list(walked.longest)}",
        f"shortest path, {_many(len(walked.shortest), 'page')}: {_list(walked.shortest)}",
        f"dead ends: {_list(walked.dead_ends)}",
        f"taps: {walked.fewest_taps} to {walked.most_taps}",
    ]
    return "\n".join(lines)


def _list(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files that are meant, those of a folder by name."""
    for path in paths:
        yield from (definition_files(path) if path.is_dir() else [path])


def _refuse(message: str) -> NoReturn:
    """Say why nothing could be done, and stop."""
    click.echo(message, err=True)
    sys.exit(2)
