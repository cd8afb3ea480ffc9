"""A school's logo: read from what somebody uploaded, and drawn anew, so that nothing but its picture is kept."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageFile, UnidentifiedImageError

MOST_BYTES = 512 * 1024
MOST_PIXELS = 4_000_000
LARGEST = (480, 160)  # twice what pages show, for sharp screens


class BadLogo(ValueError):
    """Not a PNG or JPEG, damaged, or far too large."""


def redraw(uploaded: bytes) -> bytes:
    """Return a small PNG of an uploaded PNG or JPEG, without whatever else the file held; raise BadLogo."""
    if len(uploaded) > MOST_BYTES:
        raise BadLogo("bytes")
    try:
        with warnings.catch_warnings(action="error"), Image.open(BytesIO(uploaded), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadLogo("pixels")
            _load_whole(image)
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise BadLogo(type(error).__name__) from None
    drawn.thumbnail(LARGEST)
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _load_whole(image: Image.Image) -> None:
    """Read the picture to its end; the layout engine, in the same process, lets Pillow take what is cut off."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
