"""Progress: "3 of 24" where 24 is the longest path still possible, and never grows on the way."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from strategies import answers_to, choice_definitions, definitions, few, value_of

from survey.answers import Value
from survey.definition.load import load, read
from survey.definition.model import Definition
from survey.route import find_path, progress
from survey.route.progress import get_horizon, keep_horizon

BRANCHES = load(Path(__file__).parents[1] / "questionnaires" / "route_branches.yaml")


def test_total_is_the_longest_path_that_is_still_possible() -> None:
    assert progress(BRANCHES, {}, "werk") == (1, 5)
    assert progress(BRANCHES, {"werk": "ja"}, "contract") == (2, 4)
    assert progress(BRANCHES, {"werk": "nee"}, "zoeken") == (2, 5)
    assert progress(BRANCHES, {"werk": "nee", "zoekt": "nee"}, "dak") == (3, 4)


def test_page_itself_may_be_given_for_its_id() -> None:
    assert progress(BRANCHES, {}, BRANCHES.pages[0]) == (1, 5)


def test_follow_up_that_is_not_counted_is_in_neither_number() -> None:
    values: dict[str, Value] = {"werk": "ja", "contract": "vast", "dak": "nee"}
    assert progress(BRANCHES, values, "dak") == (3, 4)
    assert progress(BRANCHES, values, "bellen") == (3, 4)
    assert progress(BRANCHES, values, "einde") == (4, 4)


def test_going_back_shows_the_same_total_as_before() -> None:
    assert progress(BRANCHES, {"werk": "ja", "contract": "vast", "dak": "ja"}, "werk") == progress(BRANCHES, {}, "werk")


def follow(definition: Definition, data: st.DataObject, values: dict[str, Value]) -> list[tuple[int, int]]:
    """Go forward page by page, answering each as it comes, whatever stood there before."""
    numbers = []
    for page in definition.pages:
        if page not in find_path(definition, values).pages:
            continue
        numbers.append(progress(definition, values, page))
        for question in page.questions:
            asked = definition.questions[question]
            if question in find_path(definition, values).questions and asked.takes_answer:
                if asked.required or data.draw(st.booleans()):
                    values[question] = data.draw(value_of(definition, question))
                else:
                    values.pop(question, None)
    return numbers


@few
@given(definitions, st.data())
def test_total_never_grows_on_the_way(definition: Definition, data: st.DataObject) -> None:
    numbers = follow(definition, data, data.draw(answers_to(definition)))
    totals = [total for _, total in numbers]
    assert totals == sorted(totals, reverse=True)
    assert all(n <= total for n, total in numbers)
    steps = [n for n, _ in numbers]
    assert steps == sorted(steps)


@few
@given(definitions, st.data())
def test_bound_for_definitions_with_too_many_ways_never_grows_either(definition: Definition, data: st.DataObject) -> None:
    wide = definition.model_copy()
    keep_horizon(wide, None)
    totals = [total for _, total in follow(wide, data, {})]
    assert totals == sorted(totals, reverse=True)


@few
@given(st.data())
def test_total_is_exact_for_choices(data: st.DataObject) -> None:
    definition = data.draw(choice_definitions)
    every = [every_value(definition, name) for name in definition.questions]
    longest = 0
    for combination in product(*every):
        values = {name: value for name, value in zip(definition.questions, combination) if value is not None}
        path = find_path(definition, values)
        if all(is_complete(definition, path.questions, values, name) for name in path.questions):
            longest = max(longest, sum(not page.uncounted for page in path.pages))
    first = find_path(definition, {}).pages
    if first and first[0] is definition.pages[0] and get_horizon(definition) is not None:
        assert progress(definition, {}, definition.pages[0])[1] == max(longest, 0 if first[0].uncounted else 1)


def is_complete(definition: Definition, path: tuple[str, ...], values: dict[str, Value], name: str) -> bool:
    asked = definition.questions[name]
    return name in values or not asked.required or not asked.takes_answer


def every_value(definition: Definition, name: str) -> list[Value | None]:
    question = definition.questions[name]
    codes: list[Value | None] = list(getattr(question, "options", {}))
    return codes if question.required and codes else [*codes, None]


def test_number_is_told_apart_at_its_thresholds() -> None:
    definition, findings = read(
        """
id: drempel
version: 1
questions:
  uren: {kind: number, min: 0, max: 40}
  weinig: {kind: yes_no, show_if: uren < 12}
  veel: {kind: yes_no, show_if: uren >= 36}
  ertussen: {kind: yes_no, show_if: uren > 20 and uren < 20.5}
""",
        "drempel.yaml",
    )
    assert definition is not None, findings
    assert progress(definition, {}, "uren") == (1, 2)
    for hours, pages in (("11.99", 2), ("12", 1), ("36", 2), ("20.25", 2), ("20.5", 1)):
        values: dict[str, Value] = {"uren": Fraction(hours)}
        assert len(find_path(definition, values).pages) == pages
        assert progress(definition, values, definition.pages[1].id)[1] == pages


def test_definition_with_too_many_ways_gets_a_bound() -> None:
    lines = ["id: breed", "version: 1", "questions:"]
    lines += [f"  q{index}: {{options: {{a: 0, b: 1, c: 2}}}}" for index in range(30)]
    together = " and ".join(f"q{index} == a" for index in range(30))
    lines += [f"  laatste: {{options: {{a: 0, b: 1}}, show_if: {together}}}"]
    definition, findings = read("\n".join(lines), "breed.yaml")
    assert definition is not None, findings
    assert progress(definition, {}, "q0") == (1, 31)
    values: dict[str, Value] = {f"q{index}": "a" for index in range(30)}
    assert progress(definition, values, "laatste") == (31, 31)
    assert progress(definition, {**values, "q3": "b"}, "q29") == (30, 31)
