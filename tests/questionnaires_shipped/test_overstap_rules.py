"""The rules of the questionnaire for leaving students, each as the policy writes it down (docs/questionnaire-overstap.md)."""

from __future__ import annotations

import pytest

from survey.answers import Value
from survey.definition.load import shipped
from survey.score import score
from survey.score.outcome import Outcome

OVERSTAP = shipped("overstap", 1)

#: A student with work, for whom all is arranged, who wants no help.
ARRANGED: dict[str, Value] = {
    "bestemming": "werken",
    "werk_nu": "met_contract",
    "contract": "vast",
    "uren": "genoeg",
    "gestopt": "nee",
    "hulp_vragen": "klopt",
    "ziek_melden": "klopt",
    "geld_genoeg": "klopt",
    "rekeningen": "klopt",
    "schulden": "nee",
    "wonen": "klopt",
    "gezond_mag": "nee",
    "iemand_helpt": "klopt",
    "veilig": "klopt",
    "regelen": "klopt",
    "plan": "klopt",
    "moeilijk": "niets",
    "hulp": "nee",
    "praten": "nee",
    "contact": "appen",
}
#: The same for a student who studies further.
STUDYING: dict[str, Value] = {
    **{question: value for question, value in ARRANGED.items() if question not in ("werk_nu", "contract", "uren")},
    "bestemming": "leren",
    "ingeschreven": "klopt",
    "opleiding_lukt": "klopt",
}
#: Changes to ARRANGED that each make one circumstance hold.
ONE_EACH = (("gestopt", "een"), ("moeilijk", "reizen"), ("regelen", "meestal_niet"), ("uren", "te_weinig"), ("plan", "klopt_niet"))


def scored(base: dict[str, Value], **changes: Value | None) -> Outcome:
    """Score a student with some answers changed; None takes an answer away."""
    values = {question: value for question, value in (base | changes).items() if value is not None}
    return score(OVERSTAP, values)


def hits(outcome: Outcome) -> set[str]:
    """Give the circumstances that hold."""
    return set(outcome.counts["nog_te_regelen"].hits)


def rules(outcome: Outcome) -> dict[str, str | int | None]:
    """Give the values of the rules."""
    return {name: result.value for name, result in outcome.rules.items()}


def test_arranged_student_has_nothing_open() -> None:
    outcome = scored(ARRANGED)
    assert hits(outcome) == set()
    assert rules(outcome) == {"vraag": "nee", "openstaand": "weinig", "prioriteit": 4}
    assert outcome.flags == ()


@pytest.mark.parametrize(
    ("base", "changes", "circumstance"),
    [
        (ARRANGED, {"werk_nu": "zoekt"}, "geen_werk"),
        (ARRANGED, {"werk_nu": "zoekt_niet"}, "geen_werk"),
        (STUDYING, {"bestemming": "werk_leren", "werk_nu": "zoekt"}, "geen_werk"),
        (STUDYING, {"ingeschreven": "meestal_niet"}, "geen_opleiding"),
        (STUDYING, {"ingeschreven": "klopt_niet"}, "geen_opleiding"),
        (ARRANGED, {"contract": "kort"}, "onzeker_contract"),
        (ARRANGED, {"contract": "oproep"}, "onzeker_contract"),
        (ARRANGED, {"uren": "te_weinig"}, "weinig_uren"),
        (ARRANGED, {"gestopt": "een"}, "gestopt"),
        (ARRANGED, {"gestopt": "vaker"}, "gestopt"),
        (ARRANGED, {"hulp_vragen": "meestal", "ziek_melden": "meestal"}, "werk_houden"),
        (ARRANGED, {"hulp_vragen": "klopt_niet", "ziek_melden": "klopt_niet"}, "werk_houden"),
        (ARRANGED, {"geld_genoeg": "klopt_niet"}, "geld"),
        (ARRANGED, {"geld_genoeg": "meestal_niet", "rekeningen": "klopt_niet", "schulden": "lukt"}, "geld"),
        (ARRANGED, {"wonen": "meestal_niet"}, "wonen"),
        (ARRANGED, {"wonen": "klopt_niet", "slaapplek": "ja"}, "wonen"),
        (ARRANGED, {"gezond_mag": "ja", "vaak_thuis": "vaak"}, "vaak_thuis"),
        (ARRANGED, {"iemand_helpt": "meestal_niet"}, "niemand"),
        (ARRANGED, {"regelen": "klopt_niet"}, "regelen"),
        (ARRANGED, {"moeilijk": "reizen"}, "moeilijk"),
        (ARRANGED, {"moeilijk": "zorgen"}, "moeilijk"),
        (ARRANGED, {"moeilijk": "anders"}, "moeilijk"),
        (ARRANGED, {"plan": "meestal_niet"}, "geen_plan"),
        (ARRANGED, {"bestemming": "weet_niet"}, "geen_plan"),
    ],
)
def test_circumstance_counts_one_point(base: dict[str, Value], changes: dict[str, Value], circumstance: str) -> None:
    outcome = scored(base, **changes)
    assert hits(outcome) == {circumstance}
    assert outcome.counts["nog_te_regelen"].low == 1


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (STUDYING, {"ingeschreven": "meestal"}),
        (ARRANGED, {"contract": "lang"}),
        (ARRANGED, {"contract": "zelf"}),
        (ARRANGED, {"uren": "te_veel"}),
        (ARRANGED, {"hulp_vragen": "meestal"}),
        (ARRANGED, {"geld_genoeg": "meestal", "rekeningen": "meestal_niet", "schulden": "lukt"}),
        (ARRANGED, {"wonen": "meestal"}),
        (ARRANGED, {"gezond_mag": "ja", "vaak_thuis": "soms"}),
        (ARRANGED, {"iemand_helpt": "meestal"}),
        (ARRANGED, {"veilig": "meestal_niet"}),
        (ARRANGED, {"regelen": "meestal"}),
        (ARRANGED, {"plan": "meestal"}),
    ],
)
def test_answer_just_under_the_edge_counts_nothing(base: dict[str, Value], changes: dict[str, Value]) -> None:
    assert hits(scored(base, **changes)) == set()


def test_health_counts_only_when_answered() -> None:
    consented = {"gezond_mag": "ja"}
    for value in (None, "weet_niet", "liever_niet"):
        count = scored(ARRANGED, **consented, vaak_thuis=value).counts["nog_te_regelen"]
        assert (count.low, count.high, count.unknown) == (0, 0, ())


def test_health_answer_without_consent_is_not_read() -> None:
    for consent in ("nee", "liever_niet", None):
        outcome = scored(ARRANGED, gezond_mag=consent, vaak_thuis="vaak")
        assert hits(outcome) == set()
        assert outcome.scales["gezond"].applicable == 0


@pytest.mark.parametrize(
    ("changes", "scale", "band"),
    [
        ({"geld_genoeg": "meestal_niet"}, "geld", "goed"),  # mean 2/3
        ({"geld_genoeg": "meestal", "rekeningen": "meestal", "schulden": "lukt"}, "geld", "nog_niet"),  # exactly 1
        ({"geld_genoeg": "meestal_niet", "rekeningen": "klopt_niet", "schulden": "lukt"}, "geld", "hulp"),  # exactly 2
        ({"rekeningen": "geen", "schulden": "zorgen"}, "geld", "nog_niet"),  # 3/2: no bills leave the mean
        ({"geld_genoeg": "klopt_niet"}, "geld", "hulp"),  # mean 1, lifted
        ({"veilig": "klopt_niet"}, "mensen", "hulp"),  # mean 3/2, lifted
        ({"iemand_helpt": "klopt_niet"}, "mensen", "nog_niet"),  # mean 3/2, not lifted
        ({"wonen": "klopt_niet"}, "wonen", "hulp"),
        ({"rekeningen": "weet_niet", "schulden": "liever_niet"}, "geld", "onbekend"),  # 1 of 3 answered
        ({"geld_genoeg": "klopt_niet", "rekeningen": None, "schulden": None}, "geld", "hulp"),  # lifted, 1 of 3
        ({"rekeningen": "weet_niet"}, "geld", "goed"),  # 2 of 3
        ({"veilig": "liever_niet"}, "mensen", "goed"),  # 1 of 2 is half
    ],
)
def test_band_of_domain(changes: dict[str, Value | None], scale: str, band: str) -> None:
    assert scored(ARRANGED, **changes).scales[scale].band == band


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"wonen": "klopt_niet", "slaapplek": "nee"}, ("geen_slaapplek",)),
        ({"wonen": "klopt_niet", "slaapplek": "ja"}, ()),
        ({"wonen": "klopt_niet", "slaapplek": "weet_niet"}, ()),
        ({"slaapplek": "nee"}, ()),  # not asked: has a place to live
        ({"geld_genoeg": "klopt_niet", "schulden": "zorgen"}, ("geen_geld",)),
        ({"geld_genoeg": "klopt_niet", "schulden": "lukt"}, ()),
        ({"geld_genoeg": "klopt_niet", "schulden": "liever_niet"}, ()),
        ({"geld_genoeg": "meestal_niet", "schulden": "zorgen"}, ()),
        ({"veilig": "klopt_niet"}, ("niet_veilig",)),
        ({"veilig": "meestal_niet"}, ()),
        ({"praten": "vandaag"}, ("vandaag_praten",)),
        ({"praten": "deze_week"}, ()),
    ],
)
def test_flag_rises_at_its_answer_only(changes: dict[str, Value], flags: tuple[str, ...]) -> None:
    assert scored(ARRANGED, **changes).flags == flags


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"hulp": "ja"}, "ja"),
        ({"hulp": "misschien"}, "misschien"),
        ({"hulp": "nee"}, "nee"),
        ({"hulp": "nee", "praten": "vandaag"}, "ja"),
        ({"hulp": "misschien", "praten": "deze_week"}, "ja"),
        ({"hulp": None, "praten": "vandaag"}, "ja"),
        ({"hulp": "weet_niet"}, "misschien"),
        ({"hulp": "liever_niet"}, "misschien"),
        ({"hulp": None}, "misschien"),
        ({"hulp": "nee", "praten": "liever_niet"}, "nee"),  # a clear no is not undone by a skipped question
        ({"hulp": "ja", "praten": None}, "ja"),
    ],
)
def test_asked_reading(changes: dict[str, Value | None], asked: str) -> None:
    assert rules(scored(ARRANGED, **changes))["vraag"] == asked


CELLS = [
    # asked, circumstances that hold, priority, days, moments in months
    ("ja", (0, 1), 2, 28, (3, 6, 12, 24)),
    ("ja", (2, 3), 1, 14, (3, 6, 12, 24)),
    ("ja", (4, 5), 1, 7, (3, 6, 12, 24)),
    ("misschien", (0, 1), 3, None, (3, 6)),
    ("misschien", (2, 3), 2, 28, (3, 6, 12, 24)),
    ("misschien", (4, 5), 1, 14, (3, 6, 12, 24)),
    ("nee", (0, 1), 4, None, (12,)),
    ("nee", (2, 3), 3, None, (3, 6)),
    ("nee", (4, 5), 2, 28, (3, 6, 12, 24)),
]


@pytest.mark.parametrize(("asked", "amounts", "priority", "days", "months"), CELLS)
def test_cell_of_priority_table(
    asked: str, amounts: tuple[int, int], priority: int, days: int | None, months: tuple[int, ...]
) -> None:
    for amount in amounts:
        outcome = scored(ARRANGED, hulp=asked, **dict(ONE_EACH[:amount]))
        assert outcome.counts["nog_te_regelen"].low == outcome.counts["nog_te_regelen"].high == amount
        result = outcome.rules["prioriteit"]
        said = OVERSTAP.rules["prioriteit"].said(result.value, result.matched)
        assert (result.value, said.days, said.moments) == (priority, days, months)
        assert said.weeks == ((2,) if priority == 1 else ())


def test_each_cell_is_reached_by_its_own_row() -> None:
    matched = [scored(ARRANGED, hulp=asked, **dict(ONE_EACH[:few])).rules["prioriteit"].matched for asked, (few, _), *_ in CELLS]
    assert len(set(matched)) == 9
    undecided = scored(ARRANGED, bestemming="weet_niet").rules["prioriteit"].matched
    assert set(matched) | {undecided} == set(range(len(OVERSTAP.rules["prioriteit"].cases)))


@pytest.mark.parametrize("asked", ["ja", "misschien", "nee"])
@pytest.mark.parametrize("amount", [0, 1, 2, 3])
def test_student_who_does_not_know_yet_always_has_a_talk(asked: str, amount: int) -> None:
    changes = dict([("gestopt", "een"), ("moeilijk", "reizen"), ("regelen", "klopt_niet")][:amount])
    outcome = scored(ARRANGED, bestemming="weet_niet", werk_kiezen="klopt", hulp=asked, **changes)
    assert outcome.counts["nog_te_regelen"].low == amount + 1
    assert rules(outcome)["prioriteit"] in (1, 2)
    result = outcome.rules["prioriteit"]
    assert OVERSTAP.rules["prioriteit"].said(result.value, result.matched).days is not None


@pytest.mark.parametrize(
    ("changes", "bounds", "reading"),
    [
        ({"gestopt": "weet_niet"}, (0, 1), "weinig"),
        ({"gestopt": "weet_niet", "regelen": "liever_niet"}, (0, 2), "enkele"),
        ({"gestopt": "een", "regelen": "klopt_niet", "plan": "weet_niet"}, (2, 3), "enkele"),
        ({"gestopt": "een", "regelen": "klopt_niet", "plan": "weet_niet", "moeilijk": None}, (2, 4), "enkele"),
        ({"gestopt": "een", "regelen": "klopt_niet", "plan": "klopt_niet", "uren": "te_weinig", "moeilijk": None}, (4, 5), "veel"),
    ],
)
def test_count_keeps_bounds_and_unknown_is_some(changes: dict[str, Value | None], bounds: tuple[int, int], reading: str) -> None:
    outcome = scored(ARRANGED, **changes)
    count = outcome.counts["nog_te_regelen"]
    assert ((count.low, count.high), rules(outcome)["openstaand"]) == (bounds, reading)


def test_nothing_answered_is_never_good() -> None:
    outcome = score(OVERSTAP, {})
    assert {scale.band for scale in outcome.scales.values()} <= {"onbekend", None}
    assert rules(outcome) == {"vraag": "misschien", "openstaand": "enkele", "prioriteit": 2}
    assert outcome.flags == ()
