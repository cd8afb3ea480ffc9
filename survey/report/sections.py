"""What a student can let be shared or not: the sections of a document, with the answers that stand in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.definition.model import Section as Asked
from survey.report.domains import list_circumstances, list_scales
from survey.report.sharing import questions_in
from survey.report.source import Source

#: Sections that no definition names; those of a definition are "part.<id>" and "domain.<scale>".
REACH, DESTINATION, OPEN, REVIEW, ARRANGED, OFFERS = "reach", "destination", "open", "review", "arranged", "offers"


@dataclass(frozen=True, slots=True)
class Section:
    """One thing to say yes or no to; without yes none of its questions' answers is anywhere in the document."""

    id: str
    title: str
    questions: frozenset[str] = frozenset()


def part_id(section: str) -> str:
    """Name the section of answers that a definition's `report` lists."""
    return f"part.{section}"


def domain_id(scale: str) -> str:
    """Name the section of a domain."""
    return f"domain.{scale}"


def list_sections(source: Source) -> tuple[Section, ...]:
    """Return what this document has to share, in its order; what is empty or not for the receiver is not asked."""
    words, facts = source.words, source.facts
    report = source.definition.report
    found = [*_list_reach(source), *_list_parts(source), *_list_domains(source)]
    if list_circumstances(source):
        found.append(Section(OPEN, words.text("What is not arranged yet")))
    review = facts.review
    if any((review.remark, review.done, review.consulted, review.override)) or (report and report.priority):
        found.append(Section(REVIEW, words.text("The school's view")))
    if facts.arranged:
        found.append(Section(ARRANGED, words.text("What is arranged already")))
    if facts.offers:
        found.append(Section(OFFERS, words.text("What the school offered")))
    return tuple(found)


def withheld(sections: Iterable[Section], shared: frozenset[str]) -> frozenset[str]:
    """Return the questions whose answers stand in a section that is not shared: they stand nowhere then."""
    return frozenset().union(*(each.questions for each in sections if each.id not in shared))


def _list_reach(source: Source) -> Iterable[Section]:
    student, report = source.facts.student, source.definition.report
    asked = (report.contact,) if report and source.answer(report.contact) else ()
    known = (student.phone, student.email, student.preferred_channel, student.preferred_time)
    if any((*known, student.language_help, student.second_contact, *asked)):
        questions = frozenset(each for each in asked if each)
        yield Section(REACH, source.words.text("Phone, e-mail and second contact"), questions)


def _list_parts(source: Source) -> Iterable[Section]:
    """Return the definition's sections that hold an answer to share, and the destination where none has it."""
    report, words = source.definition.report, source.words
    if report is None:
        return
    if source.answer(report.destination) and not holds(report.sections, report.destination):
        questions = frozenset({str(report.destination)})
        yield Section(DESTINATION, words.text("What I am going to do"), questions)
    for section in source.parts:
        if any(source.answer(each) for each in section.questions):
            yield Section(part_id(section.id), words.words(section.title), frozenset(section.questions))


def holds(sections: Iterable[Asked], question: str | None) -> bool:
    """Say whether a question stands in one of a definition's sections."""
    return any(question in each.questions for each in sections)


def _list_domains(source: Source) -> Iterable[Section]:
    definition, explained = source.definition, {each.id for each in source.explanation.domains}
    for scale in list_scales(source):
        if scale in explained and source.sharing.allows(scale):
            title = source.words.words(definition.scales[scale].text) or scale
            yield Section(domain_id(scale), title, questions_in(definition, scale))
