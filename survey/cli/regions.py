"""`survey regions`: the tables of municipalities, regions and postcodes that an operator imports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from survey import municipalities
from survey.cli.serve import read_settings, refuse
from survey.region_tables import BadTable, Imported, import_postcodes, import_regions

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
YEAR = click.option("--year", type=int, required=True, help="The year that the table is of, as its title says.")
ONBEKEND = {"doorstroompunt": "the Doorstroompunt", "labour_market": "the labour-market region"}


@click.group()
def regions() -> None:
    """Look after the tables of municipalities, regions and postcodes."""


@regions.command(name="import")
@FILE
@YEAR
def import_(file: Path, year: int) -> None:
    """Import the table "Gebieden in Nederland" of Statistics Netherlands (CBS), exported as CSV."""
    folder = read_settings().var / municipalities.FOLDER
    try:
        done = import_regions(file.read_bytes(), year, folder)
    except BadTable as error:
        refuse(f"{file}: {error}")
    _tell(done, "municipalities")
    for column in done.lacks:
        click.echo(f"The table does not name {ONBEKEND[column]}: it stays unknown.", err=True)


@regions.command(name="import-postcodes")
@FILE
@YEAR
def import_postcodes_(file: Path, year: int) -> None:
    """Import which municipality each postcode is in: a CSV with a postcode and the code of its municipality."""
    folder = read_settings().var / municipalities.FOLDER
    try:
        done = import_postcodes(file.read_bytes(), year, folder)
    except BadTable as error:
        refuse(f"{file}: {error}")
    _tell(done, "postcodes")


@regions.command()
def show() -> None:
    """Say of which year the tables in use are."""
    municipalities.use(read_settings().var / municipalities.FOLDER)
    today, year, postcodes = date.today().year, municipalities.regions_year(), municipalities.postcodes_year()
    click.echo(f"municipalities: {len(municipalities.current())}, of {year or municipalities.SHIPPED_YEAR}")
    if year is None:
        click.echo("regions: unknown, no table was imported")
    else:
        click.echo(f"regions: of {year}{', too old to use' if municipalities.is_stale(year, today) else ''}")
    click.echo(f"postcodes: {f'of {postcodes}' if postcodes else 'no table was imported'}")


def _tell(done: Imported, what: str) -> None:
    click.echo(f"{done.rows} rows of {what} are in {done.path}.", err=True)
    click.echo("Restart the server and the worker: they read the tables when they start.", err=True)
