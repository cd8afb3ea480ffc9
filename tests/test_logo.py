"""A logo is drawn anew: a picture stays, whatever else the file held does not."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from survey import logo


def draw(kind: str, size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    """Return a picture in a file."""
    out = BytesIO()
    Image.new("RGB", size, "#0b5d5e").save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_picture_becomes_a_small_png(kind: str) -> None:
    drawn = Image.open(BytesIO(logo.redraw(draw(kind))))
    assert drawn.format == "PNG" and drawn.size == (480, 160)


def test_small_picture_is_not_blown_up() -> None:
    assert Image.open(BytesIO(logo.redraw(draw("PNG", (40, 20))))).size == (40, 20)


def test_what_else_the_file_held_is_gone() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>kwaad</script>")
    file = draw("PNG", pnginfo=info) + b"<script>achteraan</script>"
    drawn = logo.redraw(file)
    assert b"script" in file and b"script" not in drawn and b"Comment" not in drawn


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        draw("GIF"),
        draw("PNG")[:60],
        draw("PNG", (3000, 3000)),
        b"\x89PNG\r\n\x1a\n" + bytes(logo.MOST_BYTES),
    ],
    ids=["nothing", "svg", "gif", "cut off", "too many pixels", "too many bytes"],
)
def test_other_files_are_refused(file: bytes) -> None:
    with pytest.raises(logo.BadLogo):
        logo.redraw(file)


@given(st.binary(max_size=400))
def test_damaged_file_is_refused_and_nothing_worse(noise: bytes) -> None:
    with pytest.raises(logo.BadLogo):
        logo.redraw(draw("PNG", (8, 8))[:20] + noise)
