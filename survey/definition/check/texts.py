"""Texts: that each language has them, and that their placeholders exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from survey.definition.check import piping
from survey.definition.complaint import suggest
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.piping import FACTS, pipes_in, without_pipes
from survey.kinds import Choice, Municipality, NumberQuestion, Question
from survey.kinds.question import Varied

#: What a text may ask for between braces, filled in when it is shown; the last two are the term of a flag or a rule.
PLACEHOLDERS = (*FACTS, "date", "day")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a definition: where it stands, its words by language, and whether students read it."""

    path: tuple[str | int, ...]
    text: dict[str, str]
    to_student: bool


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find placeholders that nobody fills, mark-up and stray spaces."""
    for language in definition.languages:
        if not _LANGUAGE.fullmatch(language):
            yield source.finding("E264", f"`{language}` is no language code such as `nl`", "languages")
    for said in texts_of(definition):
        for language, words in said.text.items():
            path = said.path if language == "und" else (*said.path, language)
            yield from _words(without_pipes(words), source, path)
            yield from piping.check(definition, source, said.path, language, words)
            if language != "und" and definition.languages and language not in definition.languages:
                hint = suggest(language, list(definition.languages))
                yield source.finding("W265", f"`{language}` is not one of `languages:`{hint}", *path)
        yield from _differences(said, source)
    yield from piping.check_wordings(definition, source)


def _words(words: str, source: Source, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """Find what would be shown as it stands, or not at all."""
    for name in _PLACEHOLDER.findall(words):
        if name not in PLACEHOLDERS:
            hint = suggest(name, list(PLACEHOLDERS))
            yield source.finding("E261", f"nobody fills in `{{{name}}}`{hint}", *path)
    if any(brace in _PLACEHOLDER.sub("", words) for brace in "{}"):
        yield source.finding("E261", "a brace stands alone; write `{mentor}`, or take it out", *path)
    if found := _TAG.search(words):
        yield source.finding("W266", f"`{found[0]}` would be shown as it stands; a text has no mark-up", *path)
    if words != words.strip() or "  " in words:
        yield source.finding("W267", "spaces at an end or two in a row; take them out", *path)


def _differences(said: Said, source: Source) -> Iterator[Finding]:
    """Find placeholders that one language has and another has not."""
    found = {language: frozenset(names_in(words)) for language, words in said.text.items() if words.strip()}
    everywhere = frozenset[str]().union(*found.values())
    for language, names in found.items():
        for name in sorted(everywhere - names):
            message = f"`{{{name}}}` stands in another language and not in `{language}`"
            yield source.finding("W262", message, *said.path, language)


def names_in(words: str) -> set[str]:
    """Give what a text asks for; the forms of a plural differ by language."""
    names = set(_PLACEHOLDER.findall(without_pipes(words)))
    return names | {f"{place.sort}:{place.question}" for place in pipes_in(words)}


def missing(definition: Definition, source: Source, publish: bool) -> Iterator[Finding]:
    """Find texts that one of the declared languages lacks; an error when students will read the definition."""
    code = "E263" if publish else "W263"
    for said in texts_of(definition):
        if not any(words.strip() for words in said.text.values()):
            continue
        declared = [language for language in definition.languages if language not in source.translated]
        lacking = [language for language in declared if not said.text.get(language, "").strip()]
        if "und" in said.text and len(declared) < 2:
            continue
        if lacking:
            what = " and ".join(f"`{language}`" for language in lacking)
            yield source.finding(code, f"this text is missing in {what}", *said.path)


def texts_of(definition: Definition) -> Iterator[Said]:
    """Yield every text that a definition holds, left out ones too, and each wording of one that has several."""
    for said in _texts(definition):
        if isinstance(said.text, Varied):
            rows = [*(row.text for row in said.text.variants), dict(said.text)]
            yield from (Said((*said.path, index, "text"), row, said.to_student) for index, row in enumerate(rows))
        else:
            yield said


def _texts(definition: Definition) -> Iterator[Said]:
    for word in ("title", "intro", "notice", "done"):
        yield Said((word,), getattr(definition, word), True)
    yield Said(("ground",), definition.ground, False)
    yield from (Said(("topics", name), text, True) for name, text in definition.topics.items())
    for question in definition.questions.values():
        yield from _of_question(question)
    yield from (Said(("pages", index, "title"), page.title, True) for index, page in enumerate(definition.pages))
    yield from _of_scores(definition)
    for label, band in definition.bands.items():
        yield Said(("bands", label, "text"), band.text, True)
        yield Said(("bands", label, "then"), band.then, True)
    for flag in definition.flags.values():
        yield Said(("flags", flag.id, "text"), flag.text, False)
        yield Said(("flags", flag.id, "student"), flag.student, True)
    for line in definition.helplines.values():
        yield Said(("helplines", line.id, "text"), line.text, True)
    for index, section in enumerate(definition.report.sections if definition.report else ()):
        yield Said(("report", "sections", index, "title"), section.title, False)


def _of_question(question: Question) -> Iterator[Said]:
    path = ("questions", question.id)
    for word in ("text", "hint", "why"):
        yield Said((*path, word), getattr(question, word), True)
    for index, each in enumerate(question.checks):
        yield Said((*path, "checks", index, "text"), each.text, True)
    for word in ("purpose", "ground"):
        yield Said((*path, word), getattr(question, word), False)
    for word in ("strength", "need", "change", "strength_report", "need_report"):
        yield Said((*path, "says", word), getattr(question.says, word), not word.endswith("_report"))
    if isinstance(question, NumberQuestion):
        yield Said((*path, "unit"), question.unit, True)
    if isinstance(question, Municipality):
        yield Said((*path, "unknown"), question.unknown, True)
    if isinstance(question, Choice):
        for code, option in question.options.items():
            yield Said((*path, "options", code, "text"), option.text, True)


def _of_scores(definition: Definition) -> Iterator[Said]:
    for scale in definition.scales.values():
        path = ("scales", scale.id)
        yield Said((*path, "text"), scale.text, True)
        yield from (Said((*path, "sentences", label), text, True) for label, text in scale.sentences.items())
        for label, text in scale.sentences_report.items():
            yield Said((*path, "sentences_report", label), text, False)
    for count in definition.counts.values():
        yield Said(("counts", count.id, "text"), count.text, True)
        for index, each in enumerate(count.of):
            yield Said(("counts", count.id, "of", index, "text"), each.text, True)
            yield Said(("counts", count.id, "of", index, "text_report"), each.text_report, False)
    for rule in definition.rules.values():
        yield Said(("rules", rule.id, "text"), rule.text, False)
        for index, case in enumerate(rule.cases):
            for word in ("because", "text", "student"):
                yield Said(("rules", rule.id, "cases", index, word), getattr(case, word), word == "student")
        for value, words in rule.values.items():
            yield Said(("rules", rule.id, "values", value, "text"), words.text, False)
            yield Said(("rules", rule.id, "values", value, "student"), words.student, True)
