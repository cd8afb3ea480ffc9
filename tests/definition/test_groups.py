"""A group is written out for each time: ids, conditions, texts, pages and scores (docs/decisions/repeating-groups.md)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import Value
from survey.definition.load import load, parse, read
from survey.definition.piping import pipe
from survey.definition.said import say_answer
from survey.examples import run_example
from survey.expression import ExpressionError, Scope, number
from survey.expression import parse as expression
from survey.expression import truth
from survey.expression.rewrite import Times, rename, spread
from survey.kinds.question import in_language
from survey.rehearse import rehearse
from survey.route import find_path, first_open, progress
from survey.score import score
from survey.score.cohort import gather, score_cohort
from survey.walk import walk

JOBS = load(Path(__file__).parents[1] / "questionnaires" / "group_jobs.yaml")
ONE: dict[str, Value] = {"werk": "ja", "baan_1_soort": "vast", "baan_1_uren": Fraction(20)}
TWO: dict[str, Value] = {**ONE, "baan_1_another": "yes", "baan_2_soort": "oproep", "baan_2_uren": Fraction(10)}


def test_questions_of_each_time_have_ids_of_their_own() -> None:
    group = JOBS.groups["baan"]
    assert group.instances[1] == ("baan_2_naam", "baan_2_uren", "baan_2_soort", "baan_2_zeker")
    assert (group.max, group.questions, group.another) == (3, ("naam", "uren", "soort", "zeker"), ("baan_1_another", "baan_2_another"))
    assert "baan_2_soort_anders" in JOBS.questions and "baan_3_another" not in JOBS.questions
    assert JOBS.groups["helper"].times == "helpers" and JOBS.groups["helper"].another == ()


def test_next_time_comes_when_there_is_another() -> None:
    asked = find_path(JOBS, {**ONE, "baan_1_another": "no"}).questions
    assert [name for name in asked if name.startswith("baan_2")] == []
    assert "baan_2_uren" in find_path(JOBS, {**ONE, "baan_1_another": "yes"}).questions
    page = first_open(JOBS, {**ONE, "baan_1_another": "yes"})
    assert page is not None and page.id == "baan_2_soort"
    assert find_path(JOBS, {"werk": "nee"}).questions == ("werk", "helpers")


def test_times_follow_an_earlier_number() -> None:
    for helpers in range(3):
        path = find_path(JOBS, {"werk": "nee", "helpers": Fraction(helpers)})
        assert sum(name.startswith("helper_") for name in path.questions) == helpers


def test_condition_inside_is_of_the_same_time() -> None:
    path = find_path(JOBS, TWO)
    assert "baan_2_zeker" in path.questions and "baan_1_zeker" not in path.questions
    condition = JOBS.questions["baan_2_zeker"].show_if
    assert str(condition) == "(baan_1_another == yes) and (baan_2_soort == oproep and baan_2_uren > 8)"


def test_texts_are_of_the_same_time() -> None:
    assert JOBS.questions["baan_2_naam"].text == {"nl": "Waar is baan 2?", "en": "Where is job 2?"}
    asked = in_language(JOBS.questions["baan_2_uren"].text, "nl")
    assert pipe(asked, JOBS, find_path(JOBS, TWO).values, "nl") == "Hoeveel uur werk je daar, bij oproep?"
    assert next(page.title for page in JOBS.pages if page.id == "baan_3_soort")["en"] == "Job 3"
    assert say_answer(JOBS, "baan_1_soort", {"baan_1_soort": "anders", "baan_1_soort_anders": "stage"}, "nl") == "anders, namelijk: stage"


def test_scores_read_the_times_that_were_asked() -> None:
    path = find_path(JOBS, TWO)
    assert path.values["totaal"] == 30
    outcome = score(JOBS, {**TWO, "helpers": Fraction(2), "helper_1_vaak": "vaak", "helper_2_vaak": "soms"})
    assert (outcome.scales["hulp"].value, outcome.counts["zorgen"].hits) == (3, ("los",))
    third = {**TWO, "baan_2_another": "yes", "baan_3_soort": "vast", "baan_3_uren": Fraction(40)}
    assert score(JOBS, third).counts["zorgen"].hits == ("los", "veel_banen") and score(JOBS, third).flags == ("te_druk",)


def test_what_left_the_path_counts_for_nothing() -> None:
    left = {**TWO, "baan_1_another": "no"}
    assert find_path(JOBS, left).values["totaal"] == 20 and score(JOBS, left).counts["zorgen"].hits == ()


def test_every_question_stands_on_a_page_and_the_robots_reach_it() -> None:
    walked = walk(JOBS)
    assert walked.is_whole and walked.unreached_questions == ()
    assert len(walked.longest) == len(JOBS.pages) and walked.shortest == ("werk", "helpers")


yes_no = st.sampled_from(["yes", "no"])
hours = st.integers(1, 40).map(Fraction)
given_jobs = st.fixed_dictionaries(
    {"werk": st.sampled_from(["ja", "nee"])},
    optional={
        **{f"baan_{time}_soort": st.sampled_from(["vast", "oproep", "weet_niet"]) for time in (1, 2, 3)},
        **{f"baan_{time}_uren": hours for time in (1, 2, 3)},
        **{f"baan_{time}_another": yes_no for time in (1, 2)},
        "helpers": st.integers(0, 2).map(Fraction),
        **{f"helper_{time}_vaak": st.sampled_from(["soms", "vaak"]) for time in (1, 2)},
    },
)


@given(given_jobs)
def test_total_never_grows_on_the_way(values: dict[str, Value]) -> None:
    path = find_path(JOBS, values)
    totals = [progress(JOBS, values, page)[1] for page in path.pages]
    assert totals == sorted(totals, reverse=True) and totals[0] == len(JOBS.pages)


@given(st.lists(given_jobs, min_size=1, max_size=12))
def test_columns_give_what_one_by_one_gives(rows: list[dict[str, Value]]) -> None:
    found = score_cohort(JOBS, gather(rows, JOBS.questions))
    for row, values in enumerate(rows):
        outcome = score(JOBS, values)
        scale, count = found.scales["hulp"], found.counts["zorgen"]
        assert scale.values[scale.place[row]] == outcome.scales["hulp"].value
        assert (count.low[row], count.high[row]) == (outcome.counts["zorgen"].low, outcome.counts["zorgen"].high)
        assert {name for name, shown in found.shown.items() if shown[row]} == set(outcome.path)


def test_examples_give_answers_time_by_time() -> None:
    definition, source, _ = parse((Path(__file__).parents[1] / "questionnaires" / "group_jobs.yaml").read_bytes(), "x.yaml")
    assert definition is not None and source is not None
    assert definition.examples[0].answers["baan_1_another"] == "yes" and definition.examples[0].answers["baan_2_another"] == "no"
    assert [found for index in range(3) for found in run_example(definition, source, index)] == []


# Expressions

TIMES = {"job": Times({"hours": ("job_1_hours", "job_2_hours"), "kind": ("job_1_kind", "job_2_kind")}, ("work == yes", "job_1_another == yes"))}


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("sum(job.hours) > 40", "sum(job_1_hours, job_2_hours) > 40"),
        ("count(job.kind == fixed, work == no)", "count(job_1_kind == fixed, job_2_kind == fixed, work == no)"),
        ("any([job.hours > 2 * limit])", "any([job_1_hours > 2 * limit, job_2_hours > 2 * limit])"),
        ("any(job.hours > 8 and job.kind in [a, b])", "any(job_1_hours > 8 and job_1_kind in [a, b], job_2_hours > 8 and job_2_kind in [a, b])"),
        ("count(job) >= 2", "count(work == yes, job_1_another == yes) >= 2"),
        ("max(job.hours) - min(job.hours)", "max(job_1_hours, job_2_hours) - min(job_1_hours, job_2_hours)"),
        (
            "all(job.hours < 12)",
            "all((not (answered(job_1_hours) or job_1_hours == missing) or (job_1_hours < 12)), "
            "(not (answered(job_2_hours) or job_2_hours == missing) or (job_2_hours < 12)))",
        ),
        ("wens == job", "wens == job"),
        ("size >= 2", "size >= 2"),
        ("sum(job.hours", "sum(job.hours"),
        ("naam == 'é' and any(job.hours > 1)", "naam == 'é' and any(job_1_hours > 1, job_2_hours > 1)"),
    ],
)
def test_expression_over_a_group_names_each_time(source: str, written: str) -> None:
    assert spread(source, TIMES) == written


@pytest.mark.parametrize(
    ("source", "message", "column"),
    [
        ("job.hours > 3", "is many answers", 1),
        ("sum(job.hour)", "asks no `hour`. Did you mean `hours`?", 5),
        ("size > 2 and abs(job.hours) > 1", "is many answers", 18),
        ("count(job.hours > sum(job.hours))", "speaks of one group, once", 1),
    ],
)
def test_expression_that_cannot_be_says_why(source: str, message: str, column: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        spread(source, TIMES)
    assert message in refused.value.message and refused.value.column == column


def test_only_ids_get_another_name_and_codes_stay() -> None:
    names = {"kind": "job_2_kind", "hours": "job_2_hours"}
    assert rename("kind == kind and hours ** 2 > hours + 1", names) == "job_2_kind == kind and job_2_hours ** 2 > job_2_hours + 1"
    assert rename("'hours' in kind and geld.band == hours", names) == "'hours' in job_2_kind and geld.band == hours"
    assert rename("hours = 3", names) == "hours = 3", "what cannot be read is left to who says why"


def test_all_is_of_what_was_asked_and_true_of_nothing() -> None:
    holds = truth(expression(spread("all(job.hours < 12)", TIMES)))
    few, many = Fraction(8), Fraction(20)
    assert holds(Scope({}, {})) is True
    assert holds(Scope({"job_1_hours": few}, {"job_1_hours": "answered"}, {"job_1_hours": few})) is True
    assert holds(Scope({"job_1_hours": many}, {"job_1_hours": "answered"}, {"job_1_hours": many})) is False
    assert holds(Scope({}, {"job_1_hours": "not_reached"})) is None
    assert number(expression(spread("sum(job.hours)", TIMES)))(Scope({}, {"job_1_hours": "not_reached"})) is None


# What is wrong with one

SOUND = """\
id: x
version: 1
questions:
  aantal: {kind: number, min: 0, max: 3, integer: true, text: Hoeveel?}
  baan:
    repeat: {max: 3, times: aantal}
    questions:
      soort: {text: Wat?, options: {vast: 0, los: 1}}
      uren: {kind: number, min: 0, max: 40, text: Hoeveel uur?, show_if: soort == los}
    pages: [soort, uren]
counts: {c: [{id: los, when: any(baan.soort == los)}]}
"""


def findings(source: str) -> list[tuple[str, int]]:
    """Give code and line of every finding."""
    definition, where, found = parse(source, "x.yaml")
    if definition is not None and where is not None:
        found = where.once({*found, *rehearse(definition, where)})
    return [(each.code, each.line) for each in found]


def test_sound_group_has_no_findings() -> None:
    assert findings(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("max: 3, times: aantal", "max: 3", "E017", 6),
        ("max: 3, times: aantal", "max: 3, times: aantal, another: Nog een?", "E017", 6),
        ("max: 3, times: aantal", "max: 3, times: aantal, min: 2", "E017", 6),
        ("max: 3, times: aantal", "max: 30, times: aantal", "E017", 6),
        ("max: 3, times: aantal", "max: 2, times: aantal", "E123", 6),
        ("max: 3, times: aantal", "max: 3, times: aantallen", "E123", 6),
        ("max: 3, times: aantal", "max: 3, times: aantal, tot: 4", "E015", 6),
        ("max: 3, times: aantal", "max: 3, min: 3, another: Nog een?", "E017", 6),
        ("    repeat: {max: 3, times: aantal}", "    repeat: {max: 3, times: aantal}\n    kop: Baan", "E015", 7),
        ("options: {vast: 0, los: 1}", "options: {vast: 0}", "E108", 8),
        ("options: {vast: 0, los: 1}", "kind: dans", "E014", 8),
        ("show_if: soort == los", "show_if: soort == loss", "E106", 9),
        ("show_if: soort == los", "show_if: soort = los", "E018", 9),
        ("show_if: soort == los", "show_if: soort == los and soort == vast", "E113", 9),
        ("text: Hoeveel uur?", "text: 'Hoeveel uur in {naam}?'", "E261", 9),
        ("text: Hoeveel uur?", "text: 'Hoeveel uur, {answer:soortt}?'", "E261", 9),
        ("text: Hoeveel?", "text: 'Hoeveel in {number}?'", "E261", 4),
        ("      uren:", "      aantal:", "E101", 9),
        ("pages: [soort, uren]", "pages: [soort]", "W104", 9),
        ("pages: [soort, uren]", "pages: [soort, uren, urn]", "E102", 10),
        ("pages: [soort, uren]", "pages: [[soort, uren]]", "E105", 9),
        ("baan.soort == los", "baan.soortt == los", "E106", 11),
        ("any(baan.soort == los)", "baan.soort == los", "E106", 11),
        ("counts:", "groups: {}\ncounts:", "E010", 11),
        ("  aantal: {", "  baan_2_uren: {kind: number, min: 0, max: 1}\n  aantal: {", "E013", 4),
    ],
)
def test_mistake_in_a_group_is_found_once_at_its_line(old: str, new: str, code: str, line: int) -> None:
    assert SOUND.count(old) == 1
    found = findings(SOUND.replace(old, new))
    assert found.count((code, line)) == 1, found


def test_score_may_not_read_in_a_group_what_no_score_may_read() -> None:
    source = SOUND.replace("soort: {text: Wat?", "soort: {text: Wat?, about: age") + "report: {not_arranged: c}\n"
    assert [each for each in findings(source) if each[0].startswith("E")] == [("E251", 8)]


def test_group_is_placed_by_its_name_and_its_readers_are_those_of_its_questions() -> None:
    source = SOUND.replace("    repeat:", "    seen_by: [mentor]\n    repeat:").replace("Wat?,", "Wat?, seen_by: [coordinator],")
    definition, found = read(source + "pages: [baan, aantal]\n", "x.yaml")
    assert definition is None and {each.code for each in found} == {"E105"}, "the number comes too late"
    definition, found = read(source + "pages: [aantal, baan]\n", "x.yaml")
    assert definition is not None and found == []
    assert [page.id for page in definition.pages][:3] == ["aantal", "baan_1_soort", "baan_1_uren"]
    assert definition.questions["baan_3_uren"].seen_by == ("mentor",)
    assert definition.questions["baan_3_soort"].seen_by == ("coordinator",)


def test_calculated_value_in_a_group_is_of_its_time() -> None:
    source = SOUND.replace("    pages:", "      week: {value: uren * 2}\n    pages:").replace("Hoeveel uur?, show_if: soort == los", "Hoeveel uur?")
    definition, found = read(source, "x.yaml")
    assert definition is not None and found == []
    path = find_path(definition, {"aantal": Fraction(2), "baan_1_uren": Fraction(3), "baan_2_uren": Fraction(5)})
    assert (path.values["baan_1_week"], path.values["baan_2_week"], "baan_3_week" in path.values) == (6, 10, False)


def test_question_for_one_more_may_be_written_whole() -> None:
    another = "max: 3, min: 2, another: {text: Nog een?, options: {liever_niet: {state: refused}}}"
    definition, found = read(SOUND.replace("max: 3, times: aantal", another), "x.yaml")
    assert definition is not None and found == []
    assert definition.groups["baan"].another == ("baan_2_another",)
    assert list(getattr(definition.questions["baan_2_another"], "options")) == ["yes", "no", "liever_niet"]
    assert "baan_2_soort" in find_path(definition, {}).questions and "baan_3_soort" not in find_path(definition, {}).questions
