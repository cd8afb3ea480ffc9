"""Translations beside a definition: read with it, and what is missing, old or different in them, at their line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from survey.definition.bundle import Bundle, belongs, bundle, read_bundle, stored_bundle
from survey.definition.check import check
from survey.definition.check.texts import texts_of
from survey.definition.load import load, parse, shipped_files
from survey.definition.model import Definition
from survey.definition.places import OF_STAFF, TEXTS, find_places
from survey.definition.po import Entry, read_catalogue, write_catalogue
from survey.definition.tree import grow
from survey.definition.worksheet import NoFirstLanguage, make_worksheet
from survey.examine import examine
from survey.kinds import KINDS
from survey.kinds.question import Text, Wording

SOURCE = """\
id: proef
version: 1
languages: [nl, en]
title: {nl: Proef, en: Trial}
topics:
  geld: {nl: Geld, en: Money}
answers:
  klopt: {ja: {points: 1, text: {nl: Klopt, en: "True"}}, nee: {points: 0, text: {nl: Klopt niet, en: Not true}}}
questions:
  sparen:
    text: {nl: "{first_name}, spaar je?", en: "{first_name}, do you save?"}
    answers: klopt
    purpose: {nl: Zien of geld een zorg is., en: See if money is a worry.}
  lenen: {text: {nl: Leen je?, en: Do you borrow?}, answers: klopt}
"""
WORDS = {
    "title": ("Proef", "تجربة"),
    "topics.geld": ("Geld", "مال"),
    "answers.klopt.ja.text": ("Klopt", "صحيح"),
    "answers.klopt.nee.text": ("Klopt niet", "غير صحيح"),
    "questions.sparen.text": ("{first_name}, spaar je?", "{first_name}، هل تدخر؟"),
    "questions.lenen.text": ("Leen je?", "هل تقترض؟"),
}


def arabic(checked_by: str = "", **changed: Entry | None) -> bytes:
    """Return a translation; an entry is changed or left out by its place with _ for each dot, another is added."""
    entries = {place: Entry(place, *words) for place, words in WORDS.items()}
    for name, entry in changed.items():
        place = next((place for place in entries if place.replace(".", "_") == name), name)
        if entry is None:
            del entries[place]
        else:
            entries[place] = entry
    return write_catalogue({"Language": "ar", "X-Checked-By": checked_by}, entries.values()).encode()


def beside(content: bytes, source: str = SOURCE, name: str = "1.ar.po") -> Bundle:
    """Return the definition with a translation beside it."""
    return Bundle("proef/1.yaml", source.encode(), ((name, content),))


def found(files: Bundle, publish: bool = False) -> list[tuple[str, int, str]]:
    """Return the findings in the translation."""
    definition, source, findings = parse(files)
    if definition is not None and source is not None and publish:
        findings = check(definition, source, publish)
    return [(each.code, each.line, each.message) for each in findings if each.file == "proef/1.ar.po"]


def test_translation_is_read_with_its_definition() -> None:
    definition, _, findings = parse(beside(arabic("Samira Haddad")))
    assert definition is not None and findings == []
    assert definition.languages == ("nl", "en", "ar") and definition.unchecked_languages == frozenset()
    assert definition.title == {"nl": "Proef", "en": "Trial", "ar": "تجربة"}
    assert definition.questions["lenen"].options["nee"].text["ar"] == "غير صحيح"
    assert definition.topics["geld"]["ar"] == "مال"
    assert "ar" not in definition.questions["sparen"].purpose


def test_plain_words_of_one_language_can_be_translated() -> None:
    source = "id: kort\nversion: 1\nlanguages: [nl]\nquestions:\n  a: {text: Hoi, options: {ja: {text: Ja}, nee: {text: Nee}}}\n"
    words = write_catalogue({"Language": "ar"}, [Entry("questions.a.options.ja.text", "Ja", "نعم")])
    definition, _, _ = parse(beside(words.encode(), source))
    assert definition is not None and definition.questions["a"].options["ja"].text == {"nl": "Ja", "ar": "نعم"}
    assert definition.questions["a"].text == {"und": "Hoi"}


def test_language_that_nobody_checked_is_named() -> None:
    definition, _, findings = parse(beside(arabic()))
    assert definition is not None and definition.unchecked_languages == {"ar"} and findings == []
    ((code, line, message),) = found(beside(arabic()), publish=True)
    assert (code, line) == ("W298", 2) and "nobody who speaks `ar` from birth has read" in message


CASES: dict[str, tuple[Entry | None, str, str]] = {
    "questions_lenen_text": (Entry("questions.lenen.text", "Leen jij?", "x"), "W297", "changed since they were translated"),
    "title": (Entry("title", "Proef", "x", True), "W292", "marked fuzzy"),
    "topics_geld": (Entry("topics.geld", "Geld", " "), "W292", "is not translated"),
    "questions_sparen_text": (Entry("questions.sparen.text", "{first_name}, spaar je?", "هل؟"), "E296", "`{first_name}`"),
    "answers_klopt_ja_text": (None, "W292", "`answers.klopt.ja.text` is not here"),
    "nergens": (Entry("nergens", "Iets", "x"), "W293", "there is no text `nergens`"),
}


@pytest.mark.parametrize("place", CASES)
def test_each_fault_is_found_at_its_line(place: str) -> None:
    entry, code, message = CASES[place]
    content = arabic("Samira Haddad", **{place: entry})
    ((was, line, said),) = found(beside(content))
    assert was == code and message in said
    if entry is not None:
        lines = content.decode().splitlines()
        start = lines.index(f'msgctxt "{entry.place}"')
        assert lines[line - 1].startswith("msgstr") and start < line <= start + 3
    definition = parse(beside(content))[0]
    if code.startswith("W") and definition is not None and place == "title":
        assert definition.title == {"nl": "Proef", "en": "Trial"}  # what does not count is not shown


def test_missing_and_old_words_stop_publishing() -> None:
    old = arabic("S", questions_lenen_text=Entry("questions.lenen.text", "Leen jij?", "x"), title=None)
    assert [code for code, _, _ in found(beside(old))] == ["W292", "W297"]
    assert [code for code, _, _ in found(beside(old), publish=True)] == ["E292", "E297"]


def test_words_that_the_file_has_itself_are_not_given_twice() -> None:
    source = SOURCE.replace("en: Trial}", "en: Trial, ar: تجربة}")
    ((code, _, message),) = found(beside(arabic("S"), source))
    assert code == "E295" and "in the file itself" in message


WRONG = {
    "syntax": (b'msgid "a\nmsgstr ""', "proef/1.ar.po", 1, "this is no PO file"),
    "latin": (b'msgid "caf\xe9"\nmsgstr ""', "proef/1.ar.po", 1, "not UTF-8"),
    "large": (b"#" * 2_000_001, "proef/1.ar.po", 1, "larger than 2 MB"),
    "other": (b'msgid ""\nmsgstr "Language: tr\\n"', "proef/1.ar.po", 2, "its head says `Language: tr`"),
}


@pytest.mark.parametrize("case", WRONG)
def test_file_that_is_no_translation_refuses_the_definition(case: str) -> None:
    content, file, line, message = WRONG[case]
    definition, _, (finding,) = parse(beside(content))
    assert definition is None
    assert (finding.code, finding.file, finding.line) == ("E291", file, line) and message in finding.message


def test_definition_says_its_own_language_first() -> None:
    definition, _, findings = parse(beside(arabic(), SOURCE.replace("languages: [nl, en]\n", "")))
    assert definition is None and [(each.code, each.line) for each in findings] == [("E294", 1)]


def test_other_checks_point_into_the_translation() -> None:
    crooked = Entry("questions.lenen.text", "Leen je?", "<b>هل</b> ")
    codes = [code for code, line, _ in found(beside(arabic("S", questions_lenen_text=crooked)))]
    assert codes == ["W266", "W267"]


def test_plural_forms_are_those_of_the_language() -> None:
    source = SOURCE + (
        "  broers: {kind: number, text: {nl: Hoeveel?, en: How many?}, min: 0}\n"
        "  blij: {kind: yes_no, text: {nl: 'Met {plural:broers|one=broer|other=broers}?', en: 'With {plural:broers|one=a|other=b}?'}}\n"
    )
    said = "Met {plural:broers|one=broer|other=broers}?"
    few = Entry("questions.blij.text", said, "مع {plural:broers|one=أخ|other=إخوة}؟")
    codes = {code for code, _, message in found(beside(arabic("S", few=few), source)) if "few" in message or "many" in message}
    assert codes == {"E269"}


# The digest, and what is stored


def test_digest_covers_the_translations() -> None:
    alone = bundle("1.yaml", SOURCE)
    first, second = beside(arabic()), beside(arabic("Samira Haddad"))
    assert len({alone.digest, first.digest, second.digest}) == 3
    assert alone.digest == parse(SOURCE, "1.yaml")[0].digest  # type: ignore[union-attr]
    assert parse(first)[0].digest == first.digest  # type: ignore[union-attr]


def test_stored_texts_give_the_same_definition() -> None:
    files = beside(arabic())
    again = stored_bundle(files.name, files.source.decode(), files.beside_json)
    assert again == files and parse(again)[0] == parse(files)[0]


def test_file_is_read_with_what_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "1.ar.po").write_bytes(arabic())
    (tmp_path / "12.ar.po").write_bytes(b"van een ander")
    (tmp_path / "1.ar.po.bak").write_bytes(b"oud")
    assert [name for name, _ in read_bundle(tmp_path / "1.yaml").beside] == ["1.ar.po"]
    assert load(tmp_path / "1.yaml").languages == ("nl", "en", "ar")
    assert belongs("a.b.ar.po", "a.b") and not belongs("a.b.ar.po", "a")


# What a translator gets


def test_worksheet_asks_for_every_text_of_students_once() -> None:
    entries = read_catalogue(make_worksheet(bundle("1.yaml", SOURCE), "ar").encode()).entries
    assert {entry.place: entry.original for entry in entries} == {place: words[0] for place, words in WORDS.items()}
    everything = read_catalogue(make_worksheet(bundle("1.yaml", SOURCE), "ar", with_staff=True).encode()).entries
    assert {entry.place for entry in everything} - set(WORDS) == {"questions.sparen.purpose"}


def test_worksheet_helps_with_the_other_language_and_says_what_stays() -> None:
    sheet = make_worksheet(bundle("1.yaml", SOURCE), "ar")
    assert '#. en: {first_name}, do you save?\n#. Keep what stands between { } as it is.\nmsgctxt "questions.sparen.text"' in sheet


def test_worksheet_takes_over_what_was_translated() -> None:
    source = SOURCE.replace("nl: Leen je?", "nl: Leen je geld?").replace("geld: {nl: Geld", "centen: {nl: Geld")
    sheet = make_worksheet(beside(arabic("Samira Haddad"), source), "ar")
    read = read_catalogue(sheet.encode())
    entries = {entry.place: entry for entry in read.entries}
    assert read.head["x-checked-by"] == "Samira Haddad"
    assert entries["title"].words == "تجربة" and not entries["title"].is_fuzzy
    assert entries["questions.lenen.text"].is_fuzzy and '#| msgid "Leen je?"' in sheet
    assert entries["topics.centen"].words == "مال" and entries["topics.centen"].is_fuzzy


def test_worksheet_needs_a_first_language() -> None:
    with pytest.raises(NoFirstLanguage, match="say in which language the file is"):
        make_worksheet(bundle("x.yaml", "id: x\nversion: 1\n"), "ar")


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_translated_worksheet_gives_students_every_text_of_what_is_shipped(path: Path) -> None:
    files = Bundle(path.name, path.read_bytes())
    entries = read_catalogue(make_worksheet(files, "ti").encode()).entries
    full = [Entry(entry.place, entry.original, f"ትግርኛ {entry.original}") for entry in entries]
    words = write_catalogue({"Language": "ti", "X-Checked-By": "Selam Tesfay"}, full).encode()
    definition, findings = examine(Bundle(path.name, files.source, ((f"{path.stem}.ti.po", words),)), publish=True)
    assert definition is not None and [each for each in findings if each.is_error] == []
    lacking = [said.path for said in texts_of(definition) if said.to_student and said.text and "ti" not in said.text]
    own = {("questions", each.id, "unknown") for each in definition.questions.values() if each.kind == "municipality"}
    assert set(lacking) - own == set()


def test_each_wording_of_a_text_is_translated() -> None:
    source = SOURCE + (
        "  blij:\n    options: [ja, nee]\n    text:\n"
        "      - {when: sparen == ja, nl: Fijn?, en: Good?}\n      - {nl: Niet fijn?, en: Not good?}\n"
    )
    said = [Entry("questions.blij.text.1", "Fijn?", "جيد؟"), Entry("questions.blij.text.2", "Niet fijn?", "غير جيد؟")]
    definition, _, findings = parse(beside(arabic("S", een=said[0], twee=said[1]), source))
    assert definition is not None and findings == []
    text = definition.questions["blij"].text
    assert text["ar"] == "غير جيد؟" and text.variants[0].text["ar"] == "جيد؟"  # type: ignore[attr-defined]


# Nothing of the language is forgotten


def text_words(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, bool]]:
    """Yield each word of a model and those in it whose value is a text, with whether it is a mapping of texts."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation), *(each for part in get_args(field.annotation) for each in get_args(part))]
        if is_text(field.annotation, field.metadata):
            yield name, False
        elif any(is_text(kind, getattr(kind, "__metadata__", ())) for kind in kinds):
            yield name, True
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from text_words(kind, seen)


def is_text(kind: Any, metadata: Any) -> bool:
    """Tell whether a field is a text by language."""
    marks = get_args(Text)[1], get_args(Wording)[1]
    return any(type(each) is type(mark) and each == mark for each in metadata for mark in marks)


def test_every_text_of_the_model_is_a_place() -> None:
    seen: set[type[BaseModel]] = set()
    words = {found for model in (Definition, *KINDS.values()) for found in text_words(model, seen)}
    assert {"text", "hint", "unit"} <= {name for name, is_mapping in words if not is_mapping} <= TEXTS | {"unknown"}
    assert {name for name, is_mapping in words if is_mapping} <= {"topics", "sentences", "sentences_report"}
    assert OF_STAFF <= TEXTS


def test_code_that_looks_like_a_language_is_no_text() -> None:
    tree, _ = grow("id: x\nquestions:\n  a: {text: Hoi, options: {nl: 1, en: 0}}\n  b: {text: Ja, options: {nl: {text: A}}}\n")
    assert [place.name for place in find_places(tree, "nl")] == ["questions.a.text", "questions.b.text", "questions.b.options.nl.text"]
