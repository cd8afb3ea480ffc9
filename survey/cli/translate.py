"""`survey translate`: files for translators, of a questionnaire and of the students' pages."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import NoReturn

import click
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from survey.definition.bundle import read_bundle
from survey.definition.places import LANGUAGE
from survey.definition.po import BrokenFile
from survey.definition.tree import Unreadable
from survey.definition.worksheet import NoFirstLanguage, make_worksheet
from survey.i18n import sources

#: The catalogues of which students read the messages.
OF_STUDENTS = ("respond.po", "errors.po")


@click.group()
def translate() -> None:
    """Make the files that translators work in."""


@translate.command()
@click.argument("definition", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", required=True, help="The language to translate into: ar, tr, uk, ...")
@click.option("--interface", is_flag=True, help="The words of the students' pages instead of a questionnaire.")
@click.option("--all", "with_staff", is_flag=True, help="Also what only staff and receivers read.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where it goes; else to stdout.")
def export(
    definition: Path | None, language: str, interface: bool, with_staff: bool, output: Path | None
) -> None:
    """Write a PO file of DEFINITION for one language.

    Save it beside the definition as `<version>.<language>.po` and it is read with it. A translation that stands there
    already is taken over; what changed since is marked fuzzy. (docs/questionnaire.md)
    """
    if interface == (definition is not None):
        raise click.UsageError("name a definition, or give --interface")
    _refuse_unknown(language)
    text = _interface(language) if definition is None else _worksheet(definition, language, with_staff)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        _refuse(f"{output}: {error.strerror}")


def _refuse_unknown(language: str) -> None:
    """Stop at a code that is no language."""
    try:
        if LANGUAGE.fullmatch(language):
            Locale.parse(language, sep="-")
            return
    except (UnknownLocaleError, ValueError):
        pass
    _refuse(f"`{language}` is no language code such as `ar`")


def _worksheet(file: Path, language: str, with_staff: bool) -> str:
    try:
        return make_worksheet(read_bundle(file), language, with_staff)
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    except (Unreadable, BrokenFile) as error:
        _refuse(f"{file}:{error.line}: {error.message}")
    except NoFirstLanguage as error:
        _refuse(f"{file}: {error}")


def _interface(language: str) -> str:
    """Give the messages of the students' pages, with the Dutch words as a help and what is there already."""
    locale = str(Locale.parse(language, sep="-"))
    known = {entry.id: entry for source in sources(language).values() for entry in read_po(BytesIO(source), locale)}
    made = Catalog(locale=locale, project="Overstap", version="pages of students", charset="utf-8", fuzzy=False)
    made.header_comment = f"# Save this as survey/locale/{language}/respond.po"
    for name, source in sources("nl").items():
        for entry in read_po(BytesIO(source), "nl") if name in OF_STUDENTS else ():
            if entry.id:
                said = known[entry.id].string if entry.id in known else None
                dutch = entry.string if isinstance(entry.string, str) else " | ".join(entry.string or ())
                made.add(entry.id, said, auto_comments=[f"nl: {dutch}"])
    file = BytesIO()
    write_po(file, made, width=0, omit_header=False)
    return file.getvalue().decode("utf-8")


def _refuse(message: str) -> NoReturn:
    """Say why nothing could be done, and stop."""
    click.echo(message, err=True)
    raise SystemExit(2)
