"""Lists of students in words: fields, outcomes, and what is wrong with a file, a row or a cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from survey.i18n import Catalogue
from survey.intake import Line, Mistake
from survey.intake.reading import MOST_COLUMNS, MOST_ROWS
from survey.municipalities import name_of
from survey.profile import DAYS


@dataclass(frozen=True, slots=True)
class Said:
    """A row of a dry run in words."""

    row: int
    number: str
    name: str
    group: str
    notes: tuple[str, ...]  # what changes, or what is wrong


def say_field(field: str, said: Catalogue) -> str:
    """Return what a field of a student is called."""
    say = said.text
    names = {
        "number": say("Student number"),
        "first_name": say("First name"),
        "infix": say("Infix (van, de)"),
        "last_name": say("Last name"),
        "full_name": say("Whole name in one column"),
        "group": say("Class"),
        "mentor": say("Mentor of the class"),
        "birth_date": say("Date of birth"),
        "email": say("E-mail address"),
        "phone": say("Telephone"),
        "second_contact": say("Second contact"),
        "preferred_time": say("Best time to call"),
        "postcode": say("Postcode"),
        "place": say("Place of residence"),
        "municipality": say("Municipality"),
        "municipality_text": say("Municipality in the list"),
        "programme": say("Programme"),
        "crebo": say("Crebo"),
        "level": say("Level"),
        "track": say("Learning track"),
        "location": say("Location"),
        "diploma_date": say("Date of the diploma"),
        "last_day": say("Last day at school"),
    }
    return names.get(field, field)


def say_mistakes(mistakes: Sequence[Mistake], said: Catalogue) -> str:
    """Return everything that is wrong with a row, as one text."""
    return " ".join(say_mistake(mistake, said) for mistake in mistakes)


def say_mistake(mistake: Mistake, said: Catalogue) -> str:
    """Return what is wrong with a cell, with what stands there."""
    say = said.text
    field, written = say_field(mistake.field, said), mistake.written
    sentences = {
        "empty": say("{field}: nothing is filled in.", field=field),
        "cell_formula": say("{field}: a formula without a value. Paste the column as values.", field=field),
        "cell_error": say("{field}: an error of the spreadsheet, such as #N/A.", field=field),
        "cell_long": say("{field}: too much text.", field=field),
        "number_invalid": say("{field}: “{written}” is no student number.", field=field, written=written),
        "number_doubled": say("{field}: row {written} has the same number.", field=field, written=written),
        "name_invalid": say("{field}: “{written}” is no name.", field=field, written=written),
        "date_incomplete": say("{field}: “{written}” is no date. Write 12-6-2007.", field=field, written=written),
        "date_unknown": say("{field}: the day “{written}” does not exist.", field=field, written=written),
        "birth_unlikely": say("{field}: “{written}” is not likely for a student.", field=field, written=written),
        "email_invalid": say("{field}: “{written}” is no e-mail address.", field=field, written=written),
        "phone_invalid": say("{field}: “{written}” is no telephone number.", field=field, written=written),
        "postcode_invalid": say("{field}: “{written}” is no postcode.", field=field, written=written),
        "crebo_invalid": say("{field}: “{written}” has not five digits.", field=field, written=written),
        "level_invalid": say("{field}: “{written}” is not 1, 2, 3 or 4.", field=field, written=written),
        "track_invalid": say("{field}: “{written}” is not BOL or BBL.", field=field, written=written),
    }
    return sentences.get(mistake.code) or say("{field}: “{written}” cannot be used.", field=field, written=written)


def say_line(line: Line, said: Catalogue) -> Said:
    """Return a row of a dry run in words: what changes field by field, or what is wrong."""
    notes = [say_mistake(mistake, said) for mistake in line.mistakes]
    for change in line.changes:
        field = say_field(change.field, said)
        before = say_value(change.field, change.before, said) or said.text("empty")
        after = say_value(change.field, change.after, said)
        notes.append(said.text("{field}: {before} → {after}", field=field, before=before, after=after))
    if line.twin:
        notes.append(said.text("Perhaps a double of number {number}: same name, same day of birth.", number=line.twin))
    return Said(line.row, line.number, line.name, line.group, tuple(notes))


def say_value(field: str, value: str, said: Catalogue) -> str:
    """Return a fact as people write it."""
    if field in DAYS and value:
        return said.date(date.fromisoformat(value))
    return name_of(value) if field == "municipality" and value else value


def say_unreadable(code: str, said: Catalogue) -> str:
    """Return why a file cannot be read and what to do."""
    say = said.text
    sentences = {
        "empty": say("There is nothing in this file."),
        "old_excel": say("An old Excel file (.xls), or one with a password. Save it as .xlsx without one."),
        "open_document": say("This is an OpenDocument file. Save it as .xlsx or as CSV."),
        "web_page": say("This is a web page with another name. Open it in Excel and save it as .xlsx."),
        "not_text": say("This is no list. Choose a CSV or an .xlsx file."),
        "not_workbook": say("This .xlsx file is damaged. Open it in Excel and save it again."),
        "bomb": say("This file unpacks to far more than a list. Save only the list, without pictures."),
        "too_long": say("This list has more than {most} rows. Cut it in two.", most=MOST_ROWS),
        "too_wide": say("This list has more than {most} columns. Leave out what is not needed.", most=MOST_COLUMNS),
        "unreadable": say("This file took too long to read. Save only the list, as CSV."),
        "interrupted": say("It did not work after several tries. Nothing was stored. Try again."),
    }
    return sentences.get(code) or say("This file cannot be read.")


def say_columns(missing: Sequence[str], doubled: Collection[str], said: Catalogue) -> str:
    """Return which columns are still to be chosen, and which are chosen twice."""
    say = said.text
    sentences = []
    if missing:
        names = ", ".join(say_field(field, said) for field in missing)
        sentences.append(say("Choose the column for: {fields}.", fields=names))
    if doubled:
        names = ", ".join(say_field(field, said) for field in sorted(doubled))
        sentences.append(say("Chosen for two columns: {fields}.", fields=names))
    return " ".join(sentences)


def say_import(state: str, said: Catalogue) -> str:
    """Return how far an import is."""
    say = said.text
    names = {
        "given": say("columns to be chosen"),
        "checking": say("is being checked"),
        "checked": say("checked, not stored yet"),
        "storing": say("is being stored"),
        "stored": say("stored"),
        "failed": say("could not be read"),
        "undone": say("undone"),
        "dropped": say("thrown away"),
    }
    return names[state]


def say_hanging(reasons: Mapping[str, int], said: Catalogue) -> list[str]:
    """Return why an import cannot be taken back."""
    say, plural = said.text, said.plural
    sentences = []
    for reason, n in reasons.items():
        match reason:
            case "later":
                sentences.append(say("Another list came in after this one. Undo that one first."))
            case "too_old":
                sentences.append(say("It is longer ago than 30 days. What stood there before is no longer kept."))
            case "changed_since":
                sentences.append(plural("{n} student was corrected since.", "{n} students were corrected since.", n))
            case "invitation":
                sentences.append(plural("{n} student has been invited.", "{n} students have been invited.", n))
            case _:
                sentences.append(plural("{n} note or other row hangs on it.", "{n} notes or other rows hang on it.", n))
    return sentences


def count_outcome(import_id: str, outcome: str, n: int, current: bool, said: Catalogue) -> dict[str, object]:
    """Return a number above a dry run, with the address of its rows."""
    names = {
        "new": said.text("new"),
        "changed": said.text("changed"),
        "unchanged": said.text("unchanged"),
        "refused": said.text("refused"),
    }
    url = url_for("lists_in.show_import", import_id=import_id, show=outcome) if n else None
    alarm = outcome == "refused" and n > 0
    return {"n": n, "text": names[outcome], "url": url, "alarm": alarm, "current": current and n > 0}


def plain_file(name: str) -> str:
    """Return a file's name without its ending, in letters that every system takes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name.rpartition(".")[0] or name).strip("-")[:60] or "lijst"
