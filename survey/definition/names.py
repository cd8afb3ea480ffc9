"""What each id of a definition is, for checking and compiling expressions."""

from __future__ import annotations

from dataclasses import replace

from survey.definition.model import Definition
from survey.expression import Name
from survey.kinds import Choice, NumberQuestion, Question
from survey.kinds.choices import Choices


def find_names(definition: Definition) -> dict[str, Name]:
    """Give every id that an expression may name, with its codes and bands.

    A question may have the id of a scale or count: alone the id is the question, with a part (`.band`) the other.
    """
    names = question_names(definition)
    for scale in definition.scales.values():
        labels = [edge.label for edge in scale.bands] + [lift.to for lift in scale.lift]
        unknown = [scale.unknown] if scale.unknown is not None else []
        _add(names, scale.id, Name("scale", bands=frozenset(labels + unknown), also="scale"))
    for count in definition.counts.values():
        _add(names, count.id, Name("count", bands=frozenset(edge.label for edge in count.bands), also="count"))
    for rule in definition.rules.values():
        values = [case.value for case in rule.cases] + ([rule.unknown] if rule.unknown is not None else [])
        names.setdefault(rule.id, Name("rule", frozenset(map(str, values))))
    return names


def _add(names: dict[str, Name], name: str, scored: Name) -> None:
    """Add a scale or count; to a question of the same id it lends its parts."""
    question = names.get(name)
    names[name] = scored if question is None else replace(question, bands=scored.bands, also=scored.also)


def question_names(definition: Definition) -> dict[str, Name]:
    """Give the questions alone: all that a `show_if` may name."""
    return {question.id: _name_question(question) for question in definition.questions.values()}


def _name_question(question: Question) -> Name:
    """Give what an expression may ask of a question."""
    if isinstance(question, Choice):
        has_points = any(points is not None for _, points in question.readings.values())
        codes = frozenset(question.options)
        return Name("choices" if isinstance(question, Choices) else "choice", codes, has_points=has_points)
    if isinstance(question, NumberQuestion):
        return Name("number")
    return Name("date" if question.kind in ("date", "month") else "text")
