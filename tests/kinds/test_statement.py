"""A statement is a choice with another look; its options mostly come from a shared answer set."""

from __future__ import annotations

from pathlib import Path

from survey.answers import State
from survey.definition.load import load
from survey.kinds import Choice

DEFINITION = load(Path(__file__).parents[1] / "questionnaires" / "kind_statement.yaml")


def test_statement_has_its_own_widget_and_the_shared_options() -> None:
    question = DEFINITION.questions["op_tijd"]
    assert isinstance(question, Choice)
    assert question.widget == "statement"
    assert list(question.options) == ["klopt", "meestal", "klopt_niet", "liever_niet"]
    assert question.say("meestal", "en") == "Mostly true"


def test_own_options_change_a_shared_one_and_add_behind() -> None:
    question = DEFINITION.questions["wekker"]
    assert isinstance(question, Choice)
    assert list(question.options) == ["klopt", "meestal", "klopt_niet", "liever_niet", "geen_wekker"]
    assert question.points("klopt_niet") == 2
    assert question.say("klopt_niet", "nl") == "Klopt niet"
    assert question.state("geen_wekker") is State.NOT_SHOWN


def test_shared_set_stays_as_it_was() -> None:
    assert DEFINITION.questions["op_tijd"].points("klopt_niet") == 3
