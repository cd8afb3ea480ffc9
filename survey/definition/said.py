"""Answers in words: an option with the text that "other, namely" opened."""

from __future__ import annotations

from survey.answers import Values
from survey.definition.model import Definition
from survey.kinds import Choice


def say_answer(definition: Definition, question_id: str, values: Values, language: str) -> str:
    """Give the answer to a question in words, nothing when there is none."""
    if (value := values.get(question_id)) is None:
        return ""
    question = definition.questions[question_id]
    said = question.say(value, language)
    others = question.others.values() if isinstance(question, Choice) else ()
    texts = [str(values[other]) for other in others if other in values]
    return f"{said.rstrip(' :.…')}: {'; '.join(texts)}" if texts else said


def opened_by_options(definition: Definition) -> frozenset[str]:
    """Give the questions that are the text behind "other, namely": shown with their option, not by themselves."""
    choices = (question for question in definition.questions.values() if isinstance(question, Choice))
    return frozenset(other for question in choices for other in question.others.values())
