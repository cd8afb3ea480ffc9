"""What was stored by the rules is given by the rules for ever: the same bytes from the same source and answers."""

from __future__ import annotations

import json
from itertools import islice, pairwise
from pathlib import Path

import pytest
from golden.make import DEFINITIONS, FOLDER, candidates, golden, main, opened, path_of

from survey.answers import Answers
from survey.definition.bundle import definition_files, stored_bundle
from survey.definition.load import BrokenDefinition, load, read, take
from survey.definition.model import Definition
from survey.kinds import Choice
from survey.score import ENGINES, Outcome, score
from survey.score.cohort import gather, score_cohort

FILES = sorted(FOLDER.glob("*.jsonl.gz"))
SHIPPED = sorted((FOLDER.parents[1] / "questionnaires").glob("*/[0-9]*.yaml"))
NEWEST = [file for file in FILES if file.name.endswith(f"-engine-{max(ENGINES)}.jsonl.gz")]


def by_name(files: list[Path]) -> pytest.MarkDecorator:
    """Run a test once a golden file."""
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name.removesuffix(".jsonl.gz"))


def load_or_none(file: Path) -> Definition | None:
    """Load a definition, None for one with errors on purpose."""
    try:
        return load(file)
    except BrokenDefinition:
        return None


def definition_in(file: Path) -> Definition:
    """Give the questionnaire that a golden file holds."""
    head, _ = opened(file)
    return take(stored_bundle(file.name, head["source"], head.get("beside", "{}")))


def outcomes_in(file: Path) -> list[Outcome]:
    """Give the outcomes that a golden file holds."""
    return [Outcome.from_json(case["outcome"]) for case in golden(file)[2]]


@by_name(FILES)
def test_same_answers_give_the_same_bytes_for_ever(file: Path) -> None:
    definition, (_, engine, cases) = definition_in(file), golden(file)
    for case in cases:
        answers = Answers.from_json(case["answers"])
        assert answers.to_json().decode() == case["answers"], case["case"]
        assert ENGINES[engine](definition, answers.values).to_json().decode() == case["outcome"], case["case"]
        assert Outcome.from_json(case["outcome"]).to_json().decode() == case["outcome"], case["case"]


@by_name(NEWEST)  # columns are of that engine only
def test_columns_give_the_same_bands_values_and_flags(file: Path) -> None:
    definition, outcomes = definition_in(file), outcomes_in(file)
    assert len(NEWEST) >= len(SHIPPED)
    rows = [Answers.from_json(case["answers"]).values for case in golden(file)[2]]
    found = score_cohort(definition, gather(rows, definition.questions))
    for row, outcome in enumerate(outcomes):
        for name, scale in found.scales.items():
            assert outcome.scales[name].band == [*scale.labels, None][scale.band[row]]
        assert {name: rule.values[rule.index[row]] for name, rule in found.rules.items()} == {
            name: rule.value for name, rule in outcome.rules.items()
        }
        assert outcome.flags == tuple(name for name, raised in found.flags.items() if raised[row])


@by_name(FILES)
def test_both_sides_of_every_edge_are_there(file: Path) -> None:
    outcomes, definition = outcomes_in(file), definition_in(file)
    possible = [score(definition, values).scales for _, values in islice(candidates(definition), 3000)]
    for scale in definition.scales.values():
        scores = [outcome.scales[scale.id] for outcome in outcomes]
        for edge, above in pairwise(scale.bands):
            assert edge.below is not None
            reached = {raw for found in possible if (raw := found[scale.id].raw) is not None}
            below, at_or_above = max(raw for raw in reached if raw < edge.below), min(raw for raw in reached if raw >= edge.below)
            sides = {(found.raw, found.band) for found in scores if found.lifted_by is None}
            assert {(below, edge.label), (at_or_above, above.label)} <= sides, (scale.id, edge.label)
        assert {found.lifted_by for found in scores} >= set(range(len(scale.lift)))
        assert any(found.value is None for found in scores)


@by_name(FILES)
def test_every_row_flag_branch_and_code_is_there(file: Path) -> None:
    definition, outcomes = definition_in(file), outcomes_in(file)
    for rule in definition.rules.values():
        assert {outcome.rules[rule.id].matched for outcome in outcomes} >= set(range(len(rule.cases))), rule.id
    for name in definition.flags:
        assert {name in outcome.flags for outcome in outcomes} == {True, False}, name
    for count in definition.counts.values():
        assert {hit for outcome in outcomes for hit in outcome.counts[count.id].hits} == {each.id for each in count.of}
    for name, question in definition.questions.items():
        ways = {name in outcome.path for outcome in outcomes}
        assert ways == ({True} if question.show_if is None else {True, False}), name
    chosen = {
        (name, code)
        for case in golden(file)[2]
        for name, value in Answers.from_json(case["answers"]).values.items()
        for code in (value if isinstance(value, tuple) else (value,))
    }
    for name, question in definition.questions.items():
        if isinstance(question, Choice):
            assert {(name, code) for code in question.options} <= chosen, name


@by_name(FILES)
def test_plain_cases_and_examples_are_there(file: Path) -> None:
    names = {case["case"] for case in golden(file)[2]}
    assert {"nothing answered", "all unknown", "all refused"} <= names
    assert {f"example: {example.name}" for example in definition_in(file).examples} <= names


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_shipped_version_has_a_golden_file_of_the_newest_engine(file: Path) -> None:
    assert path_of(load(file)).exists(), f"run: python tests/golden/make.py {file}"


#: The definitions of the tests that score something, and the golden files that were made of them.
SCORING = [
    file
    for file in definition_files(FOLDER.parent / "questionnaires")
    if (found := load_or_none(file)) and (found.scales or found.counts or found.rules or found.flags)
]
SMALL = sorted(DEFINITIONS.glob("*.jsonl.gz"))


@pytest.mark.parametrize("file", SCORING, ids=lambda file: file.stem)
def test_every_definition_of_the_tests_that_scores_has_a_golden_file(file: Path) -> None:
    definition = load(file)
    made = [path_of(definition, engine, DEFINITIONS) for engine in ENGINES]
    assert any(path.exists() for path in made), f"run: python tests/golden/make.py {file}"


@pytest.mark.parametrize("file", SMALL, ids=lambda file: file.name.removesuffix(".jsonl.gz"))
def test_definitions_of_the_tests_give_the_same_bytes_for_ever(file: Path) -> None:
    head, cases = opened(file)
    definition = definition_in(file)
    for case in cases:
        answers = Answers.from_json(case["answers"])
        assert ENGINES[head["engine"]](definition, answers.values).to_json().decode() == case["outcome"], case["case"]
    assert cases[0]["case"] == "nothing answered" and len(cases) > 3


@pytest.mark.parametrize("file", SMALL, ids=lambda file: file.name.removesuffix(".jsonl.gz"))
def test_newest_engine_changes_nothing_but_its_number(file: Path) -> None:
    """Engine 2 knows what may be hidden when it rescales without `from`; no definition from before it did so."""
    head, cases = opened(file)
    definition = definition_in(file)
    for case in cases:
        again = json.loads(score(definition, Answers.from_json(case["answers"]).values).to_json())
        assert {**again, "engine": head["engine"]} == json.loads(case["outcome"]), case["case"]


def test_a_golden_file_is_never_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golden.make.FOLDER", tmp_path)
    monkeypatch.setattr("golden.make.DRAWN", 20)
    source = SHIPPED[0]
    made = main(source)
    content = made.read_bytes()
    with pytest.raises(FileExistsError):
        main(source)
    assert made.read_bytes() == content
    made.unlink()
    assert main(source).read_bytes() == content  # and the same is made from the same


def test_golden_files_are_small() -> None:
    assert sum(file.stat().st_size for file in FILES) < 300_000
    assert sum(file.stat().st_size for file in SMALL) < 300_000


def test_a_changed_rule_is_noticed() -> None:
    file = next(file for file in FILES if file.name.startswith("checkin"))
    source, _, cases = golden(file)
    changed, _ = read(source.replace("when: nu_gevoel == slecht", "when: nu_gevoel >= 2"), "changed.yaml")
    assert changed is not None
    again = [json.loads(score(changed, Answers.from_json(case["answers"]).values).to_json()) for case in cases]
    assert any(one["flags"] != json.loads(case["outcome"])["flags"] for one, case in zip(again, cases, strict=True))
