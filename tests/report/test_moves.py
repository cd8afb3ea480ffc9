"""The picture of what would move: well-formed, without style or script, and telling no more than the table."""

from __future__ import annotations

from xml.etree import ElementTree

from survey.moves import Table
from survey.report.moves import MOVES, STAYS, draw

SVG = "{http://www.w3.org/2000/svg}"
CELLS: dict[tuple[str, str], int | str] = {("a", "a"): 1200, ("a", "b"): "<5", ("b", "a"): 0, ("b", "b"): "5+"}
TABLE = Table(("scale", "geld"), ("a", "b"), ("a", "b"), CELLS)


def test_every_cell_is_drawn_with_its_number() -> None:
    root = ElementTree.fromstring(draw("Wat <verschuift> & wat niet", "1205", [TABLE]))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[0] == "Wat <verschuift> & wat niet" and "scale geld" in texts
    assert [text for text in texts if text in ("1,200", "<5", "5+", "0")] == ["1,200", "<5", "0", "5+"]


def test_what_stays_is_framed_and_what_moves_has_another_colour() -> None:
    rects = list(ElementTree.fromstring(draw("x", "9", [TABLE])).iter(f"{SVG}rect"))[1:]
    assert [(rect.get("fill"), rect.get("stroke-width")) for rect in rects] == [(STAYS, "2"), (MOVES, "1"), (MOVES, "1"), (STAYS, "2")]


def test_hidden_cells_are_shaded_alike() -> None:
    rects = list(ElementTree.fromstring(draw("x", "9", [TABLE])).iter(f"{SVG}rect"))[1:]
    assert [rect.get("fill-opacity") for rect in rects] == ["0.6", "0.1", "0.0", "0.1"]


def test_there_is_no_style_or_script_in_it() -> None:
    drawn = draw("x", "9", [TABLE])
    assert "style" not in drawn and "script" not in drawn and "href" not in drawn


def test_a_long_label_is_cut() -> None:
    label = "een_heel_lang_antwoord_dat_niet_past"
    cells: dict[tuple[str, str], int | str] = {(label, label): 7}
    drawn = draw("x", "7", [Table(("rule", "r"), (label,), (label,), cells)])
    assert label not in drawn and "een_heel_lan…" in drawn and "een_heel_lang_antwo…" in drawn
