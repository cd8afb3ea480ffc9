"""What the model refuses, in words that say what to do."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from survey.definition.finding import Finding

if TYPE_CHECKING:
    from survey.definition.load import Source


def complain(
    error: ValidationError, source: Source, model: type[BaseModel], within: tuple[str | int, ...] = ()
) -> list[Finding]:
    """Give one finding for each thing that a model refuses."""
    findings = []
    for problem in error.errors(include_url=False):
        path = (*within, *(step for step in problem["loc"]))
        code, message = _words(problem, path, model)
        findings.append(source.finding(code, message, *path))
    return findings


def _words(problem: Any, path: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    return "E010", f"`{path[-1] if path else ''}`: {problem['msg']}"
