"""The path: what is asked for these answers, and which of them count."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers_to, definitions, definitions_with_answers, few, value_of

from survey.answers import State, Value
from survey.definition.load import load
from survey.definition.model import Definition
from survey.route import find_path, first_open, next_page, offered, previous_page, questions_on
from survey.route.path import get_route

BRANCHES = load(Path(__file__).parents[1] / "questionnaires" / "route_branches.yaml")


def pages(values: dict[str, Value]) -> list[str]:
    return [page.id for page in find_path(BRANCHES, values).pages]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({}, ["werk", "dak"]),
        ({"werk": "ja"}, ["werk", "contract", "dak", "einde"]),
        ({"werk": "nee"}, ["werk", "zoeken", "dak", "einde"]),
        ({"werk": "weet_niet"}, ["werk", "zoeken", "dak"]),
        ({"werk": "nee", "zoekt": "ja"}, ["werk", "zoeken", "waar", "dak", "einde"]),
        ({"werk": "nee", "zoekt": "weet_niet"}, ["werk", "zoeken", "dak", "einde"]),
        ({"werk": "ja", "dak": "nee"}, ["werk", "contract", "dak", "bellen", "einde"]),
    ],
)
def test_answers_decide_the_pages(values: dict[str, Value], path: list[str]) -> None:
    assert pages(values) == path


def test_answer_off_the_path_counts_for_nothing() -> None:
    path = find_path(BRANCHES, {"werk": "ja", "zoekt": "ja", "waar": "in de bouw"})
    assert "zoekt" not in path.values
    assert "waar" not in path.questions
    assert path.states["zoekt"] is State.NOT_SHOWN


def test_every_question_has_a_state() -> None:
    path = find_path(BRANCHES, {"werk": "ja", "dak": "weet_niet"})
    assert path.states == {
        "werk": State.ANSWERED,
        "contract": State.NOT_REACHED,
        "zoekt": State.NOT_SHOWN,
        "waar": State.NOT_SHOWN,
        "dak": State.UNKNOWN,
        "bellen": State.NOT_SHOWN,
        "wanneer": State.NOT_REACHED,
        "cijfer": State.NOT_REACHED,
    }
    assert path.points == {"werk": 1}
    assert path.values == {"werk": "ja", "dak": "weet_niet"}


def test_code_that_the_question_does_not_have_is_no_answer() -> None:
    path = find_path(BRANCHES, {"werk": "misschien", "cijfer": "veel"})
    assert path.states["werk"] is State.NOT_REACHED
    assert path.values == {}


def test_option_that_is_no_longer_offered_is_no_answer() -> None:
    chosen: dict[str, Value] = {"dak": "ja", "wanneer": "werkdag", "cijfer": Fraction(7)}
    assert find_path(BRANCHES, {**chosen, "werk": "ja"}).values["wanneer"] == "werkdag"
    assert find_path(BRANCHES, {**chosen, "werk": "nee"}).states["wanneer"] is State.NOT_REACHED
    assert list(offered(BRANCHES, {"werk": "nee", "dak": "ja"}, "wanneer")) == ["nu", "morgen"]
    assert list(offered(BRANCHES, {"werk": "ja", "dak": "ja"}, "wanneer")) == ["nu", "morgen", "werkdag"]
    assert offered(BRANCHES, {}, "cijfer") == {}


def test_first_open_page_is_the_first_with_a_question_to_answer() -> None:
    values: dict[str, Value] = {}
    opened = []
    given: dict[str, Value] = {"werk": "nee", "zoekt": "ja", "dak": "ja", "wanneer": "nu", "cijfer": Fraction(6)}
    while (page := first_open(BRANCHES, values)) is not None:
        opened.append(page.id)
        values |= {question: given[question] for question in page.questions}
    assert opened == ["werk", "zoeken", "dak", "einde"]  # `waar` may stay empty


def test_next_and_previous_page_follow_the_path() -> None:
    values: dict[str, Value] = {"werk": "nee"}
    following = next_page(BRANCHES, values, "werk")
    assert following is not None and following.id == "zoeken"
    assert next_page(BRANCHES, values, "einde") is None
    before = previous_page(BRANCHES, values, "dak")
    assert before is not None and before.id == "zoeken"
    assert previous_page(BRANCHES, values, "werk") is None


def test_page_that_left_the_path_still_has_a_next_one() -> None:
    following = next_page(BRANCHES, {"werk": "ja"}, "waar")
    assert following is not None and following.id == "dak"


def test_page_that_is_not_there_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        next_page(BRANCHES, {}, "nergens")


def test_page_shows_the_questions_that_the_answers_show() -> None:
    assert questions_on(BRANCHES, {"werk": "ja"}, BRANCHES.pages[-1]) == ("wanneer", "cijfer")
    assert questions_on(BRANCHES, {}, BRANCHES.pages[-1]) == ()


def test_definition_that_was_changed_has_its_own_path() -> None:
    values: dict[str, Value] = {"werk": "ja"}
    assert len(find_path(BRANCHES, values).pages) == 4
    shorter = BRANCHES.model_copy(update={"pages": BRANCHES.pages[:1]})
    assert len(find_path(shorter, values).pages) == 1


@few
@given(definitions_with_answers())
def test_path_holds_only_what_is_on_it(case: tuple[Definition, dict[str, Value]]) -> None:
    definition, values = case
    path = find_path(definition, values)
    assert set(path.values) <= set(path.questions)
    assert set(path.points) <= set(path.values)
    assert set(path.states) == set(definition.questions)
    order = [question for page in definition.pages for question in page.questions]
    assert list(path.questions) == [question for question in order if question in path.questions]
    assert all(set(page.questions) & set(path.questions) for page in path.pages)


@few
@given(definitions_with_answers(), st.data())
def test_values_off_the_path_never_change_it(case: tuple[Definition, dict[str, Value]], data: st.DataObject) -> None:
    definition, values = case
    path = find_path(definition, values)
    other = data.draw(answers_to(definition))
    disturbed = {**{name: value for name, value in other.items() if name not in path.questions}, **path.values}
    assert find_path(definition, disturbed) == path
    assert find_path(definition, path.values) == path


@few
@given(definitions, st.data())
def test_answering_the_first_open_page_comes_to_an_end(definition: Definition, data: st.DataObject) -> None:
    values: dict[str, Value] = {}
    seen = []
    while (page := first_open(definition, values)) is not None:
        seen.append(page.id)
        before = dict(values)
        for question in questions_on(definition, values, page):
            if definition.questions[question].takes_answer:
                values |= {question: data.draw(value_of(definition, question))}
        assert values != before
    places = [each.id for each in definition.pages]
    assert seen == sorted(set(seen), key=places.index)


@few
@given(definitions_with_answers(), st.data())
def test_path_that_was_found_before_is_the_same(case: tuple[Definition, dict[str, Value]], data: st.DataObject) -> None:
    definition, values = case
    find_path(definition, values)
    again = {
        name: data.draw(value_of(definition, name)) if definition.questions[name].kind == "number" else value
        for name, value in values.items()
    }
    assert find_path(definition, again) == find_path(definition.model_copy(), again)


def test_no_text_of_a_student_is_kept() -> None:
    definition = load(Path(__file__).parents[1] / "questionnaires" / "kind_short_text.yaml")
    find_path(definition, {"goed_in": "kanarie"})
    assert get_route(definition).deciders is None
    assert get_route(definition).kept == {}
