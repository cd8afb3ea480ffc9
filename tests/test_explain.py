"""An outcome in words, to the student and to who reads the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import Value
from survey.definition.load import load, read
from survey.definition.model import Definition
from survey.explain import Domain, Explanation, Receiver, explain
from survey.score import score

DEFINITION = load(Path(__file__).parent / "questionnaires" / "score_explain.yaml")


def say(receiver: Receiver = "student", language: str = "nl", definition: Definition = DEFINITION, **raw: Any) -> Explanation:
    """Explain the answers of one student."""
    values: dict[str, Value] = {}
    for name, given_ in raw.items():
        value = definition.questions[name].accept(given_)
        assert value is not None
        values[name] = value
    return explain(definition, score(definition, values), values, language, receiver)


def geld(explanation: Explanation) -> Domain:
    """Give the domain about money."""
    return next(domain for domain in explanation.domains if domain.id == "geld")


def test_reasons_come_by_weight_and_fall_back_on_the_answer() -> None:
    domain = geld(say(genoeg="niet", rekeningen="deels", schuld="klopt"))
    assert domain.reasons == ("Je hebt niet genoeg geld.", "Ik betaal op tijd. Klopt deels")
    assert (domain.band, domain.words, domain.tone) == ("matig", "Gaat zo", "mind")


def test_report_is_neutral_and_proposes_no_change() -> None:
    domain = geld(say("report", genoeg="niet", rekeningen="niet", schuld="deels"))
    assert domain.reasons == ("Heeft niet genoeg geld.", "Ik betaal op tijd. Klopt niet", "Ik heb geen schuld. Klopt deels")
    assert domain.sentence == "Hulp bij geld kan helpen."
    assert domain.change is None


def test_other_language() -> None:
    domain = geld(say(language="en", genoeg="niet", rekeningen="niet", schuld="niet"))
    assert (domain.title, domain.words) == ("Money", "Help could be good")
    assert domain.reasons[0] == "You do not have enough money."


def test_strength_is_an_answer_at_its_best() -> None:
    explanation = say(genoeg="klopt", rekeningen="deels", schuld="deels")
    assert geld(explanation).strength == explanation.strength == "Je hebt genoeg geld."
    assert geld(say("report", genoeg="klopt", rekeningen="niet", schuld="niet")).strength == "Heeft genoeg geld."
    assert say(genoeg="deels", rekeningen="deels", schuld="deels").strength is None


def test_change_is_proved_by_scoring_again() -> None:
    assert geld(say(genoeg="niet", rekeningen="klopt", schuld="klopt")).change == "Heb je genoeg geld? Dan gaat dit goed."
    # The heavier reason alone does not help while a lift holds; the change that does is taken.
    assert geld(say(genoeg="niet", rekeningen="klopt", schuld="niet")).change == "Heb je geen schuld? Gaat zo"
    assert geld(say(genoeg="klopt", rekeningen="deels", schuld="klopt")).change is None
    assert geld(say(rekeningen="niet", genoeg="klopt", schuld="weet_niet")).change is None


def test_a_scale_of_which_more_is_better_turns_around() -> None:
    weak, strong = (say(fit=number).domains[0] for number in (2, 10))
    assert (weak.tone, weak.share, weak.reasons) == ("help", 0.2, ("Hoe fit ben je? 2 punten",))
    assert (strong.tone, strong.share, strong.reasons) == ("good", 1.0, ())


def test_order_and_choice_of_domains_are_the_reports() -> None:
    assert [domain.id for domain in say().domains] == ["fitheid", "geld"]
    assert [domain.id for domain in say(werkt="yes").domains] == ["fitheid", "geld", "werk"]
    bare = DEFINITION.model_copy(update={"report": None, "digest": "bare"})
    domains = {domain.id: domain for domain in say(definition=bare, genoeg="niet", rekeningen="niet", schuld="niet", fit=2).domains}
    assert list(domains) == ["geld", "fitheid", "alles"]
    assert domains["alles"].reasons == ("Fit zijn: Hulp kan fijn zijn", "Geld: Hulp kan fijn zijn")
    assert domains["geld"].asked is None


def test_too_little_answered_says_so() -> None:
    domain = geld(say(genoeg="klopt"))
    assert (domain.band, domain.share, domain.answered, domain.applicable, domain.why) == ("onbekend", None, 1, 3, "too_few_answered")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"hulp": "ja", "hulp_bij": ["geld"]}, "yes"),
        ({"hulp": "misschien", "hulp_bij": ["geld", "fitheid"]}, "maybe"),
        ({"hulp": "ja", "hulp_bij": ["fitheid"]}, "no"),
        ({"hulp": "nee"}, "no"),
        ({"hulp": "nee", "hulp_bij": ["geld"]}, "no"),
        ({"hulp": "ja"}, None),
        ({}, None),
    ],
)
def test_whether_help_was_asked(answers: dict[str, Any], asked: str | None) -> None:
    assert geld(say(**answers)).asked == asked


def test_circumstances_and_rules() -> None:
    explanation = say(genoeg="deels", rekeningen="niet", hulp="ja")
    assert [(each.count, each.id, each.sentence) for each in explanation.circumstances] == [("open", "krap", "Geld is krap.")]
    (ruling,) = explanation.rulings
    assert (ruling.title, ruling.value, ruling.words, ruling.tone, ruling.because) == ("Vraagt om hulp", "ja", "{mentor} belt je.", "help", "Wil hulp.")
    (ruling,) = say("report", genoeg="deels").rulings
    assert (ruling.value, ruling.words, ruling.because) == ("misschien", "Misschien", "")
    assert say("report", genoeg="deels").circumstances[0].sentence == "Heeft weinig geld."


CODES = st.sampled_from(["klopt", "deels", "niet", "weet_niet"])


@given(st.fixed_dictionaries({}, optional={"genoeg": CODES, "rekeningen": CODES, "schuld": CODES, "fit": st.integers(0, 10), "hulp": st.sampled_from(["ja", "nee"])}))
def test_any_answers_can_be_explained(answers: dict[str, Any]) -> None:
    for domain in say(**answers).domains:
        assert len(domain.reasons) <= 3
        assert domain.share is None or 0 <= domain.share <= 1
        assert (domain.share is None) == (domain.why is not None)


UNDER_CONDITION = """\
id: rekening
version: 1
answers:
  vijf: {klopt: 1, meestal: 2, soms: 3, zelden: 4, niet: 5}
questions:
  werk: {text: Heb je werk?, options: {ja: 1, nee: 0}}
  betalen: {text: Ik betaal op tijd., answers: vijf, says: {need: Je betaalt niet op tijd., strength: Je betaalt op tijd.}}
  sparen: {text: Ik spaar., answers: vijf, says: {need: Je spaart niet., strength: Je spaart.}}
scales:
  geld: {op: mean, of: [{ref: betalen, when: werk == ja}, sparen], bands: [{below: 2, label: goed}, {label: hulp}]}
bands: {goed: {text: Goed, tone: good}, hulp: {text: Hulp, tone: help}}
"""


def test_best_answer_of_a_term_under_a_condition_is_a_strength_and_no_need() -> None:
    definition, findings = read(UNDER_CONDITION, "rekening.yaml")
    assert definition is not None, findings
    domain = geld(say(definition=definition, werk="ja", betalen="klopt", sparen="niet"))
    assert (domain.reasons, domain.strength) == (("Je spaart niet.",), "Je betaalt op tijd.")
    both = geld(say(definition=definition, werk="ja", betalen="niet", sparen="niet"))
    assert both.reasons == ("Je betaalt niet op tijd.", "Je spaart niet.")
