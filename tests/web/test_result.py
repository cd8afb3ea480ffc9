"""What answers say, in words for staff, without a database."""

from __future__ import annotations

from fractions import Fraction

import pytest
from stages import FINE, SOURCE, WORRIED

from survey.access import Role
from survey.definition.load import read
from survey.definition.model import Definition, Report
from survey.i18n import catalogue
from survey.score import score
from survey.web.result import Reader, Result

CLOSED = SOURCE.replace("text: Heb je genoeg te eten?", "text: Heb je genoeg te eten?\n    seen_by: [coordinator]")


def define(source: str = SOURCE) -> Definition:
    """Return the questionnaire of a text."""
    definition, findings = read(source, "stap.yaml")
    assert definition, findings
    return definition


def make_reader(answers: dict[str, str], source: str = SOURCE, role: Role = Role.mentor) -> Reader:
    """Return what a page of these answers is made from."""
    definition, words = define(source), catalogue("nl")
    return Reader(
        definition=definition,
        values=dict(answers),
        outcome=score(definition, answers),
        words=words,
        role=role,
        say=words.words,
        report=definition.report or Report(),
    )


def compose(answers: dict[str, str], priority: int | None = 1, override: str = "", **more: object) -> Result:
    return make_reader(answers, **more).compose(priority, override)  # type: ignore[arg-type]


def test_priority_has_its_sign_and_both_readings() -> None:
    result = compose(WORRIED)
    assert result.priority.sign and result.priority.sign.text == "1 · nu"
    assert [(reading.value, reading.lines) for reading in result.readings] == [
        ("ja", ()),
        ("1 punt", ("Je hebt geen werk.",)),
    ]


def test_priority_that_a_person_chose_stands_beside_that_of_the_rules() -> None:
    result = compose(FINE, 2, "Gekozen door Sanne de Wit: Contract stopt.")
    assert result.priority.sign and result.priority.sign.text == "2 · snel"
    assert result.priority.notes[:2] == ("Gekozen door Sanne de Wit: Contract stopt.", "De regels zeiden: 4 · later.")


def test_missing_answer_is_said_to_be_missing() -> None:
    result = compose({"doel": "weet_niet"}, 2)
    assert "Een antwoord dat hier telt, ontbreekt." in result.priority.notes
    assert ("Heb je een slaapplek?", "–") in result.answers
    (scale,) = result.scales
    assert scale.result.startswith("Te weinig antwoorden: Weten we niet")


def test_trace_shows_points_before_and_after_and_the_edges() -> None:
    (scale,) = compose(WORRIED).scales
    assert [(row.question, row.answer, row.raw, row.points) for row in scale.items] == [
        ("Heb je een slaapplek?", "Nee", "3", "3"),
        ("Heb je genoeg te eten?", "Nee", "3", "3"),
    ]
    assert scale.result == "3: Hulp · 2 van 2 ingevuld · onder 1 Goed"


@pytest.mark.parametrize(("role", "shown"), [(Role.mentor, "Niet voor jouw rol"), (Role.coordinator, "Nee")])
def test_answer_that_the_file_keeps_from_a_role_stays_closed(role: Role, shown: str) -> None:
    result = compose(WORRIED, source=CLOSED, role=role)
    assert ("Heb je genoeg te eten?", shown) in result.answers
    assert shown in {row.answer for row in result.scales[0].items}


def test_rules_name_the_row_that_matched() -> None:
    assert compose(WORRIED).rules == ("vraag: ja (regel 1 van 2)", "spoed: nu (regel 1 van 3)")


@pytest.mark.parametrize(
    ("number", "said"),
    [(None, "–"), (2, "2"), (Fraction(8, 3), "2,67"), (Fraction(1, 8), "0,13"), (Fraction(-1, 2), "-0,5")],
)
def test_number_is_rounded_half_up_with_a_comma(number: Fraction | int | None, said: str) -> None:
    assert make_reader(FINE)._number(number) == said
