"""Papers for the classroom: one page a poster, ten cards a page, readable codes, and nothing fetched."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from paper import CARDS, OVERVIEW, POSTER, pages_of
from PIL import Image

from survey.report.printing import draw_code, render


@pytest.mark.parametrize(("size", "points"), [("A4", (595, 842)), ("A3", (842, 1191))])
def test_poster_is_one_page_of_its_size(size: str, points: tuple[int, int]) -> None:
    content = render(replace(POSTER, size=size))
    (page,) = pages_of(content)
    for words in ("ROC Waterland", "Wat komt er na school?", "overstap.voorbeeld.nl/code", "Sanne de Wit"):
        assert words in page
    with pikepdf.open(BytesIO(content)) as file:
        assert tuple(round(float(edge)) for edge in file.pages[0].mediabox[2:]) == points
        assert file.Root.Lang == "nl" and file.Root.MarkInfo.Marked


def test_poster_shows_the_logo_in_place_of_the_name_and_the_colour_of_the_school() -> None:
    made = BytesIO()
    Image.new("RGBA", (480, 160), (200, 20, 90, 255)).save(made, "PNG")
    content = render(replace(POSTER, logo=b64encode(made.getvalue()).decode(), colour="#7a1f4b"))
    assert content == render(replace(POSTER, logo=b64encode(made.getvalue()).decode(), colour="#7a1f4b"))
    (page,) = pages_of(content)
    assert "ROC Waterland" not in page
    with pikepdf.open(BytesIO(content)) as file:
        assert len(file.pages[0].get_images()) == 1
        figures = [each.Alt for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        assert "ROC Waterland" in [str(alt) for alt in figures]
        assert b"0.478431" in file.pages[0].Contents.read_bytes(), "the red part of #7a1f4b"


def test_ten_cards_fit_on_a_page_each_with_name_and_code() -> None:
    first, second = pages_of(render(CARDS))
    assert first.count("7K3Q-M9XD-T4B") == 10 and second.count("7K3Q-M9XD-T4B") == 1
    assert "Çağdaş" in first and "/u/" not in first.lower()


def test_same_paper_gives_the_same_bytes() -> None:
    assert render(POSTER) == render(POSTER)


@pytest.mark.parametrize("text", ["<img src=http://127.0.0.1:1/x>", "{{ 7 * 7 }}", "<script>x</script>", "😀"])
def test_text_of_a_school_is_text(text: str) -> None:
    (page,) = pages_of(render(replace(POSTER, school=f"Een {text} school")))
    assert "49" not in page and "Een" in page and "school" in page


def test_code_in_capitals_is_small_and_drawn_without_style() -> None:
    code = draw_code("HTTP://LOCALHOST/U/0123456789ABCDEFGHJKMNPQRS", "<b>Kim</b>")
    assert 'viewBox="0 0 33 33"' in code and "style" not in code and "<b>" not in code


def test_overview_has_a_line_a_student_and_its_heads_on_each_page() -> None:
    content = render(OVERVIEW)
    pages = pages_of(content)
    assert len(pages) in (2, 3, 4)
    for number, page in enumerate(pages, 1):
        assert "Vraagt hulp" in page and f"Vertrouwelijk · bladzijde {number} van {len(pages)}" in page
    assert sum(page.count("Ömer Yılmaz") for page in pages) == 60 and "vandaag bellen" in pages[0]
    with pikepdf.open(BytesIO(content)) as file:
        assert [round(float(edge)) for edge in file.pages[0].mediabox[2:]] == [842, 595]


def test_overview_of_nobody_says_so() -> None:
    (page,) = pages_of(render(replace(OVERVIEW, rows=())))
    assert "Niemand is gevraagd." in page and "Vraagt hulp" not in page
