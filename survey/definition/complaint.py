"""What the model refuses, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from survey.definition.finding import Finding, Source
from survey.expression import ExpressionError

#: Words that authors use for ours, in other tools and in Dutch.
SYNONYMS = {
    "label": "text",
    "question": "text",
    "title": "text",
    "tekst": "text",
    "type": "kind",
    "soort": "kind",
    "choices": "options",
    "opties": "options",
    "score": "points",
    "punten": "points",
    "value": "points",
    "visible_if": "show_if",
    "visibleif": "show_if",
    "relevant": "show_if",
    "als": "show_if",
    "items": "of",
    "condition": "when",
    "if": "when",
    "minimum": "min",
    "maximum": "max",
    "optional": "required",
    "name": "id",
}

_EXPECTED = {
    "word_or_number": "a word or a whole number",
    "string": "a text; put it between quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "`true` or `false`",
    "dict": "lines of `word: value` below it",
    "mapping": "lines of `word: value` below it",
    "model": "lines of `word: value` below it",
    "tuple": "a list, such as `[a, b]`",
    "list": "a list, such as `[a, b]`",
}


def complain(
    error: ValidationError, source: Source, model: type[BaseModel], within: tuple[str | int, ...] = ()
) -> list[Finding]:
    """Give one finding for each thing that a model refuses; `within` leads to the model in the file."""
    findings = []
    for problem in _each_once(error.errors(include_url=False)):
        path: tuple[str | int, ...] = (*within, *problem["loc"])
        code, message = say_problem(problem, model)
        error = problem.get("ctx", {}).get("error")
        if isinstance(error, ExpressionError):
            findings.append(source.finding_inside(code, message, error.column, *path))
        else:
            findings.append(source.finding(code, message, *path))
    return findings


def _each_once(problems: list[Any]) -> Iterator[Any]:
    """Yield each problem; what may be a word or a whole number and is neither, once and not for both."""
    places = {problem["loc"] for problem in problems}
    for problem in problems:
        place, last = problem["loc"][:-1], problem["loc"][-1] if problem["loc"] else None  # of the whole: nowhere
        if last == "str" and (*place, "int") in places:
            yield {**problem, "loc": place, "type": "word_or_number"}
        elif last != "int" or (*place, "str") not in places:
            yield problem


def suggest(word: str, known: list[str]) -> str:
    """Give "; did you mean `x`?", else the known words when they are few, else nothing."""
    synonym = SYNONYMS.get(word.lower())
    near = [synonym] if synonym in known else get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; there are: {', '.join(known)}" if 0 < len(known) <= 30 else ""


def say_problem(problem: Any, model: type[BaseModel]) -> tuple[str, str]:
    """Give the code and the message of one refusal."""
    path, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    word = _last_word(path)
    if kind == "extra_forbidden":
        return "E015", f"`{word}` is no word here{suggest(str(word), _fields(model, path[:-1]))}"
    if kind == "missing":
        return "E016", f"`{word}:` is missing here; add it"
    if kind == "value_error":
        error = context.get("error")
        code = "E018" if isinstance(error, ExpressionError) else "E017"
        return code, f"`{word}`: {error}"
    if kind == "literal_error":
        return "E017", f"`{word}`: {_shown(problem)} is not one of {context.get('expected', '')}"
    if kind == "string_pattern_mismatch":
        return "E017", f"{_shown(problem)} is no id; an id has letters, digits and _, and starts with a letter"
    for name, expected in _EXPECTED.items():
        if kind.startswith(name):
            return "E017", f"`{word}`: {_shown(problem)} stands where we expect {expected}"
    if kind == "too_long" or kind == "too_short":
        return "E017", f"`{word}`: {problem['msg']}"
    return "E017", f"`{word}`: {_shown(problem)} is not right here: {problem['msg'].removeprefix('Input ')}"


def _last_word(path: tuple[str | int, ...]) -> str | int:
    """Give the word of the file that a path ends at; an index says little."""
    words = [step for step in path if isinstance(step, str) and step != "[key]"]
    return words[-1] if words else "this"


def _shown(problem: Any) -> str:
    """Show what stood there, shortened."""
    given = problem.get("input")
    if given is None:
        return "nothing"
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "a group of lines"
    text = " ".join(str(given).split())
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _fields(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Give the words that are known at a path below a model."""
    at: type[BaseModel] = model
    for step in path:
        if isinstance(step, str) and (field := _field(at, step)) is not None:
            at = next(_models_in(field), at)
    return [field.alias or name for name, field in at.model_fields.items() if name not in ("id", "code", "digest")]


def _field(model: type[BaseModel], word: str) -> Any:
    for name, field in model.model_fields.items():
        if word in (name, field.alias):
            return field.annotation
    return None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Walk over the models that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
