"""What changed between two versions, in plain words; and conditions as people say them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from stages import SOURCE

from survey import compare as module
from survey.compare import OF_PART, OF_QUESTION, OF_WHOLE, OTHER_PART, compare
from survey.definition.load import parse, shipped
from survey.definition.model import Definition
from survey.expression import parse as expression
from survey.i18n import catalogue
from survey.plainly import COMPARED, FUNCTIONS, say_condition
from survey.sheet import KINDS, MISSING, OPERATIONS, STATES

NL, EN = catalogue("nl"), catalogue("en")


def read(source: str) -> Definition:
    """Return a definition that has no errors."""
    definition, _, findings = parse(source, "stap.yaml")
    assert definition is not None, findings
    return definition


def changes(old: str, new: str, *, source: str = SOURCE) -> list[str]:
    """Return what changed when a piece of the file became another."""
    assert old in source
    return [change.say(NL) for change in compare(read(source), read(source.replace(old, new, 1)), NL)]


def test_nothing_changed_between_a_version_and_itself() -> None:
    assert compare(shipped("overstap"), shipped("overstap"), NL) == []


CHANGES = {
    "text: Heb je werk?": ("text: Heb je al werk?", ["“Heb je al werk?” (baan): andere woorden: was Heb je werk?, is nu Heb je al werk?"]),
    "show_if: doel in [werken]": (
        "show_if: doel in [werken, leren]",
        ["“Heb je werk?” (baan): wordt bij een andere voorwaarde gevraagd: was “Wat ga je doen?” is “Werken”, is nu “Wat ga je doen?” is “Werken” of “Leren”"],
    ),
    "{ja: {points: 0, text: Ja}, nee: {points: 3, text: Nee}}\n  slapen": (
        "{ja: {points: 1, text: Zeker}, nee: {points: 3, text: Nee}}\n  slapen",
        [
            "“Heb je werk?” (baan): andere woorden voor antwoord “Zeker”: was Ja, is nu Zeker",
            "“Heb je werk?” (baan): andere punten voor “Zeker”: was 0, is nu 1",
        ],
    ),
    "leren: {text: Leren}, weet": ("zorgen: {text: Zorgen}, weet", ["“Wat ga je doen?” (doel): antwoord “Leren” eruit gehaald", "“Wat ga je doen?” (doel): nieuw antwoord “Zorgen”"]),
    "{below: 1, label: goed}": ("{below: 2, label: goed}", ["schaal thuis: andere grenzen van de niveaus: was goed < 1, hulp, is nu goed < 2, hulp"]),
    '{when: "open >= 1", value: 2}': ('{when: "open >= 2", value: 2}', ["regel spoed: andere regels in de tabel"]),
    "within: today": ("within: week", ["signaal “Heeft geen slaapplek.” (dakloos): andere termijn: was today, is nu week"]),
    "title: Stap": ("title: Een stap", ["andere titel"]),
    "languages: [nl]": ("languages: [nl, en]", ["nieuwe talen: en"]),
    "required: false": ("required: true", ["“Wat kan jij goed?” (eigen): mag leeg blijven, of juist niet meer"]),
    "{id: eigen, questions: [eigen]}": (
        "{id: extra, questions: [eigen]}",
        [],
    ),
    "questions: [slapen, eten]}": ("questions: [eten, slapen]}", ["verplaatst: “Heb je genoeg te eten?” (eten)"]),
}


@pytest.mark.parametrize("old", CHANGES, ids=lambda old: old[:24])
def test_each_change_is_said(old: str) -> None:
    new, expected = CHANGES[old]
    assert changes(old, new) == expected


def test_question_that_came_or_went_is_said() -> None:
    pages, question = "  - {id: eigen, questions: [eigen]}\n", "  eigen: {kind: short_text, text: Wat kan jij goed?, required: false}\n"
    shorter = SOURCE.replace(pages, "").replace(question, "")
    assert [each.say(NL) for each in compare(read(SOURCE), read(shorter), NL)] == ["eruit gehaald: “Wat kan jij goed?” (eigen)"]
    (change,) = compare(read(shorter), read(SOURCE), NL)
    assert change.say(EN) == "new: “Wat kan jij goed?” (eigen)" and change.counts


def test_questions_that_come_to_stand_together_are_said() -> None:
    pages = "  - {id: thuis, questions: [slapen, eten]}\n  - {id: eigen, questions: [eigen]}\n"
    assert changes(pages, "  - {id: thuis, questions: [slapen, eten, eigen]}\n") == ["andere vragen staan samen op een pagina"]


def test_as_few_questions_as_can_be_have_moved() -> None:
    assert module._moved(list("abcdef"), list("bcdefa")) == ["a"]
    assert module._moved(list("abcd"), list("abcd")) == []
    assert module._moved([], []) == []


def test_only_what_counts_is_marked_so() -> None:
    counted = {change.message for change in compare(read(SOURCE), read(SOURCE.replace("points: 3", "points: 2")), NL) if change.counts}
    assert counted == {"{name}: other points for “{option}”"}
    assert not any(change.counts for change in compare(read(SOURCE), read(SOURCE.replace("Heb je werk?", "Werk je?")), NL))


CONDITIONS = {
    "doel == werken": "“Wat ga je doen?” is “Werken”",
    "doel in [werken, leren] and baan != ja": "“Wat ga je doen?” is “Werken” of “Leren” en “Heb je werk?” is niet “Ja”",
    "not (slapen == nee or eten == nee)": "niet: (“Heb je een slaapplek?” is “Nee” of “Heb je genoeg te eten?” is “Nee”)",
    "thuis.band == hulp": "thuis is “Hulp”",
    "open >= 1": "open is minstens 1",
    "slapen + eten * 2 < 4": "(“Heb je een slaapplek?” + (“Heb je genoeg te eten?” × 2)) is minder dan 4",
    "answered(eigen)": "“Wat kan jij goed?” is beantwoord",
    "baan == missing": "“Heb je werk?” heeft geen antwoord",
    "vraag == ja": "vraag is “ja”",
    "max(slapen, eten) > 1": "de hoogste van “Heb je een slaapplek?”, “Heb je genoeg te eten?” is meer dan 1",
    "count(slapen == nee, eten == nee) >= 1": "hoeveel hiervan kloppen: “Heb je een slaapplek?” is “Nee”; “Heb je genoeg te eten?” is “Nee” is minstens 1",
    "(slapen if baan == ja else eten) <= 1": "(“Heb je een slaapplek?” als “Heb je werk?” is “Ja”, anders “Heb je genoeg te eten?”) is hoogstens 1",
    "round(thuis.value, 1) == 1.5": "thuis afgerond op 1 decimalen is 1.5",
    "thuis.answered >= 2": "thuis (aantal beantwoord) is minstens 2",
    "-slapen < 0": "−“Heb je een slaapplek?” is minder dan 0",
    "true": "altijd",
}


@pytest.mark.parametrize("source", CONDITIONS)
def test_condition_is_said_in_words(source: str) -> None:
    assert say_condition(read(SOURCE), expression(source), NL) == CONDITIONS[source]


def test_every_message_of_a_change_is_said_in_dutch() -> None:
    literal = {
        node.args[1].value
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Change" and isinstance(node.args[1], ast.Constant)
    }
    tables = (OF_QUESTION, OF_WHOLE, OF_PART, COMPARED, FUNCTIONS, KINDS, STATES, OPERATIONS, MISSING, module.PARTS)
    messages = literal | {message for table in tables for message in table.values()} | {OTHER_PART}
    messages |= {"mentor", "coordinator", "administrator", "privacy_officer", "municipality", "doorstroompunt", "employer", "school"}
    messages |= {f"{{name}} ({part})" for part in ("answered", "applicable", "low", "high")}
    assert len(literal) > 15 and {message for message in messages if message not in NL.messages} == set()
