"""`survey sheet`: a questionnaire on paper, for a meeting, as a page or a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from survey.accountability import Keeper, compose_account
from survey.cli.check import find
from survey.definition.load import load
from survey.i18n import catalogue, staff_languages
from survey.report.paper import make_sheet, print_sheet, write_sheet


@click.command()
@click.argument("definition", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="x.pdf or x.html")
@click.option("--lang", type=click.Choice(staff_languages()), default="nl", show_default=True, help="Its language.")
@click.option("--accounting", is_flag=True, help="Instead: drafts of processing register, DPIA and algorithm register.")
def sheet(definition: Path, output: Path, lang: str, accounting: bool) -> None:
    """Write every page, option, condition, scale, rule and flag of DEFINITION as a sheet to read together."""
    if output.suffix not in (".pdf", ".html"):
        raise click.UsageError("the name of the output ends in .pdf or .html")
    errors = [finding for finding in find(definition) if finding.is_error]
    if errors:
        _stop("\n".join(map(str, errors)))
    words = catalogue(lang)
    read = load(definition)
    made = compose_account(read, Keeper(), words) if accounting else make_sheet(read, words)
    content = print_sheet(made, words) if output.suffix == ".pdf" else write_sheet(made, words).encode()
    try:
        output.write_bytes(content)
    except OSError as error:
        _stop(f"{output}: {error.strerror}")


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(2)
