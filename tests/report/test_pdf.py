"""A document becomes a tagged, closed, reproducible file."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
import weasyprint.text.ffi
from paper import DOCUMENT, HOSTILE, pages_of, with_text
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from survey.report import pdf
from survey.report.document import Margins, Paragraph, Part
from survey.report.text import bound

PAYLOADS = [
    "<img src=http://127.0.0.1:9/x.png>",
    "<script src=//127.0.0.1:9/x.js></script>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<style>@import 'http://127.0.0.1:9/x.css'; * { background: url(file:///etc/passwd) }</style>",
    "</title><base href=http://127.0.0.1:9/><iframe src=x>",
    '" style="background: url(http://127.0.0.1:9/x)',
    "'><svg><image href=file:///etc/passwd></svg>",
    "<object data=file:///etc/passwd></object><a href=javascript:x>x</a>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "&#60;img src=x&#62;",
    "url(http://127.0.0.1:9/x) \\66 \\a; } * { content: url(file:///etc/passwd)",
]


def opened(content: bytes) -> Any:
    """Give the file for pikepdf to read."""
    return pikepdf.open(BytesIO(content))


def test_ordinary_document_has_its_words_on_one_page() -> None:
    pages = pages_of(pdf.render(DOCUMENT))
    assert len(pages) == 1
    for words in ("Overgangsdocument", "Help Yara vóór 1 augustus", "Yara El Amrani", "Hulp kan fijn zijn", "gesprek."):
        assert words in pages[0]


def test_every_page_says_that_it_is_a_concept_and_which_page_it_is() -> None:
    parts = tuple(replace(DOCUMENT.parts[3], id=f"domains{number}") for number in range(9))
    pages = pages_of(pdf.render(replace(DOCUMENT, parts=parts)))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "CONCEPT - NIET VERSTUREN" in page
        assert f"Vertrouwelijk · pagina {number} van {len(pages)}" in page


@pytest.mark.parametrize("lines", range(24, 34, 3))
def test_whole_part_is_on_one_page(lines: int) -> None:
    before = Part("before", "Ervoor", tuple(Paragraph("Een regel.") for _ in range(lines)))
    view = tuple(Paragraph(f"BLIK {n}.") for n in range(9))
    parts = (before, Part("review", "BLIK van de school", view, whole=True))
    counts = [page.count("BLIK") for page in pages_of(pdf.render(replace(DOCUMENT, parts=parts)))]
    assert sorted(filter(None, counts)) == [10]


def test_final_document_has_no_mark() -> None:
    final = replace(DOCUMENT, margins=replace(DOCUMENT.margins, mark=""))
    assert "CONCEPT" not in "".join(pages_of(pdf.render(final)))


def test_same_document_gives_same_bytes_in_another_process() -> None:
    content = pdf.render(DOCUMENT)
    assert pdf.render(DOCUMENT) == content
    script = "import sys; from paper import DOCUMENT; from survey.report import pdf; sys.stdout.buffer.write(pdf.render(DOCUMENT))"
    environment = {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PATH": ""}
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment).stdout
    assert other == content
    assert pdf.render(replace(DOCUMENT, author="ROC Zuid")) != content


def test_file_is_tagged_titled_and_claims_both_standards() -> None:
    with opened(pdf.render(DOCUMENT)) as file:
        root = file.Root
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        assert str(root.Lang) == "nl"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo["/Title"]) == DOCUMENT.name
        metadata = bytes(root.Metadata.read_bytes())
    assert metadata.count(b"<rdf:RDF") == 1
    for claim in (b'pdfaid:part="3"', b'pdfaid:conformance="A"', b'pdfuaid:part="1"'):
        assert claim in metadata


def test_tables_have_header_cells() -> None:
    with opened(pdf.render(DOCUMENT)) as file:
        kinds = [str(each.S) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == 3
    assert kinds.count("/TH") == 3 + 4 + 3  # labels, columns, domains
    assert kinds.count("/BlockQuote") == 1


def test_facts_travel_inside() -> None:
    with opened(pdf.render(DOCUMENT)) as file:
        (name,) = file.attachments
        inside = file.attachments[name]
        assert name == "overgangsdocument.json"
        assert inside.relationship == pikepdf.Name.Data
        assert json.loads(inside.get_file().read_bytes()) == json.loads(DOCUMENT.facts)


@pytest.mark.parametrize("content", [DOCUMENT, with_text("Łódź & <b>ኣበበ</b> يارا")], ids=["ordinary", "scripts"])
def test_qpdf_finds_nothing(content: Any, tmp_path: Path) -> None:
    file = tmp_path / "document.pdf"
    file.write_bytes(pdf.render(content))
    said = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in said.stdout
    assert not said.stderr


def test_only_our_faces_are_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf.render(with_text("Yara ኣበበ يارا Ярослав"))
    with opened(content) as file:
        names = {str(each.BaseFont) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each}
    faces = {name.partition("+")[2] for name in names}
    assert all(face.startswith(("Overstap-", "Noto-Sans-")) for face in faces), faces
    assert len(faces) >= 4


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_is_fetched(payload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = URLFetcher.fetch

    def listen(fetcher: URLFetcher, url: str, headers: Any = None) -> Any:
        asked.append(url)
        return fetch(fetcher, url, headers)

    pdf.render(DOCUMENT)
    monkeypatch.setattr(URLFetcher, "fetch", listen)
    with opened(pdf.render(with_text(payload))) as file:
        assert list(file.attachments) == ["overgangsdocument.json"]
    assert asked == []


def test_an_address_in_the_style_stops_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a text to reach the mark-up after all, the renderer's complaint keeps the file from leaving."""
    leak = SimpleNamespace(render=lambda document: '<html><title>x</title><img src="http://127.0.0.1:9/x.png" alt="x"/></html>')
    monkeypatch.setattr(pdf, "_template", lambda: leak)
    with pytest.raises(pdf.DocumentNotClean, match="127.0.0.1"):
        pdf.render(DOCUMENT)


def test_warning_of_the_renderer_stops_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def complain(document: Any, file: Any) -> None:
        logging.getLogger("weasyprint").warning("a glyph is missing")

    monkeypatch.setattr(pdf, "_finish", complain)
    with pytest.raises(pdf.DocumentNotClean, match="a glyph is missing"):
        pdf.render(DOCUMENT)


@pytest.mark.parametrize("name", ["", " ", "\n\t"])
def test_document_without_a_title_is_none(name: str) -> None:
    with pytest.raises(pdf.DocumentNotClean, match="title"):
        pdf.render(replace(DOCUMENT, name=name))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gives_a_bounded_document(text: str) -> None:
    pages = pages_of(pdf.render(with_text(bound(text, 500))))
    assert 1 <= len(pages) <= 6


def test_names_in_other_scripts_can_be_read() -> None:
    part = Part("a", "Naam", (Paragraph("ኣበበ ቢቂላ"), Paragraph("Ярослав"), Paragraph("Zoë Ångström")))
    text = pages_of(pdf.render(replace(DOCUMENT, parts=(part,))))[0]
    for name in ("ኣበበ ቢቂላ", "Ярослав", "Zoë Ångström"):
        assert name in text


def test_margins_say_texts_and_not_style() -> None:
    margins = Margins('"} * { display: none } "', "a\\b'c", "v", "p ", " o ")
    text = pages_of(pdf.render(replace(DOCUMENT, margins=margins)))[0]
    assert "Yara El Amrani" in text
    assert '"} * { display: none } "' in text
    assert "a\\b'c" in text


def test_warm_process_gives_the_same() -> None:
    content = pdf.render(DOCUMENT)
    pdf.warm()
    pdf.warm((DOCUMENT,))
    assert pdf.render(DOCUMENT) == content


def test_short_style_of_elements_is_used_and_knows_every_element() -> None:
    """The hook is WeasyPrint's own: were it renamed, documents would be right but a tenth slower."""
    assert "_ua_stylesheets" in vars(HTML)
    page = pdf.typeset(with_text("x"))
    style = files("survey.templates").joinpath("report").joinpath("elements.css").read_text("utf-8")
    known = set(re.findall(r"[a-z][a-z0-9]*", re.sub(r"/\*.*?\*/|{[^}]*}", " ", style, flags=re.DOTALL)))
    assert set(re.findall(r"<([a-z][a-z0-9]*)", page)) - known <= {"span"}


def test_harfbuzz_subset_is_here() -> None:
    """Without Debian's libharfbuzz-subset0 a document takes two to four times as long."""
    assert weasyprint.text.ffi.harfbuzz_subset


def test_faces_are_small_and_carry_their_licences() -> None:
    folder = Path(pdf.__file__).with_name("fonts")
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_500_000
    assert {file.name for file in folder.glob("OFL-*.txt")} == {"OFL-noto.txt", "OFL-source-sans.txt"}
    assert {ord(character) for character in "AëŁșΩЯمሀ€…“”’□·"} <= pdf.glyphs()
