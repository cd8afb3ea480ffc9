"""A finding points at the line and column of what is wrong, however deep it stands."""

from __future__ import annotations

import pytest

from survey.definition.load import parse
from survey.rehearse import rehearse

SOUND = """\
id: proef
version: 1
questions:
  werk: {text: Heb je werk?, options: {ja: 0, nee: {points: 1, text: Nee}}}
  uren:
    text: [{when: werk == ja, nl: Hoeveel uur?}, {nl: Hoeveel uur straks?}]
    kind: number
    min: 0
    max: 40
    show_if: "werk == ja"
scales:
  last: {op: sum, of: [werk, {ref: uren, when: uren > 3}], bands: [{below: 1, label: goed}, {below: 2, label: net}, {label: veel}]}
counts: {zaken: [{id: geen_werk, when: werk == nee}, {id: veel_uren, when: 'uren >= 30'}]}
rules:
  - set: actie
    cases: [{when: last.band == veel, value: bel, because: {nl: Druk}}, {value: niets}]
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("when: werk == nee", "when: werk == neen", "E106", "neen"),
        ("when: 'uren >= 30'", "when: 'urn >= 30'", "E106", "urn"),
        ('show_if: "werk == ja"', 'show_if: "werk == jaa"', "E106", "jaa"),
        ("when: werk == ja,", "when: wrk == ja,", "E106", "wrk"),
        ("when: last.band == veel", "when: last.band == vele", "E106", "vele"),
        ("when: uren > 3", "when: uren >> 3", "E018", "uren >> 3"),
        ("{below: 2, label: net}", "{below: 1, label: net}", "E204", "{below: 1, label: net}"),
        ("{ref: uren, when", "{ref: uur, when", "E102", "{ref: uur, when"),
        ("nee: {points: 1, text", "nee: {points: 1, txt", "E015", "txt"),
        ("because: {nl: Druk}", "because: {nl: '{naam} is druk'}", "E261", "nl: '{naam} is druk'"),
        ("nl: Hoeveel uur?", "nl: 'Hoeveel <b>uur</b>?'", "W266", "nl: 'Hoeveel <b>uur</b>?'"),
        ("max: 40", "max: veertig", "E017", "max: veertig"),
        ("{id: veel_uren", "{id: geen_werk", "E101", "{id: geen_werk, when: 'uren"),
    ],
)
def test_finding_points_at_what_is_wrong(old: str, new: str, code: str, at: str) -> None:
    assert SOUND.count(old) == 1
    source = SOUND.replace(old, new)
    definition, where, findings = parse(source, "proef.yaml")
    if definition is not None and where is not None:
        findings += rehearse(definition, where)
    start = source.index(at)
    line, column = source[:start].count("\n") + 1, start - source.rfind("\n", 0, start)
    assert (code, line, column) in [(each.code, each.line, each.column) for each in findings], list(map(str, findings))


def test_sound_definition_has_no_findings() -> None:
    definition, where, findings = parse(SOUND, "proef.yaml")
    assert definition is not None and where is not None and findings == [] and rehearse(definition, where) == []


def test_finding_says_file_line_column_and_code() -> None:
    _, _, findings = parse(SOUND.replace("of: [werk, {", "of: [werkt, {"), "map/proef.yaml")
    assert str(findings[0]).startswith("map/proef.yaml:12:24: E102 there is no question or scale `werkt`")


def test_condition_over_several_lines_points_at_its_word() -> None:
    _, _, findings = parse(SOUND.replace('show_if: "werk == ja"', "show_if: >\n      werk ==\n      jaa"), "proef.yaml")
    assert [(each.code, each.line, each.column) for each in findings] == [("E106", 10, 5)]
