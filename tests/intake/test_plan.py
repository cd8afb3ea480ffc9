"""What a list would do: new, changed, unchanged, refused; doubles, classes to be made, and the same twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from survey.intake import Change, Checked, Known, Mistake, Outcome, Plan, make_plan
from survey.profile import Profile

NOOR = Known("s1", Profile("Noor", "Bakker", date(2007, 6, 12), "06 1234 5678", number="12345", postcode="1145 PL"), "V2B")
FACTS: Mapping[str, str | date] = {"number": "12345", "first_name": "Noor", "last_name": "Bakker", "group": "V2B"}


def row(at: int, /, **facts: str | date) -> Checked:
    """Return a good row of Noor's, with other facts."""
    return Checked(at, {**FACTS, **facts})


def outcomes(plan: Plan) -> list[str]:
    """Return what becomes of each row."""
    return [line.outcome.value for line in plan.lines]


def test_student_with_an_unknown_number_is_new() -> None:
    plan = make_plan([row(2, number="77", phone="06 0000 0001")], [NOOR], ["V2B"])
    assert outcomes(plan) == ["new"] and plan.profiles[2].phone == "06 0000 0001"
    assert plan.profiles[2].number == "77" and plan.groups == ()


def test_known_student_is_unchanged_by_the_same_facts_and_by_empty_cells() -> None:
    plan = make_plan([row(2)], [NOOR], ["V2B"])
    assert outcomes(plan) == ["unchanged"] and not plan.profiles


def test_change_is_told_field_by_field_and_keeps_the_rest() -> None:
    plan = make_plan([row(2, phone="06 9999 9999", group="V2C", infix="de")], [NOOR], ["V2B", "V2C"])
    (line,) = plan.lines
    assert line.outcome is Outcome.CHANGED and line.student_id == "s1" and line.name == "Noor de Bakker"
    assert line.changes == (
        Change("group", "V2B", "V2C"), Change("phone", "06 1234 5678", "06 9999 9999"), Change("infix", "", "de"),
    )  # fmt: skip
    assert plan.profiles[2].postcode == "1145 PL" and plan.profiles[2].birth_date == date(2007, 6, 12)


def test_number_written_otherwise_is_the_same_student() -> None:
    plan = make_plan([row(2, number="0012345")], [NOOR], ["V2B"])
    assert outcomes(plan) == ["unchanged"]


def test_number_twice_in_a_list_refuses_both_and_names_the_other_row() -> None:
    plan = make_plan([row(2), row(3, number="9"), row(5, number="012345")], [NOOR], ["V2B"])
    assert outcomes(plan) == ["refused", "new", "refused"]
    assert plan.lines[0].mistakes == (Mistake("number", "number_doubled", "5"),)
    assert plan.lines[2].mistakes == (Mistake("number", "number_doubled", "2"),)


def test_bad_row_keeps_its_reasons() -> None:
    wrong = Checked(2, FACTS, (Mistake("phone", "phone_invalid", "06"),))
    plan = make_plan([wrong], [NOOR], ["V2B"])
    assert outcomes(plan) == ["refused"] and plan.lines[0].mistakes == wrong.mistakes and not plan.profiles


def test_person_under_another_number_is_pointed_out() -> None:
    plan = make_plan([row(2, number="9", birth_date=date(2007, 6, 12)), row(3, number="8")], [NOOR], ["V2B"])
    assert [line.twin for line in plan.lines] == ["12345", ""]
    assert outcomes(plan) == ["new", "new"]


def test_class_is_the_same_in_any_case_and_new_ones_are_counted_with_their_mentor() -> None:
    rows = [
        row(2, number="1", group="v2b"), row(3, number="2", group="H1A", mentor="j.prins@voorbeeld.nl"),
        row(4, number="3", group="h1a", mentor="j.prins@voorbeeld.nl"), row(5, number="4", group="H1A", mentor="S. de Wit"),
        row(6, number="5", group="K3"),
    ]  # fmt: skip
    plan = make_plan(rows, [], ["V2B"])
    assert [line.group for line in plan.lines] == ["V2B", "H1A", "H1A", "H1A", "K3"]
    assert [(group.name, group.students, group.mentor) for group in plan.groups] == [
        ("H1A", 3, "j.prins@voorbeeld.nl"), ("K3", 1, ""),
    ]  # fmt: skip


def test_refused_rows_make_no_class() -> None:
    assert make_plan([Checked(2, {**FACTS, "group": "X"}, (Mistake("phone", "phone_invalid"),))], [], []).groups == ()


ROWS = st.lists(
    st.builds(
        row,
        st.integers(2, 9),
        number=st.sampled_from(["12345", "1", "2", "3"]),
        phone=st.sampled_from(["06 1111 1111", "06 2222 2222"]),
        group=st.sampled_from(["V2B", "H1A"]),
    ),
    max_size=5,
    unique_by=lambda one: one.row,
)


@given(ROWS)
def test_list_given_twice_changes_nothing_the_second_time(rows: list[Checked]) -> None:
    first = make_plan(rows, [NOOR], ["V2B"])
    after = {NOOR.id: NOOR}
    for line in first.lines:
        if line.row in first.profiles:
            id_ = line.student_id or f"n{line.row}"
            after[id_] = Known(id_, first.profiles[line.row], line.group)
    second = make_plan(rows, list(after.values()), ["V2B", "H1A"])
    assert second.count(Outcome.NEW) == second.count(Outcome.CHANGED) == 0
    assert second.count(Outcome.REFUSED) == first.count(Outcome.REFUSED)
    assert sum(first.count(outcome) for outcome in Outcome) == len(rows)


@given(ROWS)
def test_digest_tells_whether_anything_would_be_stored_otherwise(rows: list[Checked]) -> None:
    plan = make_plan(rows, [NOOR], ["V2B"])
    assert plan.digest == make_plan(rows, [NOOR], ["V2B"]).digest
    if plan.count(Outcome.NEW):
        assert plan.digest != make_plan(rows, [], ["H1A"]).digest or plan.lines == make_plan(rows, [], ["H1A"]).lines
