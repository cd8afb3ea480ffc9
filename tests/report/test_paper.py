"""The overview of a questionnaire: everything is on it, as a page and as a tagged PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from survey.definition.bundle import Bundle, read_bundle
from survey.definition.load import load, shipped_files
from survey.i18n import catalogue
from survey.report import paper
from survey.report.paper import NotPrinted, make_sheet, print_apart, print_sheet, write_sheet

NL = catalogue("nl")
EACH = sorted((Path(__file__).parents[1] / "questionnaires").glob("*.yaml"))
each_tiny = pytest.mark.parametrize("path", EACH, ids=lambda path: path.stem)


def words_of(html: str) -> str:
    """Return the page without its style, on one line."""
    return " ".join(html.split("</style>")[1].split())


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_everything_of_a_questionnaire_is_on_it(path: Path) -> None:
    definition = load(path)
    page = words_of(write_sheet(make_sheet(definition, NL), NL))
    parts = (definition.questions, definition.scales, definition.counts, definition.rules)
    assert [name for part in parts for name in part if name not in page] == []
    said = [option.text["nl"] for question in definition.questions.values() for option in getattr(question, "options", {}).values()]
    assert [text for text in said if text.replace("'", "&#39;") not in page] == []
    assert [flag.id for flag in definition.flags.values() if flag.text["nl"] not in page] == []


@each_tiny
def test_each_construct_of_the_language_can_be_printed(path: Path) -> None:
    sheet = make_sheet(load(path), NL)
    assert len(sheet.screens) == len(load(path).pages)
    assert "None" not in words_of(write_sheet(sheet, NL))


def test_points_conditions_and_terms_are_said() -> None:
    page = words_of(write_sheet(make_sheet(load(shipped_files()[-1]), NL), NL))
    assert "Alleen als" in page and "weet het niet" in page and "het gemiddelde van" in page
    assert "De eerste regel die klopt, geldt." in page and "Gelezen door: mentor, coördinator" in page


def test_text_of_the_file_is_no_markup() -> None:
    source = b"id: x\nversion: 1\nquestions:\n  a: {text: '<script>alert(1)</script>', options: {ja: 1, nee: 0}}\n"
    page = write_sheet(make_sheet(paper.take(Bundle("x.yaml", source)), NL), NL)
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_pdf_is_tagged_titled_and_the_same_each_time() -> None:
    definition = load(next(path for path in shipped_files() if path.parent.name == "checkin"))
    first, second = (print_sheet(make_sheet(definition, NL), NL) for _ in range(2))
    assert first == second
    with pikepdf.open(BytesIO(first)) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "nl"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and "/StructTreeRoot" in pdf.Root


def test_process_of_its_own_prints_with_limits() -> None:
    files = read_bundle(next(path for path in shipped_files() if path.parent.name == "checkin"))
    assert print_apart(files, "nl", 60).startswith(b"%PDF")
    with pytest.raises(NotPrinted, match="longer than"):
        print_apart(files, "nl", 0)
    with pytest.raises(NotPrinted):
        print_apart(Bundle("x.yaml", b"id: ["), "nl", 60)
