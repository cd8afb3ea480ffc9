"""How well a school's colour reads where the pages use it (WCAG 2.2), and the nearest one that reads well."""

from __future__ import annotations

import re
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
#: What the colour stands beside in light and in dark pages, with the least contrast: text 7:1, a link on the tint of a
#: note 4.5:1 (tokens.css; `on` is the text on a button).
BESIDE = {
    "brand": (("#ffffff", 7.0), ("#fbfaf7", 7.0), ("#fde7db", 4.5)),
    "brand_dark": (("#06201f", 7.0), ("#182120", 7.0), ("#101716", 7.0), ("#3b2013", 4.5)),
}
TOWARDS = {"brand": "#000000", "brand_dark": "#ffffff"}
STEPS = 255


@dataclass(frozen=True, slots=True)
class Poor:
    """A colour that reads badly: the contrast it has, the least it needs, and the nearest colour that reads well."""

    ratio: float
    needed: float
    better: str


def check(name: str, colour: str) -> Poor | None:
    """Return how a colour fails as `brand` or `brand_dark`, None when it reads well everywhere it stands."""
    missing = [(contrast(colour, other), least) for other, least in BESIDE[name]]
    ratio, needed = min(missing, key=lambda pair: pair[0] / pair[1])
    return None if ratio >= needed else Poor(ratio, needed, nearest(name, colour))


def nearest(name: str, colour: str) -> str:
    """Return the first colour on the way to black (for light pages) or white (for dark ones) that reads well."""
    for step in range(STEPS + 1):
        mixed = _mix(colour, TOWARDS[name], step / STEPS)
        if all(contrast(mixed, other) >= least for other, least in BESIDE[name]):
            return mixed
    raise AssertionError("black and white read well by the choice of BESIDE")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 (black) to 1 (white)."""
    parts = [part / 255 for part in bytes.fromhex(colour.removeprefix("#"))]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(share * b + (1 - share) * a) for a, b in pairs).hex()
