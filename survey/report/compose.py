"""Facts, answers and results to a document of plain values: what it says, in which order, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from survey.answers import Values
from survey.definition.model import Definition
from survey.explain import explain
from survey.report.agreed import Agreement
from survey.report.agreement import compose_agreement
from survey.report.attachment import write_attachment
from survey.report.document import Document, Head, Margins, Part, Status
from survey.report.domains import compose_domains
from survey.report.facts import Facts, Review, Student
from survey.report.parts import (
    arranged_blocks,
    circumstance_blocks,
    compose_box,
    compose_sections,
    identity_rows,
    offer_rows,
    reach_rows,
    review_blocks,
    rows,
    school_rows,
)
from survey.report.sections import ARRANGED, OFFERS, REACH, REVIEW, list_sections, withheld
from survey.report.sharing import RECEIVER, Sharing
from survey.report.source import Source, Words, join
from survey.report.trace import compose_trace
from survey.score.outcome import Outcome

#: The day that a file carries when its facts have none, so that equal facts give equal bytes.
NO_DAY = date(2026, 1, 1)
#: Article of law by kind of school; WEB 9.2.13 lid 3 and its sisters ask for a document as in WEC 14e.
_GROUNDS = {
    "mbo": "art. 9.2.13(3) WEB, in accordance with art. 14e WEC",
    "pro": "art. 2.31b WVO 2020, in accordance with art. 14e WEC",
    "vso": "art. 44a and 14e WEC",
}


def compose(
    facts: Facts,
    definition: Definition,
    outcome: Outcome,
    values: Values,
    catalogue: Words,
    agreement: Agreement | None = None,
) -> Document:
    """Compose the document for the municipality: only what it may see, the rest named as not shared.

    Without an agreement it is a concept with every section; with one it is the final document, without the sections
    that are not shared. Texts are cut to their caps; characters that the faces lack are replaced when it is set.
    """
    source = read_source(facts, definition, outcome, values, catalogue)
    if agreement is not None:
        source = keep_shared(source, agreement.sections)
    return compose_source(source, agreement)


def read_source(
    facts: Facts, definition: Definition, outcome: Outcome, values: Values, catalogue: Words
) -> Source:
    """Give what a concept is made from: everything that the questionnaire lets the municipality see."""
    return _explain(facts.bounded(), definition, outcome, values, catalogue, Sharing(definition))


def keep_shared(source: Source, shared: frozenset[str]) -> Source:
    """Give the source without the sections that are not shared: their answers, results and facts are gone."""
    sections = list_sections(source)
    closed = frozenset(each.id for each in sections) - shared
    sharing = Sharing(source.definition, RECEIVER, withheld(sections, shared))
    facts = source.facts
    if REACH in closed:
        facts = replace(facts, student=_anonymous(facts.student))
    if REVIEW in closed:
        facts = replace(facts, review=Review())
    facts = replace(
        facts,
        arranged=() if ARRANGED in closed else facts.arranged,
        offers=() if OFFERS in closed else facts.offers,
    )
    kept = _explain(facts, source.definition, source.outcome, source.values, source.words, sharing)
    return replace(kept, closed=closed, titles=tuple(each.title for each in sections if each.id in closed))


def _anonymous(student: Student) -> Student:
    """Give who it is without any way to reach this person."""
    return Student(name=student.name, birth_date=student.birth_date, postcode=student.postcode)


def _explain(
    facts: Facts, definition: Definition, outcome: Outcome, values: Values, catalogue: Words, sharing: Sharing
) -> Source:
    """Give a source whose explanation was told no answer that may not be said: a reason may quote one."""
    known = {name: value for name, value in values.items() if sharing.allows(name)}
    explanation = explain(definition, outcome, known, catalogue.language, "report")
    return Source(facts, definition, outcome, values, explanation, catalogue, sharing)


def compose_source(source: Source, agreement: Agreement | None = None) -> Document:
    """Compose the document of a source: a concept without an agreement, else final."""
    words, facts = source.words, source.facts
    status = Status.CONCEPT if agreement is None else Status.FINAL
    name = words.text("Overgangsdocument")
    return Document(
        language=words.language,
        direction=words.direction,
        name=f"{name} {facts.student.name or facts.number}".strip(),
        author=facts.school.name,
        day=(facts.day or NO_DAY).isoformat(),
        head=_head(source, status),
        box=compose_box(source),
        parts=tuple(part for part in _parts(source, agreement) if part.blocks),
        small_print=tuple(_small_print(source, status)),
        margins=_margins(source, status),
        facts=write_attachment(source, agreement),
    )


def _head(source: Source, status: Status) -> Head:
    """Give title, ground and state."""
    words, facts = source.words, source.facts
    state = words.text("concept") if status is Status.CONCEPT else words.text("final version")
    day = words.date(facts.day) if facts.day else ""
    return Head(
        title=words.text("Overgangsdocument"),
        subtitle=words.text("from school to work"),
        ground=words.text(_GROUNDS[facts.school.kind or "mbo"]),
        school=facts.school.name,
        place=facts.school.location,
        status=words.text("{state}, {day}", state=state, day=day) if day else state,
    )


def _parts(source: Source, agreement: Agreement | None) -> Iterable[Part]:
    """Give the parts in their order: strengths before needs, the school's view after the student's."""
    words = source.words
    student = rows((*identity_rows(source), *reach_rows(source)))
    yield Part("student", words.text("Whom it is about"), student, half=True)
    yield Part("school", words.text("School"), rows(school_rows(source)), half=True)
    before, after = compose_sections(source)
    yield from before
    yield Part("domains", words.text("What it is about"), compose_domains(source))
    yield Part("circumstances", words.text("What is not arranged yet"), circumstance_blocks(source))
    yield from after
    yield Part("review", words.text("The school's view"), review_blocks(source), whole=True)
    yield Part("arranged", words.text("What is arranged already"), arranged_blocks(source))
    yield from compose_agreement(source, agreement)
    yield Part("offers", words.text("What the school offered"), rows(offer_rows(source)))
    if source.facts.annex:
        yield Part("trace", words.text("Annex: how this picture was made"), compose_trace(source))


def _small_print(source: Source, status: Status) -> Iterable[str]:
    """Say what the document is and is not, how to object, how long it is kept."""
    words, facts = source.words, source.facts
    yield words.text("This document is an aid for a talk. Simple, open rules made the picture; it proves nothing.")
    yield words.text("It is no ground for a decision. A member of staff reads and judges it before it is sent.")
    back = facts.return_to or join(facts.contact.name, facts.contact.phone, facts.contact.email)
    yield words.text("Not meant for you? Destroy it and tell {who}.", who=back or words.text("the school"))
    yield words.text("An error, or an objection: {who}.", who=facts.objection or words.text("ask the school"))
    if facts.verify_at and status is Status.FINAL:
        yield words.text("Real and unchanged? See {address}.", address=facts.verify_at)
    if facts.kept_until:
        yield words.text("The school keeps this until {day}.", day=words.date(facts.kept_until))


def _margins(source: Source, status: Status) -> Margins:
    """Give what stands around every page."""
    words, facts, definition = source.words, source.facts, source.definition
    name = [words.text("Overgangsdocument"), facts.number]
    name.append(words.text("version {n}", n=facts.version) if facts.version is not None else "")
    page, of, _ = words.text("page {page} of {pages}", page="\0", pages="\0").split("\0")
    questionnaire = words.text("questionnaire {id} {n}", id=definition.id, n=definition.version)
    return Margins(
        mark=words.text("CONCEPT - NIET VERSTUREN") if status is Status.CONCEPT else "",
        name=" · ".join(each for each in (*name, f"{questionnaire} ({definition.digest[:8]})") if each),
        confidential=words.text("Confidential"),
        page=page,
        of=of,
    )
