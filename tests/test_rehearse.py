"""Trying a definition out: tables with every case, examples, and any definition without a traceback."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import answers_to, definition_of, definitions, few, grown, plain_definitions

from survey.definition.finding import Source
from survey.definition.load import parse
from survey.definition.model import Definition
from survey.definition.names import find_names
from survey.expression import Scope
from survey.expression import parse as parse_condition
from survey.expression import truth
from survey.rehearse import rehearse
from survey.route import find_path
from survey.truths import Truths

SOURCE = Source("x.yaml", grown({}))


def found(source: str) -> list[tuple[str, str]]:
    definition, where, findings = parse(source, "proef.yaml")
    assert definition is not None and where is not None, findings
    return [(finding.code, finding.message) for finding in rehearse(definition, where)]


TABLE = """\
id: tabel
version: 1
questions:
  hulp: {text: Hulp?, options: {ja: 1, misschien: 0, nee: 0}}
  uren: {text: Uren?, kind: number, min: 0, max: 40}
rules:
  - set: r
    cases:
CASES
"""


def table(*cases: str) -> list[tuple[str, str]]:
    return found(TABLE.replace("CASES", "\n".join(f"      - {case}" for case in cases)))


def test_table_that_catches_every_case_once_has_no_findings() -> None:
    cases = ("{when: hulp == ja, value: 1}", "{when: hulp == misschien, value: 2}", "{when: hulp == nee, value: 3}")
    assert table(*cases) == []


def test_hole_is_shown_by_the_case_that_falls_through() -> None:
    [(code, message)] = table("{when: hulp == ja and uren < 12, value: 1}", "{when: hulp != ja, value: 2}")
    assert code == "W222"
    assert "hulp is ja and uren is 12" in message


def test_row_that_rows_above_catch_together_is_never_reached() -> None:
    found_here = table("{when: uren < 20, value: 1}", "{when: uren >= 20, value: 2}", "{when: uren == 7, value: 3}")
    assert [code for code, _ in found_here] == ["E221"]


def test_edges_of_numbers_are_tried_on_both_sides() -> None:
    assert [code for code, _ in table("{when: uren < 12, value: 1}", "{when: uren > 12, value: 2}")] == ["W222"]
    assert table("{when: uren < 12, value: 1}", "{when: uren >= 12, value: 2}") == []


def test_hole_is_an_error_only_when_people_act_on_it_and_answers_can_make_it() -> None:
    case = "{when: hulp == ja, value: 1}"
    assert found(TABLE.replace("CASES", f"      - {case}\nreport: {{}}"))[0][0] == "E222"
    bands = "scales:\n  s: {op: sum, of: [hulp], bands: [{below: 1, label: laag}, {label: hoog}]}\nreport: {}"
    by_value = TABLE.replace("CASES", "      - {when: s == 0, value: 1}\n      - {when: s == 1, value: 2}\n" + bands)
    assert [code for code, _ in found(by_value)] == ["W222"]  # 0.999 lies between, and nobody can score it
    by_band = TABLE.replace("CASES", "      - {when: s.band == laag, value: 1}\n" + bands)
    assert [code for code, _ in found(by_band)] == ["E222"]


def test_table_that_reckons_with_numbers_is_left_alone() -> None:
    assert table("{when: uren * 2 < 12, value: 1}", "{when: uren * 2 > 90, value: 2}") == []


def test_expected_numbers_bounds_and_parts_are_compared_exactly() -> None:
    source = """\
id: voorbeeld
version: 1
questions:
  a: {text: A?, options: {x: 1, y: 2, weet_niet: {state: unknown}}}
  b: {text: B?, options: {x: 1, y: 2, weet_niet: {state: unknown}}}
scales:
  m: {op: mean, of: [a, b], bands: [{below: 1.5, label: laag}, {label: hoog}]}
counts:
  n: [{id: een, when: a == y}, {id: twee, when: b == y}]
examples:
  - {name: gelijk, answers: {a: x, b: y}, expect: {m: 1.5, n: 1}}
  - {name: delen, answers: {a: x, b: y}, expect: {m: {value: 1.5, band: hoog, answered: 2, why: null}, n: [twee]}}
  - {name: grenzen, answers: {a: y, b: weet_niet}, expect: {m: null, n: [1, 2], path: [a, b]}}
  - {name: anders, answers: {a: x, b: y}, expect: {m: 1.4, n: 2, path: [a]}}
"""
    assert [message.partition(": ")[2] for code, message in found(source) if code == "E302"] == [
        "expected m 1.4, got 1.5",
        "expected n 2, got 1",
        "expected path [a], got [a, b]",
    ]


@few
@given(definitions)
def test_any_definition_can_be_tried_out(definition: Definition) -> None:
    rehearse(definition, SOURCE, publish=True)


@few
@given(plain_definitions(), st.data())
def test_case_of_every_student_is_among_the_cells(plain: dict[str, object], data: st.DataObject) -> None:
    definition = definition_of(plain)
    conditions = [each.show_if for each in definition.questions.values() if each.show_if is not None][:2]
    cells = {cell.holds for cell in Truths(definition).cells(conditions)}
    if not cells:
        return
    path = find_path(definition, data.draw(answers_to(definition)))
    scope = Scope(path.values, path.states, path.points)
    names = find_names(definition)
    assert tuple(truth(condition, names)(scope) for condition in conditions) in cells


def test_condition_without_names_has_one_cell() -> None:
    definition = definition_of({"id": "x", "version": 1, "questions": {"a": {"options": {"x": 1, "y": 0}}}})
    assert [cell.holds for cell in Truths(definition).cells([parse_condition("true")])] == [(True,)]
