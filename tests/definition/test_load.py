"""Reading a definition file: everything that is wrong at once, at its line, and never a traceback."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.answers import State
from survey.definition.finding import BrokenDefinition, Finding
from survey.definition.load import load, read, shipped
from survey.definition.model import Definition
from survey.kinds import Choice

SMALL = """\
id: klein
version: 1
questions:
  werk: {text: Heb je werk?, options: {ja: 1, nee: 0}}
scales:
  som: {op: sum, of: [werk]}
"""


def found(source: str | bytes) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in read(source, "proef.yaml")[1]]


def messages(source: str | bytes) -> str:
    return "\n".join(str(finding) for finding in read(source, "proef.yaml")[1])


def good(source: str) -> Definition:
    definition, findings = read(source, "proef.yaml")
    assert definition is not None, findings
    return definition


def test_bare_instrument_needs_little() -> None:
    definition = good(SMALL)
    assert [page.id for page in definition.pages] == ["werk"]
    assert definition.scales["som"].of[0].ref == "werk"
    assert len(definition.digest) == 64


def test_words_of_yaml_1_2_stay_words() -> None:
    definition = good(SMALL.replace("{ja: 1, nee: 0}", "{yes: 1, no: 0, on: 2, off: 3, 0: 0, 01: 1, null: 0, 1.50: 2}"))
    question = definition.questions["werk"]
    assert isinstance(question, Choice)
    assert list(question.options) == ["yes", "no", "on", "off", "0", "01", "null", "1.50"]


def test_points_are_exact_whatever_they_look_like() -> None:
    question = good(SMALL.replace("{ja: 1, nee: 0}", "{ja: 0.1, nee: 1/3}")).questions["werk"]
    assert (question.points("ja"), question.points("nee")) == (Fraction(1, 10), Fraction(1, 3))


def test_shorthands_are_written_out() -> None:
    definition = good(
        """\
id: kort
version: 1
answers:
  schaal: {0: 0, 1: 1, weet_niet: {state: unknown}}
bands: {laag: Laag, hoog: {text: Hoog, tone: help}}
questions:
  a: {text: A, answers: schaal}
  b: {text: B, answers: schaal, options: {1: 2, anders: 3}}
  c: {text: C, kind: choice, options: [x, y]}
pages: [a, [b, c]]
scales:
  s: {op: sum, of: [a, -b, {ref: -a, weight: 2}], bands: [{below: 1, label: laag}, {label: hoog}]}
counts:
  n: [{id: een, when: a == 1}]
rules:
  - {set: r, cases: [{when: n >= 1, value: ja}, {value: nee}], values: {ja: Wel, nee: Niet}}
flags:
  - {id: f, when: a == 1, text: Bel}
"""
    )
    b = definition.questions["b"]
    assert isinstance(b, Choice)
    assert {code: b.reading(code) for code in b.options} == {
        "0": (State.ANSWERED, 0),
        "1": (State.ANSWERED, 2),
        "weet_niet": (State.UNKNOWN, None),
        "anders": (State.ANSWERED, 3),
    }
    assert [(page.id, page.questions) for page in definition.pages] == [("a", ("a",)), ("b", ("b", "c"))]
    terms = [(term.ref, term.reverse, term.weight) for term in definition.scales["s"].of]
    assert terms == [("a", False, 1), ("b", True, 1), ("a", True, 2)]
    assert definition.counts["n"].of[0].id == "een"
    assert definition.rules["r"].values["ja"].text == {"und": "Wel"}
    assert definition.flags["f"].text == {"und": "Bel"}
    assert definition.bands["laag"].text == {"und": "Laag"}


def test_everything_wrong_is_said_at_once_at_its_line() -> None:
    source = """\
id: 1fout
version: een
talen: [nl]
questions:
  werk:
    txt: Heb je werk?
    options:
      ja: {punten: 1}
      nee: {points: veel}
  hobby:
    kind: keuze
scales:
  som:
    op: optellen
    of: [werk]
    bands:
      - {label: goed}
      - {below: 2}
"""
    assert found(source) == [
        (1, "E017"),
        (2, "E017"),
        (3, "E015"),
        (6, "E015"),
        (8, "E015"),
        (9, "E017"),
        (11, "E014"),
        (14, "E017"),
        (18, "E016"),
    ]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("txt: Heb je werk?", "did you mean `text`?"),
        ("label: Heb je werk?", "did you mean `text`?"),
        ("soort: keuze", "did you mean `kind`?"),
        ("show_iff: x", "did you mean `show_if`?"),
        ("tekst: Heb je werk?", "did you mean `text`?"),
    ],
)
def test_unknown_word_comes_with_the_right_one(wrong: str, hint: str) -> None:
    source = f"id: x\nversion: 1\nquestions:\n  werk:\n    {wrong}\n    options: {{ja: 1, nee: 0}}\n"
    assert hint in messages(source)


def test_line_of_a_shared_answer_set_is_the_line_of_the_set() -> None:
    source = SMALL.replace("questions:", "answers:\n  k:\n    a: 1\n    b: {poinst: 2}\nquestions:").replace(
        "options: {ja: 1, nee: 0}", "answers: k"
    )
    assert found(source) == [(6, "E015")]


def test_expression_that_cannot_be_read_says_where() -> None:
    source = SMALL + "  x: {op: sum, of: [werk], when: werk = 1}\n"
    assert found(source) == [(7, "E018")]
    assert "`==`" in messages(source)


def test_condition_with_brackets_inside_braces_is_read_with_advice() -> None:
    source = SMALL.replace("scales:", "  hoe: {text: Hoe?, options: {a: 1, b: 0}, show_if: werk in [ja, nee]}\nscales:")
    definition, findings = read(source, "proef.yaml")
    assert definition is not None
    assert str(definition.questions["hoe"].show_if) == "werk in [ja, nee]"
    assert [(finding.line, finding.code) for finding in findings] == [(5, "W006")]


def test_quoted_conditions_keep_their_lines() -> None:
    source = SMALL + "counts:\n  n: [{id: a, when: any(werk == ja, werk in [nee])},\n      {id: b, when: werk in [ja] and werk != nee}]\n"
    definition, findings = read(source, "proef.yaml")
    assert definition is not None, findings
    assert [finding.line for finding in findings] == [8, 9]
    assert [str(each.when) for each in definition.counts["n"].of] == [
        "any(werk == ja, werk in [nee])",
        "werk in [ja] and werk != nee",
    ]


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("", 1, "E002"),
        ("# niets\n", 1, "E002"),
        ("- een\n- twee\n", 1, "E002"),
        ("zomaar tekst", 1, "E002"),
        ("id: a\n---\nid: b\n", 2, "E002"),
        ("id: a\nversion: 1\n  x: 2\n", 3, "E001"),
        ("id: 'a\nversion: 1\n", 1, "E001"),
        ("id: [a\n", 1, "E001"),
        ("id: a\n\tversion: 1\n", 2, "E001"),
        ("id: *weg\n", 1, "E001"),
        ("id: a\nid: b\nversion: 1\n", 2, "E005"),
        ("id: !!python/object/apply:os.system ['true']\n", 1, "E004"),
        ("id: !eigen a\n", 1, "E004"),
        ("? [a, b]\n: 1\n", 1, "E002"),
        ("%YAML 9.9\n---\nid: a\n", 1, "E001"),
        (b"id: caf\xe9\n", 1, "E003"),
        (b"\xff\xfei\x00d\x00", 1, "E003"),
        (b"id: a\nversion: \x00\n", 2, "E003"),
        (bytes(range(256)), 2, "E003"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", 2, "E003"),
        ("[" * 5000, 1, "E003"),
        ("{a: " * 5000, 1, "E003"),
        (b"a: " + b"x" * 2_100_000, 1, "E003"),
        ("id: \ud800\n", 1, "E003"),
    ],
)
def test_file_that_is_no_definition_is_a_finding_at_its_line(source: str | bytes, line: int, code: str) -> None:
    findings = found(source)
    assert (line, code) in findings


def test_aliases_that_grow_to_billions_are_refused_at_once() -> None:
    lines = ['a0: &a0 ["x", "x", "x", "x", "x", "x", "x", "x", "x"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.monotonic()
    findings = found("\n".join(lines))
    assert [code for _, code in findings] == ["E003"]
    assert time.monotonic() - started < 5


def test_alias_serves_two_places_without_tying_them() -> None:
    source = SMALL.replace("{ja: 1, nee: 0}}", "&jn {ja: 1, nee: 0}}\n  ook: {text: Ook?, options: *jn}")
    definition = good(source)
    assert definition.questions["ook"].points("ja") == 1


def test_byte_order_mark_and_windows_lines_are_taken() -> None:
    assert read(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(), "x.yaml")[0] is not None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_gives_findings_and_no_traceback(source: str | bytes) -> None:
    definition, findings = read(source, "x.yaml")
    assert definition is None
    assert findings and all(isinstance(finding, Finding) and finding.line >= 1 for finding in findings)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("ab [{-", max_size=4), st.floats(allow_nan=False))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcx"), inner, max_size=3), max_leaves=6
)
WORDS = (
    "id version languages title answers questions pages scales counts rules flags helplines bands report examples topics"
).split()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6))
def test_any_values_under_the_right_words_give_findings_and_no_traceback(plain: dict[str, object]) -> None:
    from strategies import grown

    from survey.definition.load import build

    definition, _, findings = build(grown(plain), "x.yaml", "x")
    assert definition is None or not [finding for finding in findings if finding.code < "E100"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["questions", "scales", "counts", "rules", "flags", "pages", "report"]), st.data())
def test_any_entry_gives_findings_and_no_traceback(part: str, data: st.DataObject) -> None:
    from strategies import grown

    from survey.definition.load import build

    entry = data.draw(st.dictionaries(st.sampled_from("kind options of op when cases value bands id set text".split()), TREES))
    whole = {"id": "x", "version": 1, "questions": {"a": {"options": {"x": 1, "y": 0}}}, "scales": {}, part: {"a": entry}}
    whole = data.draw(st.sampled_from([whole, {**whole, part: [entry]}]))
    build(grown(whole), "x.yaml", "x")


def test_load_raises_every_error_and_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "fout.yaml"
    file.write_text(SMALL.replace("[werk]", "[werkt]") + "vrij: 1\n")
    with pytest.raises(BrokenDefinition) as broken:
        load(file)
    assert [finding.code for finding in broken.value.findings] == ["E102", "E015"]
    file.write_text(SMALL.replace("[werk]", "[werkt]"))
    with pytest.raises(BrokenDefinition) as broken:
        load(file)
    assert [str(finding) for finding in broken.value.findings] == [
        f"{file}:6:23: E102 there is no question or scale `werkt`; did you mean `werk`?"
    ]
    with pytest.raises(OSError):
        load(tmp_path / "weg.yaml")


def test_same_bytes_are_read_once() -> None:
    assert good(SMALL) is good(SMALL)
    assert good(SMALL).digest != good(SMALL + "\n").digest


def test_shipped_definitions_are_found_by_id_and_version() -> None:
    assert shipped("overstap").id == "overstap"
    assert shipped("checkin", 1).version == 1
    for name, version in (("overstap", 99), ("nergens", None), ("../overstap", None), ("__init__", None)):
        with pytest.raises(LookupError):
            shipped(name, version)


def test_examples_in_the_manual_are_right() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "questionnaire.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in manual.split("```yaml\n")[1:]]
    good(blocks[0])
    for block in blocks[1:]:
        codes = {code for _, code in found(f"id: x\nversion: 1\n{block}")}
        assert not codes & {"E001", "E002", "E005", "E012", "E014", "E015", "E017", "E018"}, block
