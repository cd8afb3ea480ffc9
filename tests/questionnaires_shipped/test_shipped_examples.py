"""The students that the authors thought of: worked out by hand in the files, and scored here."""

from __future__ import annotations

import pytest

from survey.definition.load import shipped
from survey.definition.model import Definition, Example
from survey.score import score

SHIPPED = [shipped("overstap", 1), shipped("checkin", 1)]
CASES = [pytest.param(each, example, id=f"{each.id}: {example.name}") for each in SHIPPED for example in each.examples]


@pytest.mark.parametrize(("definition", "example"), CASES)
def test_example_gives_what_its_author_expects(definition: Definition, example: Example) -> None:
    values = {name: definition.questions[name].accept(raw) for name, raw in example.answers.items()}
    outcome = score(definition, {name: value for name, value in values.items() if value is not None})
    for name, expected in example.expect.items():
        if name == "flags":
            assert list(outcome.flags) == expected
        elif name in outcome.scales:
            assert outcome.scales[name].band == expected, name
        elif name in outcome.counts:
            count = outcome.counts[name]
            assert count.low == count.high == int(expected), name
        else:
            assert str(outcome.rules[name].value) == str(expected), name


@pytest.mark.parametrize(("definition", "example"), CASES)
def test_example_answers_only_what_is_asked(definition: Definition, example: Example) -> None:
    values = {name: definition.questions[name].accept(raw) for name, raw in example.answers.items()}
    outcome = score(definition, {name: value for name, value in values.items() if value is not None})
    assert set(example.answers) <= set(outcome.path)


def test_examples_cover_every_priority_flag_and_band() -> None:
    for definition in SHIPPED:
        assert definition.report is not None
        expected = [example.expect for example in definition.examples]
        rule = definition.rules[str(definition.report.priority)]
        assert {str(each[rule.id]) for each in expected if rule.id in each} == set(rule.values)
        assert {flag for each in expected for flag in each.get("flags", [])} == set(definition.flags)
        bands = {str(each[scale]) for each in expected for scale in definition.scales if scale in each}
        assert bands == set(definition.bands)
    assert len(shipped("overstap", 1).examples) >= 12
