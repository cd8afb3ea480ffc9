"""What students and receivers read has to be there before it is published."""

from __future__ import annotations

import pytest

from survey.definition.check import check
from survey.definition.load import parse

SOURCE = """\
id: proef
version: 1
bands:
  goed: {text: Goed}
  hulp: {text: Hulp}
helplines:
  nood: {text: "112", phone: "112"}
questions:
  werk: {text: Werk?, options: {ja: {points: 0, text: Ja}, nee: {points: 1, text: Nee}, liever_niet: {state: refused, text: x}}}
scales:
  last:
    text: Last
    op: sum
    of: [werk]
    bands: [{below: 1, label: goed}, {label: hulp}]
    sentences:
      goed: Het gaat goed.
      hulp: Hulp is fijn.
counts:
  open:
    - {id: geen_werk, when: werk == nee, text: Je zoekt werk.}
    - {id: geen_antwoord, when: werk == liever_niet, text: Je zegt niets.}
rules:
  - set: stap
    cases:
      - {when: werk == nee, value: 1, because: Zoekt werk.}
      - {value: 2, because: Heeft werk.}
    values:
      1: {text: Bel, student: Wij bellen.}
      2: {text: Niets, student: Klaar.}
report:
  scales: [last]
  sections: [{id: nu, title: Nu, questions: [werk]}]
examples:
  - {name: Noor, answers: {werk: ja}, expect: {stap: 2}}
"""


def words(source: str) -> list[tuple[int, str]]:
    definition, where, found = parse(source, "proef.yaml")
    assert definition is not None and where is not None, found
    codes = ("E104", "E209", "E276", "W280", "W284")
    return [(each.line, each.code) for each in check(definition, where, publish=True) if each.code in codes]


def test_whole_definition_lacks_no_words() -> None:
    assert words(SOURCE) == []


LEFT_OUT = [
    ("goed: {text: Goed}", "goed: {tone: good}", "E276"),
    ("{text: \"112\", phone", "{phone", "E276"),
    (", phone: \"112\"", "", "E276"),
    ("    text: Last\n", "", "E276"),
    ("      hulp: Hulp is fijn.\n", "", "E276"),
    (", text: Je zegt niets.", "", "E276"),
    (", because: Heeft werk.", "", "E276"),
    (", student: Klaar.", "", "E276"),
    ("      2: {text: Niets, student: Klaar.}\n", "", "E276"),
    ("title: Nu, ", "", "E276"),
    ("  hulp: {text: Hulp}\n", "", "E209"),
    (", expect: {stap: 2}", "", "W280"),
    (", liever_niet: {state: refused, text: x}", "", "W284"),
]


@pytest.mark.parametrize(("old", "new", "code"), LEFT_OUT, ids=[old.strip() for old, _, _ in LEFT_OUT])
def test_words_that_are_left_out_are_found_where_they_belong(old: str, new: str, code: str) -> None:
    assert old in SOURCE
    source = SOURCE.replace(old, new)
    if "liever_niet" in old:
        source = source.replace("werk == liever_niet", "answered(werk)")
    [(line, found)] = words(source)
    changed = SOURCE[: SOURCE.index(old)].count("\n") + 1
    assert found == code
    assert abs(line - changed) <= 11


def test_question_on_no_page_is_a_fault_once_students_get_it() -> None:
    source = SOURCE.replace("scales:\n", "  extra: {kind: yes_no, required: false, text: Extra?}\npages: [werk]\nscales:\n", 1)
    assert words(source) == [(10, "E104")]
