"""The overview of a questionnaire as a page, and as a PDF that a process of its own prints."""

from __future__ import annotations

import base64
import hashlib
import json
import resource
import subprocess
import sys
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from survey.definition.bundle import Bundle, stored_bundle
from survey.definition.load import take
from survey.definition.model import Definition
from survey.i18n import catalogue
from survey.report.text import writable
from survey.route.horizon import TooWide
from survey.sheet import Sheet, Words, compose_sheet
from survey.walk import walk

MEGABYTE = 1024 * 1024
#: What printing may use of memory.
MEMORY = 1024 * MEGABYTE
_FOLDER = files("survey.templates").joinpath("report")


class NotPrinted(RuntimeError):
    """The process that prints gave nothing; says what it said."""


def write_sheet(sheet: Sheet, words: Words, glyphs: frozenset[int] | None = None) -> str:
    """Give the page, with its style in it; with `glyphs` in characters that those can write, for print."""

    def say(value: object) -> object:
        is_text = isinstance(value, str) and not isinstance(value, Markup)
        return writable(str(value), glyphs) if is_text and glyphs is not None else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=say, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_FOLDER.joinpath("sheet.html").read_text("utf-8"))
    return template.render(sheet=sheet, t=words.text, style=Markup(style_of_page()))  # noqa: S704  our own file


@cache
def style_of_page() -> str:
    """Return the style that stands in the page."""
    return files("survey").joinpath("static", "sheet.css").read_text("utf-8")


def style_hash() -> str:
    """Return the hash by which a browser accepts that style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style_of_page().encode()).digest()).decode()}'"


def make_sheet(definition: Definition, words: Words) -> Sheet:
    """Compose the sheet of a definition with what robots find of its length."""
    try:
        return compose_sheet(definition, words, walk(definition))
    except TooWide:
        return compose_sheet(definition, words)


def print_sheet(sheet: Sheet, words: Words) -> bytes:
    """Print a sheet in this process; raises DocumentNotClean. Never in a web server: see `print_apart`."""
    # Here and not above: the page itself needs no renderer.
    from survey.report import pdf

    return pdf.print_page(write_sheet(sheet, words, pdf.glyphs()), _FOLDER.joinpath("sheet.css").read_text("utf-8"))


def print_apart(files: Bundle, language: str, seconds: int) -> bytes:
    """Print the sheet of a definition in a new process, with limits on time and memory; raises NotPrinted.

    A web server has threads and may not fork, and the renderer belongs in no process that goes on.
    """
    given = {"name": files.name, "source": files.source.decode("utf-8"), "beside": files.beside_json}
    task = json.dumps({**given, "language": language}).encode()
    command = [sys.executable, "-m", "survey.report.paper"]
    try:
        done = subprocess.run(command, input=task, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise NotPrinted(f"longer than {seconds} seconds") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise NotPrinted(done.stderr.decode("utf-8", "replace")[-500:] or f"exit code {done.returncode}")
    return done.stdout


def main() -> None:
    """Print the definition on standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    task = json.loads(sys.stdin.buffer.read())
    words = catalogue(task["language"])
    definition = take(stored_bundle(task["name"], task["source"], task["beside"]))
    sys.stdout.buffer.write(print_sheet(make_sheet(definition, words), words))


if __name__ == "__main__":
    main()
