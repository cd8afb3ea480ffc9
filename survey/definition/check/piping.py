"""Answers in texts: that they are known when the text is shown, and told to nobody who may not see them."""

from __future__ import annotations

from collections.abc import Iterator

from babel import UnknownLocaleError

from survey.definition.calculated import answers_behind, places_of
from survey.definition.complaint import suggest
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.piping import Pipe, pipes_in, plural_categories
from survey.definition.wording import PLACES, wordings
from survey.kinds import Calculated, NumberQuestion, Question

Path = tuple[str | int, ...]


def check(definition: Definition, source: Source, path: Path, language: str, words: str) -> Iterator[Finding]:
    """Find answers in one text that are not there, not yet given or not to be told, and forms that lack."""
    at = path if language == "und" else (*path, language)
    for place in pipes_in(words):
        piped = definition.questions.get(place.question)
        if piped is None or not (piped.takes_answer or isinstance(piped, Calculated)):
            hint = suggest(place.question, list(definition.questions))
            yield source.finding("E261", f"there is no answer to a question `{place.question}`{hint}", *at)
            continue
        page = _page_of(definition, path)
        if page is None:
            message = "an answer comes in the text, hint and why of a question and the title of a page only"
            yield source.finding("E261", message, *at)
            continue
        if places_of(definition).get(place.question, page) >= page:
            message = f"`{place.question}` is not asked on an earlier page, so this text cannot say it"
            yield source.finding("E105", message, *at)
        for name in answers_behind(definition, [place.question]):
            if (behind := definition.questions.get(name)) is not None:
                yield from _receivers(definition, source, at, path, behind)
        yield from _forms(source, at, language, place, piped)


def check_wordings(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find texts of which the wording tells their readers an answer that they may not see."""
    for path, text in wordings(definition):
        for row, variant in enumerate(text.variants):
            for name in answers_behind(definition, sorted(variant.when.names)):
                if path[0] == "questions" and (behind := definition.questions.get(name)) is not None:
                    yield from _receivers(definition, source, (*path, row, "when"), path, behind)


def _page_of(definition: Definition, path: Path) -> int | None:
    """Give the index of the page that shows a text, None for a text that holds no answers."""
    match path:
        case ("pages", int(index), "title", *_):
            return index
        case ("questions", str(name), str(word), *_) if word in PLACES:
            pages = enumerate(definition.pages)
            return next((index for index, page in pages if name in page.questions), len(definition.pages))
    return None


def _receivers(definition: Definition, source: Source, at: Path, path: Path, piped: Question) -> Iterator[Finding]:
    """Find a question that tells its readers an answer that they may not see."""
    asking = definition.questions.get(str(path[1]))
    if asking is None:
        return
    readers = set(asking.seen_by) - set(piped.seen_by) if piped.seen_by else set()
    for name in sorted(readers | set(asking.shared_with) - set(piped.shared_with)):
        message = f"`{name}` may read `{asking.id}` and not the answer to `{piped.id}` that stands in it"
        yield source.finding("E268", message, *at)


def _forms(source: Source, at: Path, language: str, place: Pipe, piped: Question) -> Iterator[Finding]:
    """Find forms of a plural that a language does not have, or has and are not given."""
    if place.sort == "answer":
        if place.forms:
            yield source.finding("E269", f"forms belong to `{{plural:{place.question}|...}}`", *at)
        return
    if not isinstance(piped, NumberQuestion):
        yield source.finding("E269", f"`{place.question}` is no number, so it has no plural", *at)
    try:
        wanted = plural_categories("nl" if language == "und" else language)
    except (ValueError, UnknownLocaleError):
        return  # E264 says so
    for name in sorted(wanted ^ place.forms.keys()):
        what = "needs" if name in wanted else "has no"
        yield source.finding("E269", f"the plural of `{language}` {what} a form `{name}=`", *at)
