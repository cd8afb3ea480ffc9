"""A choice takes one of its codes, and says what that counts for."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.answers import State
from survey.definition.load import load
from survey.kinds import KINDS, Choice, Refused
from survey.kinds.statement import Statement

FILES = Path(__file__).parents[1] / "questionnaires"


@pytest.fixture(scope="module")
def transport() -> Choice:
    question = load(FILES / "kind_choice.yaml").questions["vervoer"]
    assert isinstance(question, Choice)
    return question


def make(**options: object) -> Choice:
    return Choice.model_validate({"id": "q", "kind": "choice", "options": options})


def test_form_gives_the_chosen_code_and_nothing_for_nothing(transport: Choice) -> None:
    assert transport.parse(["bus"]) == "bus"
    assert transport.parse([]) is None
    assert transport.parse([""]) is None


@pytest.mark.parametrize("raw", [["bus", "fiets"], ["vliegtuig"], ["Bus"], ["bus "]])
def test_form_refuses_two_codes_or_one_that_is_not_there(transport: Choice, raw: list[str]) -> None:
    with pytest.raises(Refused):
        transport.parse(raw)


def test_refusal_names_the_codes_that_there_are(transport: Choice) -> None:
    with pytest.raises(Refused) as refused:
        transport.accept("vliegtuig")
    assert refused.value.code == "option_unknown"
    assert refused.value.values["codes"] == list(transport.options)


@pytest.mark.parametrize("raw", [0, 0.0, Decimal(0), Fraction(0), "0"])
def test_number_means_the_code_of_its_digits(raw: object) -> None:
    assert make(**{"0": 0, "1": 1}).accept(raw) == "0"


@pytest.mark.parametrize(
    ("raw", "code"),
    [(Decimal("1E+1"), "10"), (Decimal("-0.0"), "0"), (Decimal("0.50"), "0.5"), (1.0, "1.0"), (True, "True"), (False, "false")],
)
def test_code_is_found_however_a_number_or_a_boolean_is_written(raw: object, code: str) -> None:
    assert make(**{"10": 0, "0": 1, "0.5": 2, "1.0": 3, "True": 4, "false": 5}).accept(raw) == code


@pytest.mark.parametrize("raw", [True, False, [], ["0"], {}, 10**400, float("nan"), float("inf"), Decimal("NaN"), 1.5])
def test_value_that_is_no_code_is_refused(raw: object) -> None:
    with pytest.raises(Refused):
        make(**{"0": 0, "1": 1}).accept(raw)


def test_null_is_not_answered(transport: Choice) -> None:
    assert transport.accept(None) is None


@pytest.mark.parametrize(
    ("code", "state", "points"),
    [
        ("fiets", State.ANSWERED, 0),
        ("lift", State.ANSWERED, 2),
        ("weet_niet", State.UNKNOWN, None),
        ("liever_niet", State.REFUSED, None),
        ("werkt_thuis", State.NOT_SHOWN, None),
        ("vliegtuig", State.NOT_REACHED, None),
    ],
)
def test_code_has_a_state_and_points(transport: Choice, code: str, state: State, points: int | None) -> None:
    assert transport.state(code) is state
    assert transport.points(code) == points


def test_points_are_exact() -> None:
    assert make(a=0.1, b=0.2).points("a") == Fraction(1, 10)
    assert make(a="1/3", b=0).points("a") == Fraction(1, 3)
    assert type(make(a=2.0, b=0).points("a")) is int


def test_range_runs_over_the_options_that_have_points(transport: Choice) -> None:
    assert transport.range() == (0, 2)
    assert make(a=None, b=None).range() is None


def test_answer_is_said_in_each_language_and_as_its_code_without_words(transport: Choice) -> None:
    assert transport.say("bus", "nl") == "Met de bus"
    assert transport.say("bus", "en") == "By bus"
    assert transport.say("bus", "de") == "Met de bus"
    assert make(a=1, b=2).say("a", "nl") == "a"


def test_one_text_serves_every_language() -> None:
    assert make(a={"text": "Zeker"}, b=0).say("a", "en") == "Zeker"


def test_code_leaves_the_program_and_not_its_points(transport: Choice) -> None:
    assert transport.export("bus") == "bus"


SUBJECTS = load(FILES / "choice_shuffle.yaml").questions["vak"]


@given(st.text(max_size=30))
def test_shuffled_options_keep_their_order_for_one_student(seed: str) -> None:
    assert isinstance(SUBJECTS, Choice)
    order = SUBJECTS.order(SUBJECTS.options, seed)
    assert order == SUBJECTS.order(reversed(SUBJECTS.options), seed)[:5] + ["geen", "weet_niet"]
    assert sorted(order) == sorted(SUBJECTS.options)


def test_every_option_comes_first_about_as_often() -> None:
    assert isinstance(SUBJECTS, Choice)
    first = Counter(SUBJECTS.order(SUBJECTS.options, str(number))[0] for number in range(1000))
    assert len(first) == 5 and min(first.values()) > 150


def test_scale_of_words_cannot_be_shuffled() -> None:
    with pytest.raises(ValidationError, match="have an order"):
        Statement.model_validate({"id": "q", "kind": "statement", "shuffle": True, "options": {"a": 0, "b": 1}})


def test_every_kind_has_a_module_a_template_and_a_definition() -> None:
    root = Path(__file__).parents[2]
    for name, kind in KINDS.items():
        assert kind.__module__ == f"survey.kinds.{name}"
        assert (root / "templates" / "respond" / "kinds" / f"{kind.widget}.html").exists(), kind.widget
        definition = load(FILES / f"kind_{name}.yaml")
        assert name in {question.kind for question in definition.questions.values()}
