"""What must hold for every student who fills in the questionnaire, whatever the answers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.answers import Value
from survey.definition.load import shipped
from survey.kinds.choice import Choice
from survey.route import find_path
from survey.score import score
from survey.score.outcome import Outcome

OVERSTAP = shipped("overstap", 1)
ASKED = ["nee", "misschien", "ja"]
OPEN = ["weinig", "enkele", "veel"]
EDGES = {"goed": (Fraction(0), Fraction(1)), "nog_niet": (Fraction(1), Fraction(2)), "hulp": (Fraction(2), Fraction(4))}

#: A busy machine is no failure: no time limit on one student.
unhurried = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def answers_to(question: Choice) -> st.SearchStrategy[Value]:
    """Draw option codes of a question, unknown and refused ones too."""
    codes = st.sampled_from(list(question.options))
    if question.kind == "choices":
        return st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple)
    return codes


def students() -> st.SearchStrategy[dict[str, Value]]:
    """Draw any mix of answers: on and off the path, and left out."""
    choices = [question for question in OVERSTAP.questions.values() if isinstance(question, Choice)]
    return st.fixed_dictionaries({}, optional={question.id: answers_to(question) for question in choices})


def rules(outcome: Outcome) -> dict[str, str | int | None]:
    """Give the values of the rules."""
    return {name: result.value for name, result in outcome.rules.items()}


@unhurried
@given(students())
def test_asking_for_help_is_never_below_two(values: dict[str, Value]) -> None:
    outcome = rules(score(OVERSTAP, values))
    assert outcome["prioriteit"] in (1, 2, 3, 4)
    if outcome["vraag"] == "ja":
        assert outcome["prioriteit"] in (1, 2)


@unhurried
@given(students())
def test_much_not_arranged_is_never_below_two(values: dict[str, Value]) -> None:
    outcome = score(OVERSTAP, values | {"hulp": "nee", "praten": "nee"})
    assert rules(outcome)["vraag"] == "nee"
    if outcome.counts["nog_te_regelen"].low >= 4:
        assert rules(outcome)["prioriteit"] == 2


@unhurried
@given(students())
def test_not_knowing_yet_is_never_below_two(values: dict[str, Value]) -> None:
    assert rules(score(OVERSTAP, values | {"bestemming": "weet_niet"}))["prioriteit"] in (1, 2)


@unhurried
@given(students(), students(), st.booleans())
def test_priority_never_falls_when_either_reading_rises(
    one: dict[str, Value], other: dict[str, Value], undecided: bool
) -> None:
    """The student who is no worse off in both readings never goes before the other.

    Not knowing yet what to do is a rule of its own, so both students do, or neither does.
    """
    for values in (one, other):
        if undecided or values.get("bestemming") == "weet_niet":
            values["bestemming"] = "weet_niet" if undecided else "leren"
    first, second = rules(score(OVERSTAP, one)), rules(score(OVERSTAP, other))
    rises = ASKED.index(str(second["vraag"])) >= ASKED.index(str(first["vraag"]))
    if rises and OPEN.index(str(second["openstaand"])) >= OPEN.index(str(first["openstaand"])):
        assert int(str(second["prioriteit"])) <= int(str(first["prioriteit"]))


@unhurried
@given(students())
def test_asking_more_never_lowers_priority(values: dict[str, Value]) -> None:
    by_asked = [rules(score(OVERSTAP, values | {"hulp": asked})) for asked in ("nee", "misschien", "ja")]
    priorities = [int(str(each["prioriteit"])) for each in by_asked]
    assert priorities == sorted(priorities, reverse=True)


@unhurried
@given(students())
def test_unknown_asked_is_maybe(values: dict[str, Value]) -> None:
    silent = {question: value for question, value in values.items() if question not in ("hulp", "praten")}
    assert rules(score(OVERSTAP, silent))["vraag"] == "misschien"


@unhurried
@given(students())
def test_reading_of_what_is_open_follows_the_bounds(values: dict[str, Value]) -> None:
    outcome = score(OVERSTAP, values)
    count = outcome.counts["nog_te_regelen"]
    assert 0 <= count.low <= count.high <= 13
    certain = "weinig" if count.high < 2 else "veel" if count.low >= 4 else "enkele"
    assert rules(outcome)["openstaand"] == certain


@unhurried
@given(students(), st.sampled_from(["appen", "bellen", "mailen", "nee", "liever_niet", None]))
def test_refusing_contact_takes_no_flag_and_no_priority_away(values: dict[str, Value], contact: str | None) -> None:
    without = {question: value for question, value in values.items() if question != "contact"}
    changed = without | ({"contact": contact} if contact else {})
    one, other = score(OVERSTAP, without), score(OVERSTAP, changed)
    assert (one.flags, rules(one), one.scales) == (other.flags, rules(other), other.scales)


@unhurried
@given(students())
def test_flags_follow_the_four_acute_answers(values: dict[str, Value]) -> None:
    seen = find_path(OVERSTAP, values).values
    expected = {
        "geen_slaapplek": seen.get("slaapplek") == "nee",
        "geen_geld": seen.get("geld_genoeg") == "klopt_niet" and seen.get("schulden") == "zorgen",
        "niet_veilig": seen.get("veilig") == "klopt_niet",
        "vandaag_praten": seen.get("praten") == "vandaag",
    }
    assert set(score(OVERSTAP, values).flags) == {flag for flag, holds in expected.items() if holds}


@unhurried
@given(students())
def test_band_is_never_good_without_half_the_answers(values: dict[str, Value]) -> None:
    outcome = score(OVERSTAP, values)
    for scale in outcome.scales.values():
        if scale.band == "goed":
            assert scale.applicable and 2 * scale.answered >= scale.applicable
        if scale.lifted_by is None and scale.value is not None and scale.band is not None:
            low, edge = EDGES[scale.band]
            assert low <= scale.value < edge


@unhurried
@given(students())
def test_strong_answer_lifts_its_domain(values: dict[str, Value]) -> None:
    scales = score(OVERSTAP, values | {"geld_genoeg": "klopt_niet", "wonen": "klopt_niet", "veilig": "klopt_niet"}).scales
    assert scales["geld"].band == scales["wonen"].band == scales["mensen"].band == "hulp"


@unhurried
@given(students())
def test_answers_off_the_path_change_nothing(values: dict[str, Value]) -> None:
    on_path = dict(find_path(OVERSTAP, values).values)
    assert score(OVERSTAP, on_path) == score(OVERSTAP, values)


@unhurried
@given(students())
def test_one_more_open_thing_never_lowers_priority(values: dict[str, Value]) -> None:
    before = values | {"gestopt": "nee"}
    after = values | {"gestopt": "vaker"}
    one, other = score(OVERSTAP, before), score(OVERSTAP, after)
    assert other.counts["nog_te_regelen"].low == one.counts["nog_te_regelen"].low + 1
    assert int(str(rules(other)["prioriteit"])) <= int(str(rules(one)["prioriteit"]))
