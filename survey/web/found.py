"""What the check found of a questionnaire, as a page shows it: where, what stands there, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from survey.definition.bundle import Bundle
from survey.definition.finding import Finding
from survey.i18n import Catalogue
from survey.web.advice import ADVICE

#: Longest piece of a line that is shown.
SHOWN = 120
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding in words."""

    file: str
    line: int
    column: int
    code: str
    message: str
    advice: str  # what to do, in the language of the page
    is_error: bool
    written: str  # what stands on that line


def show(files: Bundle, findings: Iterable[Finding], words: Catalogue) -> list[Found]:
    """Return the findings of a definition and its translations, errors first, each with its place in the line."""
    texts = {PurePath(files.name).name: _lines(files.source)} | {name: _lines(text) for name, text in files.beside}
    shown = [_show(texts, finding, words) for finding in findings]
    return sorted(shown, key=lambda found: (not found.is_error, found.file, found.line, found.column, found.code))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def _show(texts: dict[str, list[str]], finding: Finding, words: Catalogue) -> Found:
    name = PurePath(finding.file).name
    lines = texts.get(name, [])
    written = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    column = finding.column or _column(written, finding.message)
    start = max(0, column - SHOWN // 2) if len(written) > SHOWN else 0
    return Found(
        file=name,
        line=finding.line,
        column=column,
        code=finding.code,
        message=finding.message,
        advice=words.text(ADVICE[finding.code]) if finding.code in ADVICE else "",
        is_error=finding.is_error,
        written=written[start : start + SHOWN].strip(),
    )


def _column(written: str, message: str) -> int:
    """Return where the first word that the message names stands on the line (from 1), else where the line begins."""
    for word in _QUOTED.findall(message):
        if (place := written.find(word)) >= 0:
            return place + 1
    return len(written) - len(written.lstrip()) + 1
