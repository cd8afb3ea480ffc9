"""What a file may say in short means the same as what it says in full."""

from __future__ import annotations

import pytest

from survey.definition.finding import Finding
from survey.definition.load import parse
from survey.definition.model import Definition, RuleValue


def findings(source: str) -> list[Finding]:
    return parse(source, "proef.yaml")[2]


def made(source: str) -> Definition:
    definition, _, found = parse(source, "proef.yaml")
    assert definition is not None, found
    return definition


WHOLE = """\
id: proef
version: 1
answers: {set: {0: 0, 1: 1, 2: 2}}
questions:
  q: {answers: set}
  n: {kind: number, min: 0, max: 2}
scales:
  s: {op: mean, of: [q, n], missing: {rule: ignore, max: 1}, round: [1, half_up], rescale: {to: [0, 100]}}
  t: {op: sum, of: [q, n], round: [0, floor]}
"""

SHORT = [
    ("{set: {0: 0, 1: 1, 2: 2}}", "{set: [0, 1, 2]}"),
    ("{answers: set}", "{options: [0, 1, 2]}"),
    ("{kind: number, min: 0, max: 2}", "{min: 0, max: 2}"),
    ("{rule: ignore, max: 1}", "{max: 1}"),
    ("[1, half_up]", "1"),
    ("[1, half_up]", "[1]"),
    ("[0, floor]", "floor"),
    ("{to: [0, 100]}", "[0, 100]"),
]


@pytest.mark.parametrize(("whole", "short"), SHORT)
def test_short_form_means_the_whole_form(whole: str, short: str) -> None:
    assert whole in WHOLE
    plain, said_short = made(WHOLE), made(WHOLE.replace(whole, short))
    assert said_short.model_dump(exclude={"digest"}) == plain.model_dump(exclude={"digest"})


@pytest.mark.parametrize("written", ["zero", "{rule: zero}"])
def test_missing_rule_may_be_its_name_alone(written: str) -> None:
    missing = made(WHOLE.replace("of: [q, n], round", f"of: [q, n], missing: {written}, round")).scales["t"].missing
    assert missing is not None and missing.rule == "zero"


def test_yaml_null_is_the_rule_of_that_name() -> None:
    missing = made(WHOLE.replace("rule: ignore, max: 1", "rule: null, max: 0")).scales["s"].missing
    assert missing is not None and missing.rule == "null"


def test_list_with_words_has_codes_without_points() -> None:
    definition = made("id: x\nversion: 1\nquestions:\n  q: {options: [rood, 2, true]}\n")
    assert {code: option.points for code, option in definition.questions["q"].options.items()} == {  # type: ignore[attr-defined]
        "rood": None, "2": None, "true": None,
    }  # fmt: skip


WRONG = [
    ("  q: {options: [a, b, a]}", "E005", "`a` stands here twice"),
    ("  q: {options: [{code: a}, {code: b}]}", "E017", "write `{code: points}`"),
    ("  q: {answers: {a: 0, b: 1}}", "E011", "write `options:`"),
    ("  q: {answers: vijf}", "E011", "there are: none"),
    ("  q: {options: [a, b]}\nanswers: {vier: 4}", "E017", "`vier` needs its options"),
    ("  n: {min: 0, max: 5}\nscales: {s: {op: sum, of: [n], missing: {max: 1}}}", "E017", "`rule: prorate`"),
    ("  n: {min: 0, max: 5}\nrules: [{set: r, cases: [{value: 1.5}]}]", "E017", "`value`: `1.5` stands where we expect a word or"),
    ("  n: {min: 0, max: 5}\nscales: {s: {op: sum, of: [n], round: half}}", "E017", "`round`"),
]


@pytest.mark.parametrize(("entry", "code", "says"), WRONG)
def test_short_form_that_cannot_be_meant_is_found(entry: str, code: str, says: str) -> None:
    found = findings(f"id: x\nversion: 1\nquestions:\n{entry}\n")
    assert any(finding.code == code and says in finding.message for finding in found), found


@pytest.mark.parametrize("word", ["text: {nl: Een gesprek}", "student: Kom je?", "tone: help", "days: 7", "weeks: [2]", "moments: [3]"])
def test_value_of_a_rule_may_have_any_one_of_its_words(word: str) -> None:
    rule = made(f"{WHOLE}rules: [{{set: r, cases: [{{value: 1}}], values: {{1: {{{word}}}}}}}]\n").rules["r"]
    given = rule.values["1"]
    assert given.model_fields_set == {word.split(":")[0]}
    assert given != RuleValue()


@pytest.mark.parametrize("word", ["text: {nl: Goed}", "tone: good", "then: Dan gaat dit goed."])
def test_band_may_have_any_one_of_its_words(word: str) -> None:
    assert made(f"{WHOLE}bands: {{goed: {{{word}}}}}\n").bands["goed"].model_fields_set == {word.split(":")[0]}


def test_words_by_language_alone_are_a_text() -> None:
    words = made(f"{WHOLE}bands: {{goed: {{nl: Goed, en: Good}}}}\nrules: [{{set: r, cases: [{{value: 1}}], values: {{1: {{nl: Wel}}}}}}]\n")
    assert words.bands["goed"].text == {"nl": "Goed", "en": "Good"}
    assert words.rules["r"].values["1"].text == {"nl": "Wel"}


def test_version_is_not_below_nought() -> None:
    assert [finding.code for finding in findings(WHOLE.replace("version: 1", "version: -1"))] == ["E017"]


def test_questionnaire_may_have_a_hyphen_in_its_id_and_a_question_may_not() -> None:
    assert made(WHOLE.replace("id: proef", "id: phq-9")).id == "phq-9"
    assert [finding.code for finding in findings(WHOLE.replace("  n: {kind", "  n-1: {kind").replace(", n]", "]"))] == ["E017"]


def test_comma_that_ends_a_calculation_is_told() -> None:
    found = findings(WHOLE + "  u: {value: min(q, 5)}\n")
    assert any("between quotes" in finding.message for finding in found)
