"""Which questions of the questionnaire for leaving students are asked, and how many."""

from __future__ import annotations

from itertools import product

import pytest

from survey.answers import State, Value
from survey.definition.load import shipped
from survey.kinds.choice import Choice
from survey.route import find_path, first_open

OVERSTAP = shipped("overstap", 1)
BRANCHES = ["bestemming", "werk_nu", "wonen", "gezond_mag", "hulp"]


def every_branch() -> list[dict[str, Value]]:
    """Give every combination of the answers on which other questions depend."""
    options = [list(OVERSTAP.questions[question].options) for question in BRANCHES]  # type: ignore[attr-defined]
    return [dict(zip(BRANCHES, codes, strict=True)) for codes in product(*options)]


def test_longest_path_has_24_pages_and_one_follow_up() -> None:
    paths = [find_path(OVERSTAP, values) for values in every_branch()]
    longest = max(paths, key=lambda path: sum(not page.uncounted for page in path.pages))
    assert sum(not page.uncounted for page in longest.pages) == 24
    assert max(len(path.pages) for path in paths) == 25
    assert {page.id for path in paths for page in path.pages if page.uncounted} == {"slaapplek"}
    assert {"contract", "ingeschreven", "vaak_thuis", "hulp_bij"} <= set(longest.questions)


def test_shortest_path_is_for_who_rather_says_nothing() -> None:
    path = find_path(OVERSTAP, dict.fromkeys(BRANCHES, "liever_niet"))
    assert len(path.pages) == 16


def test_page_holds_one_question_but_for_own_words() -> None:
    assert {page.id: page.questions for page in OVERSTAP.pages if len(page.questions) > 1} == {
        "eigen_woorden": ("eigen_goed", "eigen_helpt")
    }
    assert [question for page in OVERSTAP.pages for question in page.questions] == list(OVERSTAP.questions)


def test_nothing_must_be_typed() -> None:
    typed = {question.id for question in OVERSTAP.questions.values() if not isinstance(question, Choice)}
    assert typed == {"eigen_goed", "eigen_helpt"}
    assert not any(OVERSTAP.questions[question].required for question in typed)
    for values in every_branch():
        chosen: dict[str, Value] = dict(values)
        while (page := first_open(OVERSTAP, chosen)) is not None:
            for name in page.questions:
                question = OVERSTAP.questions[name]
                assert isinstance(question, Choice)
                chosen[name] = (next(iter(question.options)),) if question.kind == "choices" else next(iter(question.options))
        assert not typed & chosen.keys()


@pytest.mark.parametrize(
    ("question", "shown_when"),
    [
        ("werk_nu", lambda v: v["bestemming"] in ("werken", "werk_leren")),
        ("contract", lambda v: has_job(v)),
        ("uren", lambda v: has_job(v) and v["bestemming"] == "werken"),
        ("werk_kiezen", lambda v: v["bestemming"] in ("weet_niet", "anders") or v["bestemming"] == "werken" and seeks(v)),
        ("werk_vinden", lambda v: seeks(v)),
        ("hulp_vragen", lambda v: has_job(v)),
        ("ziek_melden", lambda v: has_job(v)),
        ("ingeschreven", lambda v: v["bestemming"] in ("leren", "werk_leren")),
        ("opleiding_lukt", lambda v: v["bestemming"] in ("leren", "werk_leren")),
        ("slaapplek", lambda v: v["wonen"] == "klopt_niet"),
        ("vaak_thuis", lambda v: v["gezond_mag"] == "ja"),
        ("hulp_bij", lambda v: v["hulp"] in ("ja", "misschien")),
    ],
)
def test_question_is_shown_exactly_when(question: str, shown_when) -> None:  # type: ignore[no-untyped-def]
    for values in every_branch():
        shown = find_path(OVERSTAP, values).states[question] is not State.NOT_SHOWN
        assert shown == shown_when(values), values


def has_job(values: dict[str, Value]) -> bool:
    """Tell whether a student who will work has a job."""
    return values["bestemming"] in ("werken", "werk_leren") and values["werk_nu"] in ("met_contract", "zonder_contract")


def seeks(values: dict[str, Value]) -> bool:
    """Tell whether a student who will work has no job."""
    return values["bestemming"] in ("werken", "werk_leren") and values["werk_nu"] in ("zoekt", "zoekt_niet")


def test_every_student_gets_the_questions_for_all() -> None:
    for_all = {
        "bestemming", "gestopt", "geld_genoeg", "rekeningen", "schulden", "wonen", "gezond_mag", "iemand_helpt", "veilig",
        "regelen", "plan", "moeilijk", "hulp", "praten", "contact", "eigen_goed", "eigen_helpt",
    }  # fmt: skip
    for values in every_branch():
        assert for_all <= set(find_path(OVERSTAP, values).questions)
