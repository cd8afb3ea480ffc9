"""What a definition needs before students see it; a bare instrument does without."""

from __future__ import annotations

from collections.abc import Iterator

from survey.answers import State
from survey.definition.check import saying
from survey.definition.check.scoring import silent_flags
from survey.definition.check.texts import missing
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.kinds import Calculated, Choice, Question

#: Who can read answers inside the school, and to whom they can go outside it.
READERS = ("mentor", "coordinator", "administrator", "privacy_officer")
RECEIVERS = ("municipality", "doorstroompunt", "employer", "school")


def check(definition: Definition, source: Source, publish: bool) -> Iterator[Finding]:
    """Find what is missing for students, and with or without publishing what is missing in a language."""
    yield from missing(definition, source, publish)
    for question in definition.questions.values():
        yield from _receivers(question, source)
    if not publish:
        return
    if len(definition.languages) < 2:
        message = "students read it in two languages or more; name them under `languages:`"
        yield source.finding("E274", message, "languages")
    for word, what in _PAGES.items():
        if not _has(getattr(definition, word)):
            yield source.finding("E275", f"`{word}:` is missing: {what}", word)
    for question in definition.questions.values():
        yield from _question(definition, question, source)
    yield from silent_flags(definition, source)
    yield from saying.check(definition, source)
    for flag in definition.flags.values():
        if not _has(flag.student):
            message = f"`{flag.id}` lacks `student:`; before sending, a student reads who will call and when"
            yield source.finding("E278", message, "flags", flag.id)
        if not flag.helplines:
            yield source.finding("W279", f"`{flag.id}` names no `helplines:` to call now", "flags", flag.id)
    if not definition.examples:
        yield source.finding("W280", "give some `examples:`; they prove the rules", "id")
    for index, example in enumerate(definition.examples):
        if not example.expect:
            message = f"example `{example.name}` expects nothing, so it proves nothing; add `expect:`"
            yield source.finding("W280", message, "examples", index)


_PAGES = {
    "title": "what the questionnaire is called",
    "intro": "why we ask this, on the first page",
    "notice": "who sees what, on the first page",
    "done": "what happens now, after sending",
}


def _has(text: dict[str, str]) -> bool:
    return any(words.strip() for words in text.values())


def _question(definition: Definition, question: Question, source: Source) -> Iterator[Finding]:
    """Find what one question lacks before it may be asked."""
    path = ("questions", question.id)
    if isinstance(question, Calculated):
        return
    if not _has(question.text):
        yield source.finding("E276", f"`{question.id}` has no `text:`", *path)
    if isinstance(question, Choice):
        for code, option in question.options.items():
            if not _has(option.text):
                message = f"option `{code}` of `{question.id}` has no `text:`"
                yield source.finding("E276", message, *path, "options", code)
    if not question.takes_answer:
        return
    if not _has(question.purpose):
        yield source.finding("E271", f"`{question.id}` has no `purpose:`; say what the answer is for", *path)
    if not _has(question.ground) and not _has(definition.ground):
        yield source.finding("E272", f"`{question.id}` has no legal `ground:`, and the file has none for all", *path)
    if not question.seen_by:
        yield source.finding("E273", f"`{question.id}` has no `seen_by:`; name who reads the answer", *path)
    if not any(question.id in group.another for group in definition.groups.values()):
        yield from _always_askable(question, source)
    if question.sensitive and not _has(question.why):
        yield source.finding("W283", f"`{question.id}` is sensitive; tell the student `why:`", *path)
    if question.required and not isinstance(question, Choice):
        message = f"`{question.id}` must be typed; nobody has to type here: make it `required: false`"
        yield source.finding("W277", message, *path)


def _always_askable(question: Question, source: Source) -> Iterator[Finding]:
    """Find a question that must be answered and that nobody can decline."""
    if isinstance(question, Choice) and question.required:
        if not any(option.state is State.REFUSED for option in question.options.values()):
            message = f"nobody can decline `{question.id}`; add an option with `state: refused`, or `required: false`"
            yield source.finding("W284", message, "questions", question.id)


def _receivers(question: Question, source: Source) -> Iterator[Finding]:
    """Find readers and receivers that do not exist."""
    for word, given, known in (
        ("seen_by", question.seen_by, READERS),
        ("shared_with", question.shared_with, RECEIVERS),
    ):
        for name in given:
            if name not in known:
                message = f"`{name}` is nobody we know; there are: {', '.join(known)}"
                yield source.finding("E273", message, "questions", question.id, word)
