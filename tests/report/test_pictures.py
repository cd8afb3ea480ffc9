"""What the pages look like: each is compared with a small grey picture that somebody looked at.

After a change that is meant, renew the pictures, look at each, and commit them:

    RENEW_PICTURES=1 .venv/bin/pytest tests/report/test_pictures.py
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from paper import CARDS, OVERVIEW, POSTER, accept, agreed_to, source_for
from PIL import Image, ImageChops, ImageStat

from survey.definition.load import shipped
from survey.report import pdf, printing
from survey.report.compose import compose_source, keep_shared
from survey.report.copy import compose_copy
from survey.report.sections import list_sections

FOLDER = Path(__file__).parent / "pictures"
DOTS = 50  # an inch
COARSE = 4  # dots to one that is compared: how a letter's edge is smoothed does not count
#: Of 255 levels of grey: how far one coarse dot may be off, and all of them together.
MOST, MEAN = 56, 0.6


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    """Return a concept, the final document without a section, the student's copy, and the papers of a class."""
    definition = shipped("overstap")
    example = max(definition.examples, key=lambda one: len(one.answers))
    source = source_for(definition, accept(definition, example.answers), "nl")
    shared = frozenset(each.id for each in list_sections(source)) - {"reach"}
    agreement = agreed_to(shared, "Klopt. Liever appen.")
    documents = {
        "concept": compose_source(source),
        "final": compose_source(keep_shared(source, shared), agreement),
        "copy": compose_copy(source, agreement),
    }
    sheets = {"poster": POSTER, "cards": CARDS, "overview": OVERVIEW}
    made = {name: pdf.render(document) for name, document in documents.items()}
    return made | {name: printing.render(paper) for name, paper in sheets.items()}


def draw(content: bytes) -> Iterator[Image.Image]:
    """Draw each page in grey."""
    command = ["pdftoppm", "-r", str(DOTS), "-gray", "-png", "-"]
    drawn = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    mark = b"\x89PNG\r\n\x1a\n"
    return (Image.open(BytesIO(mark + page)).convert("L") for page in drawn.split(mark)[1:])


def coarse(picture: Image.Image) -> Image.Image:
    """Return a picture in fewer dots, each the mean of those it stands for."""
    return picture.reduce(COARSE)


@pytest.mark.parametrize("name", ["concept", "final", "copy", "poster", "cards", "overview"])
def test_pages_look_as_they_did_when_somebody_looked(papers: dict[str, bytes], name: str) -> None:
    pages = list(draw(papers[name]))
    if os.environ.get("RENEW_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.glob(f"{name}-*.png"):
            old.unlink()
        for number, page in enumerate(pages, 1):
            page.quantize(16).save(FOLDER / f"{name}-{number}.png", optimize=True)
    known = sorted(FOLDER.glob(f"{name}-*.png"))
    assert len(known) == len(pages) > 0
    for file, page in zip(known, pages, strict=True):
        before = Image.open(file).convert("L")
        assert before.size == page.size, file.name
        apart = ImageChops.difference(coarse(before), coarse(page))
        furthest, mean = apart.getextrema()[1], ImageStat.Stat(apart).mean[0]
        assert furthest <= MOST and mean <= MEAN, f"{file.name}: {furthest} at most, {mean:.2f} on the whole"


def test_another_page_is_told_apart(papers: dict[str, bytes]) -> None:
    """A line of text that moved or went is seen."""
    page = next(draw(papers["concept"]))
    moved = ImageChops.offset(page, 0, 5)
    assert ImageStat.Stat(ImageChops.difference(coarse(page), coarse(moved))).mean[0] > MEAN
    gone = page.copy()
    gone.paste(255, (0, page.height // 3, page.width, page.height // 3 + 12))
    assert ImageChops.difference(coarse(page), coarse(gone)).getextrema()[1] > MOST
