"""Words, dates and directions of the languages; every message of the pages is said in each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.ext import babel_extract

from survey import casework, i18n, timeline
from survey.account_news import NEWS
from survey.form import MESSAGES
from survey.i18n import BrokenCatalogue, Catalogue, catalogue, is_checked, languages, name_in, own_name, staff_languages
from survey.web import asking, colleagues, lesson, readers, rounds

ROOT = Path(__file__).resolve().parent.parent
HEADER = 'msgid ""\nmsgstr ""\n"Language: nl\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def in_templates() -> Iterator[tuple[str, str]]:
    """Return each message of a template with the file that says it; of a plural its singular."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix not in (".html", ".txt"):
            continue
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("t", "tn", "_"), (), {"trim_blocks": "true"}):
                found = message[0] if isinstance(message, tuple) else message
                if found:  # None for a message that a variable holds
                    yield found, str(path.relative_to(ROOT / "templates"))


def in_code() -> Iterator[tuple[str, str]]:
    """Return each message that Python says through a catalogue: `text`, `plural` or `say` of a plain string."""
    for path in sorted((ROOT / "survey").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"text", "plural", "say"} and isinstance(node.args[0].value, str):
                yield node.args[0].value, path.name


def places(message: str) -> set[str]:
    """Return the {names} in a message."""
    return {name for _, name, _, _ in Formatter().parse(message) if name}


TABLES: list[tuple[str, Iterable[str]]] = [
    ("account_news.py", NEWS.values()),
    ("asking.py", [*(text for text, _ in asking.STANDS.values()), *filter(None, asking.REACHES.values()), *asking.UNSENT.values()]),
    ("casework.py", [*casework.HOW.values(), *casework.ANSWERS.values()]),
    ("colleagues.py", colleagues.MEANS.values()),
    ("form.py", MESSAGES.values()),
    ("lesson.py", [*lesson.PAPERS.values(), *lesson.STATES.values()]),
    ("readers.py", readers.ROLES.values()),
    ("rounds.py", [*rounds.HISTORY.values(), *rounds.REFUSED.values()]),
    ("timeline.py", timeline.SAID.values()),
]
MESSAGE_SOURCES = sorted({*in_templates(), *in_code(), *((text, file) for file, told in TABLES for text in told)})
OTHERS = [code for code in languages() if code != i18n.SOURCE]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_said_in_every_language(language: str) -> None:
    """A language that staff do not speak says all that students read."""
    said, is_staff = catalogue(language).messages, language in staff_languages()
    wanted = [each for each in MESSAGE_SOURCES if is_staff or each[1] not in STAFF_FILES]
    assert len(wanted) > 60
    assert [f"{source}: {message}" for message, source in wanted if message not in said] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_places(language: str) -> None:
    for message, said in catalogue(language).messages.items():
        for form in said:
            assert places(form) - {"n"} == places(message) - {"n"}, message


def test_student_sentences_are_short_in_dutch() -> None:
    """Level A2: at most ten words a sentence (docs of the product); staff read longer ones."""
    pages = {text for text, name in MESSAGE_SOURCES if name not in STAFF_FILES}
    said = [form for message in pages for form in catalogue("nl").messages.get(message, ())]
    sentences = [sentence for text in said for sentence in re.split(r"(?<=[.!?])\s", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 10] == []


STAFF_FILES = {
    *(
        str(path.relative_to(ROOT / "templates"))
        for folder in ("staff", "report", "mail", "verify")
        for path in (ROOT / "templates" / folder).rglob("*")
    ),
    *(path.name for path in (ROOT / "survey").rglob("*.py")),
} - {"afterwards.py", "conflict_page.py", "errors.py", "form.py", "keep.py", "question_page.py", "readers.py", "script.py"}


def test_staff_speak_dutch_and_english_which_somebody_has_checked() -> None:
    assert staff_languages() == ("en", "nl")
    assert all(is_checked(code) for code in staff_languages())
    assert not any(is_checked(code) for code in languages() if code not in staff_languages())


def test_english_is_what_stands_in_the_code() -> None:
    english = catalogue("en")
    assert english.text("Question {n} of {total}", n=1, total=2) == "Question 1 of 2"
    assert english.plural("{n} dog", "{n} dogs", 1) == "1 dog"
    assert english.plural("{n} dog", "{n} dogs", 0) == "0 dogs"


def test_dutch_says_messages_and_plurals() -> None:
    dutch = catalogue("nl")
    assert dutch.text("Question {n} of {total}", n=7, total=22) == "Vraag 7 van 22"
    assert dutch.plural("{n} short question.", "{n} short questions.", 1) == "1 korte vraag."
    assert dutch.plural("{n} short question.", "{n} short questions.", 22) == "22 korte vragen."


def test_message_without_translation_is_said_in_english() -> None:
    assert catalogue("nl").text("Nobody translated {this}.", this="x") == "Nobody translated x."


@given(st.text())
def test_values_are_never_read_as_places(value: str) -> None:
    assert catalogue("en").text("Hi {name}", name=value) == f"Hi {value}"


def test_dates_are_said_as_people_do() -> None:
    dutch, day = catalogue("nl"), date(2027, 6, 12)
    assert dutch.date(day) == "12 juni 2027"
    assert dutch.day(day) == "zaterdag 12 juni"
    assert dutch.day_of_month(day) == "12 juni"
    assert dutch.weekday(day) == "zaterdag"
    assert catalogue("en").date(day) == "12 June 2027"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1 januari 2027, 00:30"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2 juli 2026, 00:30"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 maart 2026, 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 maart 2026, 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 oktober 2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 oktober 2026, 02:30"),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), "29 februari 2028, 13:00"),
    ],
)
def test_moments_are_said_in_dutch_time(moment: datetime, said: str) -> None:
    assert catalogue("nl").moment(moment) == said
    assert catalogue("nl").date(moment) == said.partition(",")[0]


def test_direction_follows_the_language() -> None:
    assert [catalogue(code).direction for code in ("nl", "en", "ar")] == ["ltr", "ltr", "rtl"]


def test_languages_are_folders_and_english() -> None:
    assert set(languages()) >= {"nl", "en"}
    assert [own_name(code) for code in ("nl", "en", "ar")] == ["Nederlands", "English", "العربية"]
    assert [name_in(code, "nl") for code in ("nl", "ar", "ti")] == ["Nederlands", "Arabisch", "Tigrinya"]


def test_text_of_a_definition_falls_back_to_what_there_is() -> None:
    dutch = catalogue("nl")
    assert dutch.words({"en": "Yes", "nl": "Ja"}) == "Ja"
    assert dutch.words({"und": "Ja/Yes"}) == "Ja/Yes"
    assert dutch.words({"en": "Yes"}) == "Yes"
    assert dutch.words({}) == ""


def test_two_files_that_disagree_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "one.po": (HEADER + 'msgid "Name"\nmsgstr "Naam"\n').encode(),
        "two.po": (HEADER + 'msgid "Name"\nmsgstr "Benaming"\n').encode(),
    }
    monkeypatch.setattr(i18n, "sources", lambda language: sources)
    with pytest.raises(BrokenCatalogue, match="'Name' is said differently in one.po and two.po"):
        catalogue.__wrapped__("nl")


def test_language_with_three_forms_uses_each(monkeypatch: pytest.MonkeyPatch) -> None:
    header = HEADER.replace("Language: nl", "Language: pl").replace(
        "nplurals=2; plural=(n != 1);",
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    )
    body = 'msgid "{n} page"\nmsgid_plural "{n} pages"\nmsgstr[0] "{n} strona"\nmsgstr[1] "{n} strony"\nmsgstr[2] "{n} stron"\n'
    monkeypatch.setattr(i18n, "sources", lambda language: {"one.po": (header + body).encode()})
    polish: Catalogue = catalogue.__wrapped__("pl")
    assert [polish.plural("{n} page", "{n} pages", n) for n in (1, 2, 5)] == ["1 strona", "2 strony", "5 stron"]


def test_catalogues_are_files_that_ship() -> None:
    names = {entry.name for entry in files("survey").joinpath("locale").joinpath("nl").iterdir()}
    assert {"respond.po", "errors.po"} <= names
