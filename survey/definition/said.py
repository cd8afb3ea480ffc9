"""Answers in words: an option with the text that "other, namely" opened."""

from __future__ import annotations

from survey.answers import Value, Values
from survey.definition.model import Definition
from survey.definition.wording import choose
from survey.kinds import Choice, Question
from survey.kinds.question import Varied


def say_answer(definition: Definition, question_id: str, values: Values, language: str) -> str:
    """Give the answer to a question in words, nothing when there is none."""
    if (value := values.get(question_id)) is None:
        return ""
    question = definition.questions[question_id]
    said = _say(definition, question, value, values, language)
    others = question.others.values() if isinstance(question, Choice) else ()
    texts = [str(values[other]) for other in others if other in values]
    return f"{said.rstrip(' :.…')}: {'; '.join(texts)}" if texts else said


def _say(definition: Definition, question: Question, value: Value, values: Values, language: str) -> str:
    """Give an answer in the words that its options had for these answers."""
    if isinstance(question, Choice) and any(isinstance(option.text, Varied) for option in question.options.values()):
        options = {
            code: option.model_copy(update={"text": choose(definition, option.text, values)})
            for code, option in question.options.items()
        }
        question = question.model_copy(update={"options": options})
    return question.say(value, language)


def opened_by_options(definition: Definition) -> frozenset[str]:
    """Give the questions that are the text behind "other, namely": shown with their option, not by themselves."""
    choices = (question for question in definition.questions.values() if isinstance(question, Choice))
    return frozenset(other for question in choices for other in question.others.values())
