"""What a changed definition would move: the same tables by columns and one by one, with small cells hidden."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import Value
from survey.definition.load import load, read
from survey.definition.model import Definition
from survey.moves import LEAST, NOTHING, Moves, hide, name_changes, tables
from survey.score import score
from survey.score.cohort import NotVectorised

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "questionnaires" / "checkin" / "1.yaml"


def changed(old: str, new: str) -> Definition:
    """Read the shipped check-in with one thing changed."""
    source = SHIPPED.read_text(encoding="utf-8")
    assert old in source
    definition, findings = read(source.replace(old, new), "changed.yaml")
    assert definition is not None, [str(finding) for finding in findings if finding.is_error]
    return definition


MILD = ("{below: 2, label: let_op}", "{below: 3, label: let_op}")


def responses(number: int) -> list[dict[str, Value]]:
    """Give random responses to the check-in."""
    chance, asked = random.Random(3), load(SHIPPED).questions
    rows: list[dict[str, Value]] = []
    for _ in range(number):
        drawn = {name: chance.choice([*getattr(asked[name], "options"), None]) for name in list(asked)[:3]}
        rows.append({name: value for name, value in drawn.items() if value is not None})
    return rows


@pytest.mark.parametrize("change", [MILD, ("when: nu_gevoel == slecht", "when: nu_gevoel >= 2"), ("value: 3", "value: 2")])
def test_columns_and_one_by_one_count_the_same(change: tuple[str, str]) -> None:
    before, after, rows = load(SHIPPED), changed(*change), responses(300)
    by_columns, one_by_one = Moves(), Moves()
    for start in range(0, 300, 100):
        by_columns.add(before, after, rows[start : start + 100])
    one_by_one.add_one_by_one(before, after, rows)
    assert by_columns == one_by_one and by_columns.size == 300
    assert any(one != other for counted in by_columns.parts.values() for one, other in counted)
    for (sort, name), counted in by_columns.parts.items():
        assert sum(counted.values()) == 300, (sort, name)


def test_the_same_definition_moves_nothing() -> None:
    before, moves = load(SHIPPED), Moves()
    moves.add(before, before, responses(100))
    assert all(one == other for counted in moves.parts.values() for one, other in counted)
    assert {part for part, _ in moves.parts} == {"scale", "rule", "flag"}


def test_moves_are_those_of_each_response() -> None:
    before, after, rows, moves = load(SHIPPED), changed(*MILD), responses(200), Moves()
    moves.add(before, after, rows)
    moved = sum(score(before, row).scales["gevoel"].band != score(after, row).scales["gevoel"].band for row in rows)
    assert moves.parts["scale", "gevoel"]["steun", "let_op"] == moved > 0


def test_tables_are_in_the_order_of_the_file_with_the_labels_that_occur() -> None:
    before, after, moves = load(SHIPPED), changed(*MILD), Moves()
    moves.add(before, after, responses(500))
    found = tables(moves, before, after)
    assert [table.part[1] for table in found] == ["gevoel", "bezig", "nu_vraag", "nu_stap", "nu_slecht"]
    assert found[0].before == ("in_orde", "let_op", "steun", "niet_bekend")
    assert found[0].after == ("in_orde", "let_op", "steun", "niet_bekend")
    assert found[0].cells["let_op", "steun"] == 0
    assert found[4].before == ("not raised", "raised")


def test_a_rule_without_a_value_has_a_label() -> None:
    source = "id: x\nversion: 1\nquestions:\n  q: {options: {a: {}, b: {state: unknown}}}\nrules:\n  - {set: r, cases: [{when: q == a, value: 1}, {value: 2}]}\n"
    definition, _ = read(source, "x.yaml")
    assert definition is not None
    moves = Moves()
    moves.add(definition, definition, [{"q": "b"}, {"q": "a"}])
    assert moves.parts["rule", "r"] == {(NOTHING, NOTHING): 1, ("1", "1"): 1}


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), st.integers(0, 40)))
def test_hidden_cells_cannot_be_reckoned_from_the_total(cells: dict[tuple[str, str], int]) -> None:
    shown = hide(cells)
    assert shown.keys() == cells.keys()
    hidden = [move for move in cells if isinstance(shown[move], str)]
    assert all(shown[move] == number for move, number in cells.items() if move not in hidden)
    assert all(number == 0 or number >= LEAST for move, number in cells.items() if move not in hidden)
    if hidden and len(hidden) < sum(number > 0 for number in cells.values()):
        assert len(hidden) >= 2 and sum(cells[move] for move in hidden) >= 2 * LEAST


def test_what_does_not_fit_is_named() -> None:
    before = load(SHIPPED)
    after = changed("niets_nu", "niets")
    assert name_changes(before, before) == []
    assert name_changes(before, after) == [
        "question `nu_bezig` has no code `niets_nu` any more: who chose it counts as not reached",
        "question `nu_bezig` has a new code `niets`: nobody could choose it",
    ]
    small = before.model_copy(
        update={"questions": {"nu_gevoel": before.questions["nu_gevoel"]}, "scales": {}, "digest": "small"}
    )
    assert "question `nu_wens` is not in the new definition: its answers count for nothing" in name_changes(before, small)
    assert "question `nu_wens` is new: everybody counts as not reached" in name_changes(small, before)
    assert "scale `bezig` is not in the new definition" in name_changes(before, small)
    assert "scale `bezig` is new" in name_changes(small, before)


def test_what_columns_cannot_hold_is_refused_and_counted_one_by_one() -> None:
    definition = load(ROOT / "tests" / "questionnaires" / "oracles" / "eq5d_5l.yaml")
    moves, rows = Moves(), [{name: "1" for name in definition.questions}] * 3
    accepted = [{name: definition.questions[name].accept(raw) for name, raw in row.items()} for row in rows]
    with pytest.raises(NotVectorised):
        moves.add(definition, definition, accepted)  # type: ignore[arg-type]
    assert moves == Moves()
    moves.add_one_by_one(definition, definition, accepted)  # type: ignore[arg-type]
    assert moves.size == 3
