"""A page as a form: what is parsed, what is refused in which words, what the template gets to show."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from survey.answers import Answers
from survey.definition.load import load, read
from survey.form import MESSAGES, Asked, describe, errors_of, page_form, sound_values, values_of
from survey.i18n import catalogue
from survey.kinds import KINDS

CLUB = load(Path(__file__).parent / "web" / "club.yaml")
PAGES = {page.id: page for page in CLUB.pages}
MEMBER = Answers().with_value("lid", "ja").with_value("team", ("spelen",)).with_value("keer", Fraction(2))


def sent(page: str, answers: Answers = MEMBER, **fields: Any) -> BaseForm:
    """Return a page's form as it was sent, checked."""
    form = page_form(CLUB, PAGES[page], answers)
    form.process(MultiDict(fields))
    form.validate()
    return form


def shown(page: str, form: BaseForm, answers: Answers = MEMBER) -> list[Asked]:
    """Return what the template shows of a form, in Dutch."""
    return describe(CLUB, PAGES[page], answers, form, catalogue("nl"), catalogue("nl").words)


@pytest.mark.parametrize(
    ("page", "fields", "values"),
    [
        ("lid", {"lid": "nee"}, {"lid": "nee"}),
        ("team", {"team": ["helpen", "spelen"]}, {"team": ("spelen", "helpen")}),
        ("keer", {"keer": " 3 "}, {"keer": Fraction(3)}),
        ("woorden", {"goed": "  ik   zing ", "wens": ""}, {"goed": "ik zing", "wens": None}),
        ("woorden", {}, {"goed": None, "wens": None}),
    ],
)
def test_good_answers_are_parsed(page: str, fields: dict[str, Any], values: dict[str, Any]) -> None:
    form = sent(page, **fields)
    assert values_of(form) == values
    assert errors_of(form, catalogue("nl")) == {}


@pytest.mark.parametrize(
    ("page", "fields", "words"),
    [
        ("lid", {}, "Kies een antwoord."),
        ("lid", {"lid": ""}, "Kies een antwoord."),
        ("lid", {"lid": "misschien"}, "Kies een van de antwoorden hieronder."),
        ("lid", {"lid": ["ja", "nee"]}, "Kies één antwoord."),
        ("team", {"team": ["spelen", "niets"]}, "Dit antwoord kan niet samen met een ander antwoord."),
        ("keer", {"keer": ""}, "Vul iets in."),
        ("keer", {"keer": "twee"}, "Gebruik cijfers, zoals 12."),
        ("keer", {"keer": "1,5"}, "Gebruik een heel getal, zoals 12."),
        ("keer", {"keer": "-1"}, "Gebruik een getal van 0 of meer."),
        ("keer", {"keer": "21"}, "Gebruik een getal van 20 of minder."),
    ],
)
def test_bad_answers_are_refused_in_words(page: str, fields: dict[str, Any], words: str) -> None:
    form = sent(page, **fields)
    assert errors_of(form, catalogue("nl")) == {page: words}
    assert shown(page, form)[0].error == words


def test_every_refusal_of_a_kind_has_its_words() -> None:
    source = "".join(path.read_text() for path in (Path(__file__).parent.parent / "survey" / "kinds").glob("*.py"))
    codes = {part.split('"')[1] for part in source.split("Refused(")[1:] if part.startswith('"')}
    assert codes - set(MESSAGES) == {"takes_no_answer"}, "which a form never asks for"


def test_each_kind_has_its_template() -> None:
    folder = Path(__file__).parent.parent / "templates" / "respond" / "kinds"
    assert {kind.widget for kind in KINDS.values()} == {path.stem for path in folder.glob("*.html")}


def test_form_shows_what_was_answered_before() -> None:
    [lid] = shown("lid", page_form(CLUB, PAGES["lid"], MEMBER))
    assert [(offer.code, offer.is_chosen) for offer in lid.offers][:2] == [("ja", True), ("nee", False)]
    [team] = shown("team", page_form(CLUB, PAGES["team"], MEMBER))
    assert [offer.code for offer in team.offers if offer.is_chosen] == ["spelen"]
    [keer] = shown("keer", page_form(CLUB, PAGES["keer"], MEMBER))
    assert (keer.typed, keer.unit) == ("2", "keer")


def test_refused_input_is_shown_again() -> None:
    [keer] = shown("keer", sent("keer", keer="veel te vaak"))
    assert keer.typed == "veel te vaak"
    [team] = shown("team", sent("team", team=["spelen", "niets"]))
    assert [offer.code for offer in team.offers if offer.is_chosen] == ["spelen", "niets"]


def test_not_knowing_and_not_saying_are_quiet() -> None:
    [lid] = shown("lid", page_form(CLUB, PAGES["lid"], Answers()))
    assert [offer.code for offer in lid.offers if offer.is_quiet] == ["weet_niet", "liever_niet"]


def test_question_off_the_path_is_not_in_the_form() -> None:
    assert list(page_form(CLUB, PAGES["team"], Answers().with_value("lid", "nee"))) == []


def test_text_to_read_is_shown_and_not_asked() -> None:
    form = page_form(CLUB, PAGES["uitleg"], MEMBER)
    assert values_of(form) == {}
    [uitleg] = shown("uitleg", form)
    assert (uitleg.text, uitleg.is_alone) == ("Bijna klaar.", True)


def test_only_question_of_a_page_is_its_heading() -> None:
    assert [asked.is_alone for asked in shown("lid", page_form(CLUB, PAGES["lid"], MEMBER))] == [True]
    assert [asked.is_alone for asked in shown("woorden", page_form(CLUB, PAGES["woorden"], MEMBER))] == [False, False]


@given(st.sampled_from(sorted(PAGES)), st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_sent_is_taken_or_refused(page: str, raw: list[str]) -> None:
    form = sent(page, **{name: raw for name in PAGES[page].questions})
    errors = errors_of(form, catalogue("nl"))
    for name, value in values_of(form).items():
        question = CLUB.questions[name]
        assert name in errors or question.accept(question.export(value) if value is not None else None) == value


def test_what_the_school_filled_in_is_no_answer_before_the_page_is_sent() -> None:
    known = load(Path(__file__).parent / "questionnaires" / "prefill.yaml")
    page = next(page for page in known.pages if page.id == "wie")
    form = page_form(known, page, Answers(), facts={"postcode": "1234 AB", "first_name": "Yara"})
    form.process(MultiDict({"waar": "1234 AB", "naam": "Yaar"}))
    assert form.validate()
    assert sound_values(form, is_sent=False) == {"naam": "Yaar"}
    assert sound_values(form) == {"waar": "1234 AB", "naam": "Yaar"}


@pytest.mark.parametrize(
    ("language", "typed", "value", "back"),
    [("nl", "1.250", "1250", "1250"), ("nl", "1,5", "3/2", "1,5"), ("en", "1,250", "1250", "1250"), ("en", "1.5", "3/2", "1.5")],
)
def test_number_is_read_and_shown_as_the_language_of_the_page_writes_it(
    language: str, typed: str, value: str, back: str
) -> None:
    definition, findings = read("id: geld\nversion: 1\nquestions:\n  schuld: {kind: number, text: Hoeveel schuld heb je?}\n", "geld.yaml")
    assert definition is not None, findings
    [page] = definition.pages
    form = page_form(definition, page, Answers(), language=language)
    form.process(MultiDict({"schuld": typed}))
    assert form.validate() and values_of(form) == {"schuld": Fraction(value)}
    answers = Answers().with_value("schuld", Fraction(value))
    again, words = page_form(definition, page, answers, language=language), catalogue(language)
    [asked] = describe(definition, page, answers, again, words, words.words)
    assert asked.typed == back
