"""Facts, answers and results to a document of plain values: what it says, in which order, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from survey.answers import Values
from survey.definition.model import Definition
from survey.explain import Explanation
from survey.report.attachment import write_attachment
from survey.report.document import Block, Box, Document, Head, Items, Margins, Paragraph, Part, Quote, Rows, Status
from survey.report.domains import compose_domains, list_circumstances, list_hidden
from survey.report.facts import Facts
from survey.report.sharing import Sharing
from survey.report.source import Source, Words, join, say
from survey.report.text import bound
from survey.score.outcome import Outcome

#: The day that a file carries when its facts have none, so that equal facts give equal bytes.
NO_DAY = date(2026, 1, 1)
#: Article of law by kind of school; WEB 9.2.13 lid 3 and its sisters ask for a document as in WEC 14e.
_GROUNDS = {
    "mbo": "art. 9.2.13(3) WEB, in accordance with art. 14e WEC",
    "pro": "art. 2.31b WVO 2020, in accordance with art. 14e WEC",
    "vso": "art. 44a and 14e WEC",
}
#: Characters of a question above its answer.
QUESTION = 200
#: Characters of the list of what is not shared.
HIDDEN = 400
#: Kinds of question whose answer is the student's own words.
_TYPED = frozenset({"short_text", "long_text"})


def compose(
    facts: Facts,
    definition: Definition,
    outcome: Outcome,
    values: Values,
    explanation: Explanation,
    catalogue: Words,
    status: Status = Status.CONCEPT,
) -> Document:
    """Compose the document for the municipality: only what it may see, the rest named as not shared.

    `explanation` is the one for the receiver "report" in the catalogue's language. Texts are cut to their caps;
    characters that the faces lack are replaced when it is set (`survey.report.pdf`).
    """
    source = Source(facts.bounded(), definition, outcome, values, explanation, catalogue, Sharing(definition))
    words, facts = catalogue, source.facts
    name = words.text("Overgangsdocument")
    return Document(
        language=words.language,
        direction=words.direction,
        name=f"{name} {facts.student.name or facts.number}".strip(),
        author=facts.school.name,
        day=(facts.day or NO_DAY).isoformat(),
        head=_head(source, status),
        box=_box(source),
        parts=tuple(part for part in _parts(source) if part.blocks),
        small_print=tuple(_small_print(source)),
        margins=_margins(source, status),
        facts=write_attachment(source, status),
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


def _box(source: Source) -> Box:
    """Give the question to the municipality, the first talk and whom to call; what lacks is asked of the school."""
    words, request, contact = source.words, source.facts.request, source.facts.contact
    municipality = source.facts.municipality.name
    title = words.text("Question to the municipality of {name}", name=municipality)
    people = say(words, "with {people}", people=request.people)
    lines = [
        say(words, "Please answer before {day}.", day=words.date(request.by) if request.by else ""),
        say(words, "First talk: {talk}.", talk=join(request.moment, request.place, people)),
    ]
    person = join(contact.name, contact.role)
    reach = join(contact.phone, contact.email, contact.hours)
    if reach:
        lines.append(words.text("Call {person}: {reach}.", person=person or words.text("the school"), reach=reach))
    else:
        lines.append(words.text("Still to be filled in by the school: whom to call, number and hours."))
    return Box(
        title=title if municipality else words.text("Question to the municipality"),
        question=request.question or words.text("Still to be filled in by the school: what is asked, and by when."),
        lines=tuple(line for line in lines if line),
    )


def _parts(source: Source) -> Iterable[Part]:
    """Give the parts in their order: strengths before needs, the school's view after the student's."""
    words, facts = source.words, source.facts
    yield Part("student", words.text("Whom it is about"), _rows(_student(source)), half=True)
    yield Part("school", words.text("School"), _rows(_school(source)), half=True)
    before, after = _sections(source)
    yield from before
    yield Part("domains", words.text("What it is about"), compose_domains(source))
    yield Part("circumstances", words.text("What is not arranged yet"), _circumstances(source))
    yield from after
    yield Part("review", words.text("The school's view"), _review(source))
    arranged = tuple(join(each.what, each.who) for each in facts.arranged)
    yield Part("arranged", words.text("What is arranged already"), (Items(arranged),) if arranged else ())
    yield Part("offers", words.text("What the school offered"), _rows(_offers(source)))
    yield Part("agreement", words.text("Agreement to the handover"), _agreement(source))


def _sections(source: Source) -> tuple[list[Part], list[Part]]:
    """Give the answers of each section: destination and own words come before the domains, the others after."""
    report, words = source.definition.report, source.words
    if report is None:
        return [], []
    going, own, after = [], [], []
    for section in report.sections:
        part = Part(section.id, words.words(section.title), _answers(source, section.questions))
        kinds = {source.definition.questions[each].kind for each in section.questions}
        if report.destination in section.questions:
            going.append(part)
        elif kinds <= _TYPED:
            own.append(part)
        else:
            after.append(part)
    if not going and (destination := source.answer(report.destination)):
        going.append(Part("destination", words.text("What I am going to do"), (Paragraph(destination),)))
    return going + own, after


def _student(source: Source) -> Iterable[tuple[str, str]]:
    """Give who it is about."""
    words, student = source.words, source.facts.student
    municipality = source.facts.municipality
    report = source.definition.report
    yield words.text("Name"), student.name or words.text("still to be filled in by the school")
    yield words.text("Born"), words.date(student.birth_date) if student.birth_date else ""
    yield words.text("Municipality"), f"{municipality.name} ({municipality.code})" if municipality.code else (
        municipality.name
    )
    yield words.text("Postcode"), student.postcode
    yield words.text("Can be reached at"), join(student.phone, student.email)
    yield words.text("Prefers"), join(student.preferred_channel, student.preferred_time)
    yield words.text("Language help"), student.language_help
    yield words.text("Second contact"), student.second_contact
    yield words.text("School may write later"), source.answer(report.contact) if report else ""


def _school(source: Source) -> Iterable[tuple[str, str]]:
    """Give where and what was studied, and who answers for the school."""
    words, programme, contact = source.words, source.facts.programme, source.facts.contact
    level = words.text("level {n}", n=programme.level) if programme.level is not None else ""
    crebo = words.text("crebo {code}", code=programme.crebo) if programme.crebo else ""
    diploma = words.date(programme.diploma_date) if programme.diploma_date else ""
    yield words.text("School"), join(source.facts.school.name, source.facts.school.location)
    yield words.text("Programme"), join(programme.name, crebo, level, programme.track)
    yield words.text("Diploma"), " ".join(each for each in (programme.diploma, diploma) if each)
    yield words.text("Last school day"), words.date(programme.last_day) if programme.last_day else ""
    yield words.text("Contact at school"), join(contact.name, contact.role)


def _answers(source: Source, questions: tuple[str, ...]) -> tuple[Block, ...]:
    """Give answers as they were given: typed words as quotes, chosen ones as rows, hidden ones named."""
    words = source.words
    quotes: list[Block] = []
    rows: list[tuple[str, str]] = []
    for question_id in questions:
        question = source.definition.questions[question_id]
        label, said = bound(source.ask(question_id), QUESTION), source.answer(question_id)
        if not source.sharing.allows(question_id):
            rows.append((label, words.text("not shared")))
        elif said and question.kind in _TYPED:
            quotes.append(Quote(label, said))
        else:
            rows.append((label, said))
    return (*quotes, *_rows(rows, is_wide=True))


def _circumstances(source: Source) -> tuple[Block, ...]:
    """Give the named circumstances that hold and may be shared."""
    sentences = tuple(sentence for _, sentence in list_circumstances(source))
    return (Items(sentences),) if sentences else ()


def _review(source: Source) -> tuple[Block, ...]:
    """Give the school's view, and what a person chose instead of the rules' term, with the reason."""
    words, review = source.words, source.facts.review
    signed = join(review.by, words.date(review.on) if review.on else "")
    rows = [
        (words.text("What was done"), review.done),
        (words.text("Consulted"), review.consulted),
        (words.text("By the rules"), _term(source, _priority(source))),
        (words.text("The school chooses"), _term(source, review.override)),
        (words.text("Reason for it"), review.reason),
        (words.text("Reviewed by"), signed),
    ]
    remark = review.remark or words.text("The school has not added its view yet.")
    return (Paragraph(remark), *_rows(rows))


def _priority(source: Source) -> str:
    """Give the rules' value of the priority as text when the receiver may see what it was made of."""
    report = source.definition.report
    if report is None or not source.sharing.allows(report.priority):
        return ""
    result = source.outcome.rules.get(report.priority or "")
    return "" if result is None or result.value is None else str(result.value)


def _term(source: Source, value: str) -> str:
    """Give the words of a priority's value, the value itself when it has none."""
    report = source.definition.report
    rule = source.definition.rules.get(report.priority or "") if report else None
    return (source.words.words(rule.said(value).text) if rule else "") or value


def _offers(source: Source) -> Iterable[tuple[str, str]]:
    """Give the log of offers, each under its day."""
    for offer in source.facts.offers:
        yield source.words.date(offer.on) if offer.on else "-", join(offer.what, offer.how, offer.by, offer.answer)


def _agreement(source: Source) -> tuple[Block, ...]:
    """Say that nobody agreed yet, and name what is not shared."""
    words = source.words
    blocks = [Paragraph(words.text("The student has not agreed yet. Until then this is a concept and is not sent."))]
    hidden = list_hidden(source)
    if hidden:
        names = bound(" · ".join(hidden), HIDDEN)
        blocks.append(Paragraph(words.text("Not shared with the municipality: {names}", names=names)))
    return tuple(blocks)


def _small_print(source: Source) -> Iterable[str]:
    """Say what the document is and is not, how to object, how long it is kept."""
    words, facts = source.words, source.facts
    yield words.text("This document is an aid for a talk. Simple, open rules made the picture; it proves nothing.")
    yield words.text("It is no ground for a decision. A member of staff reads and judges it before it is sent.")
    back = facts.return_to or join(facts.contact.name, facts.contact.phone, facts.contact.email)
    yield words.text("Not meant for you? Destroy it and tell {who}.", who=back or words.text("the school"))
    yield words.text("An error, or an objection: {who}.", who=facts.objection or words.text("ask the school"))
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


def _rows(pairs: Iterable[tuple[str, str]], is_wide: bool = False) -> tuple[Block, ...]:
    """Give the pairs that have a text as rows, nothing when none has."""
    filled = tuple((label, text) for label, text in pairs if text)
    return (Rows(filled, is_wide),) if filled else ()
