"""Conditions with brackets inside `{ }`, which YAML wants between quotes: put there for an author who forgot."""

from __future__ import annotations

import re

#: `when: x in [a, b]` followed by `,` or `}`: inside braces YAML ends the text at its first bracket or comma.
_BRACKETS = r"\[[^\[\]\n]*\]"
_GROUP = rf"\((?:[^()\[\]\n]|{_BRACKETS})*\)"
_BARE = re.compile(
    rf"""(?P<word>(?<=[{{,\s])(?:show_if|when|value):\s+)"""
    rf"""(?P<condition>[^\s"'\[{{|>&*!,}}](?:[^\[\](){{}},:"'\n]|{_BRACKETS}|{_GROUP})*)(?=[,}}])"""
)


def quote_conditions(text: str) -> tuple[str, list[int]]:
    """Give the text with such conditions between quotes, and the lines (from 1) where that was done."""
    lines: list[int] = []

    def quote(match: re.Match[str]) -> str:
        condition = match["condition"]
        if not any(sign in condition for sign in "[,"):
            return match[0]
        lines.append(text.count("\n", 0, match.start()) + 1)
        return f'{match["word"]}"{condition.rstrip()}"'

    return _BARE.sub(quote, text), lines
