"""Every finding has a code, a line and a definition that shows it (the codes: docs/checks.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from survey.cli.check import find
from survey.definition.check import check
from survey.definition.check.fairness import tells
from survey.definition.check.reading import long_sentences, long_words
from survey.definition.check.texts import texts_of
from survey.definition.finding import Finding
from survey.definition.load import parse
from survey.rehearse import rehearse

ROOT = Path(__file__).parents[2]

#: A sound definition; each case below changes one thing in it.
SOUND = """\
id: proef
version: 1
questions:
  werk: {text: Heb je werk?, options: {ja: 0, nee: 1}}
  uren: {text: Hoeveel uur?, kind: number, min: 0, max: 40, show_if: werk == ja}
  naam_baas: {text: Wie is je baas?, kind: short_text, required: false}
  hulp: {text: Waarbij?, kind: choices, options: {geld: 1, wonen: 1}}
pages:
  - werk
  - uren
  - naam_baas
  - hulp
scales:
  last:
    op: sum
    of: [werk, hulp]
    bands:
      - {below: 1, label: goed}
      - {below: 2, label: matig}
      - {label: veel}
    lift:
      - {when: hulp == geld, to: veel}
counts:
  zaken:
    of:
      - {id: geen_werk, when: werk == nee}
      - {id: geen_geld, when: geld in hulp}
rules:
  - set: actie
    cases:
      - {when: last.band == veel, value: bel}
      - {when: zaken >= 1, value: schrijf}
      - {value: niets}
flags:
  - {id: alarm, when: geld in hulp, text: Heeft geldzorgen.}
examples:
  - name: Noor werkt
    answers: {werk: ja, uren: 20, hulp: [wonen]}
    expect: {last: matig, zaken: 0, actie: niets, flags: []}
"""


def findings(source: str, publish: bool = False) -> list[Finding]:
    definition, where, found = parse(source, "proef.yaml")
    if definition is None or where is None:
        return found
    return sorted({*found, *check(definition, where, publish), *rehearse(definition, where, publish)})


def line_of(source: str, text: str) -> int:
    return source[: source.index(text)].count("\n") + 1


def test_sound_definition_has_no_findings() -> None:
    assert findings(SOUND) == []


#: code, what is replaced, by what, and (when it is not the first line of the replacement) where the finding stands.
CASES = [
    ("E101", "  - hulp\nscales", "  - hulp\n  - {id: werk, questions: [hulp]}\nscales", "  - {id: werk"),
    ("E101", "counts:\n  zaken", "counts:\n  last: [{id: a, when: werk == ja}]\n  zaken", "  last: [{id"),
    ("E101", "set: actie", "set: werk", "set: werk"),
    ("E101", "{id: geen_geld", "{id: geen_werk", "- {id: geen_werk, when: geld"),
    ("E102", "  - hulp\nscales", "  - hulpp\nscales", "  - hulpp"),
    ("E102", "of: [werk, hulp]", "of: [werk, help]", "of: [werk, help]"),
    ("E103", "  - naam_baas\n", "  - {id: leeg, questions: []}\n", "{id: leeg"),
    ("W104", "  - naam_baas\n  - hulp", "  - hulp", "naam_baas: {text"),
    ("E105", "show_if: werk == ja", "show_if: answered(hulp)", "uren: {text"),
    ("E105", "  - werk\n  - uren\n", "  - [werk, uren]\n", "uren: {text"),
    ("E105", "show_if: werk == ja", "show_if: last.band == goed", "uren: {text"),
    ("E106", "when: werk == nee", "when: werk == neen", "{id: geen_werk"),
    ("E106", "when: zaken >= 1", "when: zakken >= 1", "{when: zakken"),
    ("E106", "when: last.band == veel", "when: last.band == heel_veel", "{when: last.band"),
    ("E107", "when: zaken >= 1", "when: zaken + 1", "{when: zaken"),
    ("E108", "options: {ja: 0, nee: 1}", "options: {}", "werk: {text"),
    ("E109", "nee: 1}", "nee: {points: 1, state: refused}}", "werk: {text"),
    ("E110", "min: 0, max: 40", "min: 41, max: 40", "uren: {text"),
    ("W111", "nee: 1}", "nee: {points: 1, exclusive: true}}", "werk: {text"),
    ("E112", "nee: 1}", '"nee,": 1, nee: 1}', "werk: {text"),
    ("E113", "show_if: werk == ja", "show_if: werk == ja and werk == nee", "uren: {text"),
    ("E113", "show_if: werk == ja", "show_if: false", "uren: {text"),
    ("E113", "when: werk == nee", "when: werk > 1", "{id: geen_werk"),
    ("E113", "when: geld in hulp, text", "when: uren > 50, text", "{id: alarm"),
    ("E115", "  - uren\n", "  - {id: uren, questions: [uren], show_if: werk == missing}\n", "{id: uren"),
    ("E116", "wonen: 1}", "wonen: {points: 1, show_if: uren > 40}}", "hulp: {text"),
    ("E117", "{geld: 1, wonen: 1}", "{geld: {points: 1, show_if: werk == ja}, wonen: {points: 1, show_if: werk == ja}}", "  - hulp"),
    ("E201", "of: [werk, hulp]", "of: [werk, hulp, -vrij]", "of: [werk, hulp, -vrij]"),
    ("E202", "of: [werk, hulp]", "of: [werk, hulp, naam_baas]", "of: [werk, hulp, naam_baas]"),
    ("W203", "nee: 1}", "nee: 1, soms: null}", "of: [werk, hulp]"),
    ("E204", "{below: 2, label: matig}", "{below: 1, label: matig}", "{below: 1, label: matig}"),
    ("E204", "{below: 2, label: matig}", "{below: 0.5, label: matig}", "{below: 0.5"),
    ("E204", "{below: 2, label: matig}", "{below: 2, label: goed}", "{below: 2, label: goed}"),
    ("E204", "{below: 2, label: matig}", "{label: matig}", "- {label: matig}"),
    ("E204", "{label: veel}", "{below: 9, label: veel}", "{below: 9"),
    ("E205", "to: veel}", "to: vele}", "{when: hulp == geld"),
    ("E206", "of: [werk, hulp]", "of: [werk, hulp]\n    when: zaken2 > 0", "  last:"),
    ("W207", "{below: 2, label: matig}", "{below: 5, label: matig}", "- {label: veel}"),
    ("E208", "    lift:", "    sentences: {mattig: Het gaat matig.}\n    lift:", "sentences:"),
    ("W209", "scales:\n", "bands: {goed: Goed, veel: Veel}\nscales:\n", "    bands:"),
    ("W220", "of: [werk, hulp]", "of: [werk, {value: 1, when: werk == ja}]\n    rescale: [0, 2]", "rescale:"),
    ("E211", "of: [werk, hulp]", "of: [{ref: werk, map: {jaa: 0, ja: 0, nee: 2}}, hulp]", "of: [{ref"),
    ("E212", "    bands:", "    lookup: {x: {0: 1, 1: 2, 2: 3}, ja: {0: 1}, nee: {0: 1}}\n    by: werk\n    bands:", "lookup:"),
    ("E212", "    bands:", "    lookup: {ja: {0: 1}}\n    by: uren\n    bands:", "by: uren"),
    ("W213", "    bands:", "    lookup: {ja: {0: 1, 1: 2, 2: 3, 3: 4}}\n    by: werk\n    bands:", "lookup:"),
    ("E214", "of: [werk, hulp]", "of: [werk, hulp, vrij]\n    rescale: {to: [0, 100]}", "rescale:"),
    ("E211", "of: [werk, hulp]", "of: [{ref: werk, map: {ja: 1, 1: 2}}, hulp]", "of: [{ref"),
    ("W203", "of: [werk, hulp]", "of: [{ref: werk, map: {ja: 1}}, hulp]", "of: [{ref"),
    ("E215", "of: [werk, hulp]", "of: [{ref: uren, map: {0-8: 1}}]", "of: [{ref"),
    ("E215", "    bands:", "    lookup: {0-1: 10}\n    bands:", "lookup:"),
    ("E215", "    bands:", "    lookup:\n      - {below: 2, value: 1}\n      - {below: 1, value: 2}\n    bands:", "- {below: 1, value: 2}"),
    ("E215", "    bands:", "    lookup:\n      - {value: 1}\n      - {below: 1, value: 2}\n    bands:", "- {value: 1}"),
    ("E215", "    bands:", "    by: werk\n    lookup: {ja: {x: 1}, nee: {1: 1}}\n    bands:", "lookup:"),
    ("W218", "of: [werk, hulp]", "of: [{value: 1, when: uren > 8}, {value: 1, when: werk == ja}]", "of: [{value"),
    ("E216", "  zaken:\n", "  niets: []\n  zaken:\n", "niets: []"),
    ("W217", "of: [werk, hulp]", "of: [werk, hulp, werk]", "of: [werk, hulp, werk]"),
    ("W124", "      - {value: niets}\n", "      - {value: niets}\nreport: {}\n", "naam_baas: {text"),
    ("W219", "of: [werk, hulp]", "of: [werk, hulp, vrij]", "    bands:"),
    ("E221", "      - {value: niets}", "      - {value: niets}\n      - {when: werk == ja, value: bel}", "{when: werk == ja, value"),
    ("E221", "      - {value: niets}", "      - {when: zaken >= 1, value: bel}\n      - {value: niets}", "{when: zaken >= 1, value: bel}"),
    ("E221", "      - {value: niets}", "      - {when: zaken >= 2, value: bel}\n      - {value: niets}", "{when: zaken >= 2, value: bel}"),
    ("E222", "      - {value: niets}\n", "      - {when: werk == nee, value: niets}\nreport: {}\n", "  - set: actie"),
    ("W222", "      - {value: niets}\n", "      - {when: werk == nee, value: niets}\n", "  - set: actie"),
    ("W222", "      - {value: niets}\n", "    unknown: niets\n", "  - set: actie"),
    ("E223", "    cases:\n", "    values: {bellen: Bel, niets: Niets}\n    cases:\n", "values:"),
    ("E231", "text: Heeft geldzorgen.", "text: ''}\nreport: {}\n#", "{id: alarm"),
    ("E102", "text: Heeft geldzorgen.", "text: Heeft zorgen., helplines: [nood]", "{id: alarm"),
    ("E261", "text: Heb je werk?", "text: 'Dag {naam}, heb je werk?'", "werk: {text"),
    ("E261", "text: Heb je werk?", "text: 'Dag {first_name, heb je werk?'", "werk: {text"),
    ("W262", "text: Heb je werk?", "text: {nl: 'Dag {first_name}. Werk?', en: Work?}", "werk: {text"),
    ("W263", "version: 1", "version: 1\nlanguages: [nl, en]", "werk: {text"),
    ("E264", "version: 1", "version: 1\nlanguages: [Nederlands]", "languages:"),
    ("W265", "text: Heb je werk?", "text: {nl: Werk?, en: Work?}\n  , hint: {nl: x, en: y}", "werk: {text"),
    ("W266", "text: Heb je werk?", "text: Heb je <b>werk</b>?", "werk: {text"),
    ("W267", "text: Heb je werk?", "text: 'Heb je  werk?'", "werk: {text"),
    ("W281", "text: Heb je werk?", "text: {nl: Heb je nu op dit moment al werk gevonden dat je leuk vindt?}", "werk: {text"),
    ("W282", "text: Heb je werk?", "text: {nl: Heb je een arbeidsovereenkomst?}", "werk: {text"),
    ("E301", "uren: 20", "uren: 50", "answers: {werk"),
    ("E301", "werk: ja, uren", "werk: jaa, uren", "answers: {werk"),
    ("E301", "werk: ja, uren", "wrek: ja, uren", "answers: {wrek"),
    ("E302", "actie: niets", "actie: bel", "expect:"),
    ("E302", "last: matig", "last: 2", "expect:"),
    ("E302", "flags: []", "flags: [alarm]", "expect:"),
    ("E303", "actie: niets", "aktie: niets", "expect:"),
    ("W304", "werk: ja, uren", "werk: nee, uren", "answers: {werk"),
]


def changed(old: str, new: str, code: str) -> str:
    assert old in SOUND
    source = SOUND.replace(old, new, 1)
    if "vrij" in new:  # a number without bounds has no range
        source = source.replace("  hulp: {text", "  vrij: {text: Hoeveel?, kind: number}\n  hulp: {text").replace("  - hulp\n", "  - vrij\n  - hulp\n")
    if "zaken2" in new:
        source = source.replace("  zaken:\n", "  zaken2: [{id: a, when: last > 1}]\n  zaken:\n")
    if code == "W265":
        source = source.replace("\n  , hint: {nl: x, en: y}", "").replace("version: 1", "version: 1\nlanguages: [nl]")
    if code == "E212" and "uren" in new:
        return source
    return source


@pytest.mark.parametrize(("code", "old", "new", "where"), CASES, ids=[f"{case[0]}-{index}" for index, case in enumerate(CASES)])
def test_mistake_has_its_code_and_line(code: str, old: str, new: str, where: str) -> None:
    source = changed(old, new, code)
    found = [(finding.code, finding.line) for finding in findings(source)]
    assert (code, line_of(source, where)) in found, "\n".join(map(str, findings(source)))


PUBLISH = [
    ("E271", "purpose"),
    ("E272", "ground"),
    ("E273", "seen_by"),
    ("E274", "languages"),
    ("E275", "title"),
    ("E275", "notice"),
    ("E276", "option `ja`"),
    ("W277", "must be typed"),
    ("E231", "`schrik`"),
    ("E278", "alarm"),
    ("W279", "alarm"),
]


@pytest.mark.parametrize(("code", "about"), PUBLISH)
def test_publishing_asks_for_more(code: str, about: str) -> None:
    source = SOUND.replace("flags:\n", "flags:\n  - {id: schrik, when: werk == nee}\n")
    assert code not in {finding.code for finding in findings(source)}
    assert any(finding.code == code and about in finding.message for finding in findings(source, publish=True))


def test_missing_translation_is_an_error_only_when_students_read_it() -> None:
    source = SOUND.replace("version: 1", "version: 1\nlanguages: [nl, en]")
    assert "W263" in {finding.code for finding in findings(source)}
    assert "E263" in {finding.code for finding in findings(source, publish=True)}


FORBIDDEN = """\
id: oneerlijk
version: 1
questions:
  niveau: {text: Welk niveau?, options: {een: 1, twee: 0}}
  thuis: {text: Wat spreek je thuis?, options: {a: 0, b: 1}, about: language}
  eigen: {text: Iets anders?, options: {a: 0, b: 1}}
scales:
  s: {op: sum, of: [eigen, QUESTION]}
report: {scales: [s]}
"""


@pytest.mark.parametrize(("question", "code", "line"), [("niveau", "E252", 4), ("thuis", "E251", 5)])
def test_score_of_a_report_may_not_read_what_would_treat_people_unequally(question: str, code: str, line: int) -> None:
    source = FORBIDDEN.replace("QUESTION", question)
    assert (code, line) in [(finding.code, finding.line) for finding in findings(source)]
    assert findings(source.replace("report: {scales: [s]}\n", "")) == []


@pytest.mark.parametrize("part", ["counts: {n: [{id: x, when: niveau == een}]}", "rules: [{set: r, cases: [{when: niveau == een, value: 1}, {value: 2}]}]"])
def test_counts_and_rules_may_not_read_it_either(part: str) -> None:
    source = FORBIDDEN.replace(", QUESTION", "") + part + "\n"
    assert "E252" in {finding.code for finding in findings(source)}


def test_route_may_ask_for_what_a_score_may_not() -> None:
    source = FORBIDDEN.replace(", QUESTION", "").replace("{a: 0, b: 1}}\nscales", "{a: 0, b: 1}, show_if: niveau == een}\nscales")
    assert [finding for finding in findings(source) if finding.is_error] == []


def test_ids_that_tell_a_fact_are_known_in_two_languages() -> None:
    assert all(tells(name) for name in ("leeftijd", "age", "geslacht", "nationaliteit", "mijn_postcode", "religie2", "naam"))
    assert not any(tells(name) for name in ("werk", "niveau_rust", "ouders_bellen", "page", "language_course", "vernaamd"))


def test_sentence_of_ten_words_is_short_and_of_eleven_long() -> None:
    ten = "een twee drie vier vijf zes zeven acht negen tien"
    assert long_sentences(f"{ten}. {ten}!") == []
    assert long_sentences(f"{ten} elf. Kort.") == [f"{ten} elf"]
    assert long_sentences("Vraag? (Bijvoorbeeld " + "werk, " * 8 + "stage.) Ja: " + ten) == []


def test_long_word_is_found_unless_everyone_knows_it() -> None:
    assert long_words("Een arbeidsovereenkomst en een zorgverzekering.") == ["arbeidsovereenkomst"]
    assert long_words("Het Doorstroompunt-gesprek") == []


def test_code_of_every_finding_is_documented_and_every_documented_code_exists() -> None:
    written = set(re.findall(r'"([EW]\d{3})"', "\n".join(path.read_text() for path in (ROOT / "survey").rglob("*.py"))))
    documented = set(re.findall(r"^\| ([EW]\d{3})(?: ▶)? \|", (ROOT / "docs" / "checks.md").read_text(), re.MULTILINE))
    assert written == documented


def test_every_tiny_definition_is_sound() -> None:
    for file in sorted((ROOT / "tests" / "questionnaires").glob("*.yaml")):
        if file.stem == "walk_unreached":
            continue  # it shows what robots do not reach
        assert [str(finding) for finding in find(file) if finding.is_error] == []


def test_every_text_of_the_model_is_looked_at() -> None:
    definition, where, _ = parse((ROOT / "questionnaires" / "overstap" / "1.yaml").read_bytes(), "overstap.yaml")
    assert definition is not None and where is not None
    seen = {text for said in texts_of(definition) for text in said.text.values()}

    def texts_in(value: object) -> Iterator[str]:
        if isinstance(value, BaseModel):
            for part in dict(value).values():
                yield from texts_in(part)
        elif isinstance(value, dict) and value and set(value) <= {"nl", "en", "und"}:
            yield from value.values()
        elif isinstance(value, dict):
            for part in value.values():
                yield from texts_in(part)
        elif isinstance(value, tuple):
            for part in value:
                yield from texts_in(part)

    assert sorted(set(texts_in(definition)) - seen) == []
