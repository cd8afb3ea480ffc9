"""A school's colours over those of the house, as a few custom properties."""

from __future__ import annotations

import re
from functools import lru_cache

from survey.school import SchoolSettings

_COLOUR = re.compile("#[0-9a-f]{6}")
#: What lies below a tint, in light and dark; the cards of tokens.css.
CARDS = ("#ffffff", "#182120")
#: How much of the brand is in the tint of a chosen answer.
SHARE = 0.12
HOUSE = SchoolSettings()


@lru_cache(maxsize=256)
def say_theme(brand: str, brand_dark: str) -> str:
    """Return the style rules of a school's colours; none when they are the house's, or no colours at all."""
    chosen = (brand.lower(), brand_dark.lower())
    if chosen == (HOUSE.brand, HOUSE.brand_dark) or not all(_COLOUR.fullmatch(colour) for colour in chosen):
        return ""
    light, dark = (
        f":root{{--brand:{colour};--tint:{mix(colour, card)}}}" for colour, card in zip(chosen, CARDS, strict=True)
    )
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


def mix(colour: str, card: str) -> str:
    """Return the card with a share of the colour in it, as #rrggbb."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(card[1:]), strict=True)
    return "#" + bytes(round(SHARE * part + (1 - SHARE) * below) for part, below in pairs).hex()
