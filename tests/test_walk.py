"""Robots try every way: what they reach, the longest and the shortest path, the taps."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers_to, definitions, few

from survey.answers import State
from survey.definition.load import load, read, shipped
from survey.definition.model import Definition
from survey.route import find_path
from survey.route.horizon import TooWide
from survey.walk import walk

FILES = Path(__file__).parent / "questionnaires"


def test_everything_is_reached_with_the_longest_and_shortest_way() -> None:
    walked = walk(load(FILES / "route_branches.yaml"))
    assert walked.is_whole
    assert walked.longest == ("werk", "zoeken", "waar", "dak", "einde")
    assert walked.shortest == ("werk", "zoeken", "dak")
    assert walked.to_plain()["pages"] == {"total": 7, "unreached": []}


def test_taps_are_one_an_answer_and_one_a_page_with_start_and_send() -> None:
    walked = walk(load(FILES / "kind_choices.yaml"))
    assert walked.fewest_taps == 1 + (1 + 1) + 1  # start, one tick and next, send
    assert walked.most_taps == 1 + (3 + 1) + (2 + 1) + 1


def test_what_nobody_reaches_is_named() -> None:
    definition, _ = read((FILES / "walk_unreached.yaml").read_bytes(), "walk_unreached.yaml")
    assert definition is not None
    walked = walk(definition)
    assert walked.unreached_pages == ("nooit",)
    assert walked.unreached_options == ("nooit.a", "nooit.b", "hoe.c")
    assert walked.dead_ends == ("vast",)
    assert not walked.is_whole
    assert walked.longest == ("werk", "hoe", "vast")


def test_definition_that_nobody_can_finish_has_no_path() -> None:
    definition, findings = read(
        "id: vast\nversion: 1\nquestions:\n  a: {options: {x: 0, y: 1}}\n"
        "  b: {options: {p: {show_if: a == missing}, q: {show_if: a == missing}}}\n",
        "vast.yaml",
    )
    assert definition is not None, findings
    walked = walk(definition)
    assert (walked.longest, walked.shortest, walked.dead_ends) == ((), (), ("b",))


def test_walk_says_when_there_are_too_many_ways() -> None:
    questions = "\n".join(f"  q{index}: {{options: {{a: 0, b: 1}}}}" for index in range(40))
    together = " and ".join(f"q{index} == a" for index in range(40))
    source = f"id: breed\nversion: 1\nquestions:\n{questions}\n  slot: {{options: {{a: 0, b: 1}}, show_if: {together}}}\n"
    definition, findings = read(source, "breed.yaml")
    assert definition is not None, findings
    with pytest.raises(TooWide):
        walk(definition)


@pytest.mark.parametrize("name", ["overstap", "checkin"])
def test_shipped_definitions_are_whole_and_walked_quickly(name: str) -> None:
    definition = shipped(name)
    started = time.process_time()
    walked = walk(definition)
    assert time.process_time() - started < 2
    assert walked.is_whole
    assert len(walked.longest) <= 24
    assert walked == walk(definition)


@few
@given(definitions, st.data())
def test_whatever_a_student_sees_the_robots_reach(definition: Definition, data: st.DataObject) -> None:
    walked = walk(definition)
    path = find_path(definition, data.draw(answers_to(definition)))
    open_questions = [
        name
        for name in path.questions
        if path.states[name] is State.NOT_REACHED and definition.questions[name].required
    ]
    if open_questions:
        return
    assert not set(path.questions) & set(walked.unreached_questions)
    counted = sum(not page.uncounted for page in path.pages)
    assert counted <= sum(not page.uncounted for page in definition.pages if page.id in walked.longest)
    assert len(path.pages) >= len(walked.shortest)


@few
@given(definitions)
def test_longest_and_shortest_are_ways_through_the_file(definition: Definition) -> None:
    walked = walk(definition)
    pages = [page.id for page in definition.pages]
    for way in (walked.longest, walked.shortest):
        assert list(way) == [page for page in pages if page in way]
    assert 2 <= walked.fewest_taps <= walked.most_taps or walked.dead_ends
