"""The parts of the document, each made from the same source: on paper, and on the phone of who reads the concept."""

from __future__ import annotations

from collections.abc import Iterable

from survey.report.document import Block, Box, Items, Paragraph, Part, Quote, Rows
from survey.report.domains import list_circumstances
from survey.report.sections import DESTINATION, REACH, REVIEW, holds, part_id
from survey.report.source import Source, join, say
from survey.report.text import bound

#: Characters of a question above its answer.
QUESTION = 200
#: Kinds of question whose answer is the student's own words.
TYPED = frozenset({"short_text", "long_text"})


def compose_box(source: Source) -> Box:
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


def compose_sections(source: Source) -> tuple[list[Part], list[Part]]:
    """Give the answers of each section: destination and own words come before the domains, the others after.

    A section that the student keeps is left out whole.
    """
    report, words = source.definition.report, source.words
    if report is None:
        return [], []
    going, own, after = [], [], []
    for section in source.parts:
        if part_id(section.id) in source.closed:
            continue
        part = Part(section.id, words.words(section.title), answer_blocks(source, section.questions))
        kinds = {source.definition.questions[each].kind for each in section.questions}
        if report.destination in section.questions:
            going.append(part)
        elif kinds <= TYPED:
            own.append(part)
        else:
            after.append(part)
    if not holds(report.sections, report.destination) and (destination := source.answer(report.destination)):
        going.append(Part(DESTINATION, words.text("What I am going to do"), (Paragraph(destination),)))
    return going + own, after


def identity_rows(source: Source, with_codes: bool = True) -> Iterable[tuple[str, str]]:
    """Give who it is about: what the municipality needs to know the student again by; codes tell a student nothing."""
    words, student, municipality = source.words, source.facts.student, source.facts.municipality
    has_code = with_codes and municipality.code
    place = f"{municipality.name} ({municipality.code})" if has_code else municipality.name
    yield words.text("Name"), student.name or words.text("still to be filled in by the school")
    yield words.text("Born"), words.date(student.birth_date) if student.birth_date else ""
    yield words.text("Municipality"), place
    yield words.text("Postcode"), student.postcode


def reach_rows(source: Source) -> Iterable[tuple[str, str]]:
    """Give how the student wants to be reached."""
    words, student, report = source.words, source.facts.student, source.definition.report
    by = join(source.facts.contact.name, source.facts.contact.phone) if REACH in source.closed else ""
    yield words.text("Can be reached at"), join(student.phone, student.email) or say(words, "through {who}", who=by)
    yield words.text("Prefers"), join(student.preferred_channel, student.preferred_time)
    yield words.text("Language help"), student.language_help
    yield words.text("Second contact"), student.second_contact
    yield words.text("School may write later"), source.answer(report.contact) if report else ""


def school_rows(source: Source, with_codes: bool = True) -> Iterable[tuple[str, str]]:
    """Give where and what was studied, and who answers for the school."""
    words, programme, contact = source.words, source.facts.programme, source.facts.contact
    level = words.text("level {n}", n=programme.level) if programme.level is not None else ""
    crebo = words.text("crebo {code}", code=programme.crebo) if with_codes and programme.crebo else ""
    diploma = words.date(programme.diploma_date) if programme.diploma_date else ""
    yield words.text("School"), join(source.facts.school.name, source.facts.school.location)
    yield words.text("Programme"), join(programme.name, crebo, level, programme.track)
    yield words.text("Diploma"), " ".join(each for each in (programme.diploma, diploma) if each)
    yield words.text("Last school day"), words.date(programme.last_day) if programme.last_day else ""
    yield words.text("Contact at school"), join(contact.name, contact.role)


def answer_blocks(source: Source, questions: tuple[str, ...]) -> tuple[Block, ...]:
    """Give answers as they were given: typed words as quotes, chosen ones as rows, hidden ones named."""
    words = source.words
    quotes: list[Block] = []
    chosen: list[tuple[str, str]] = []
    for question_id in questions:
        question = source.definition.questions[question_id]
        label, said = bound(source.ask(question_id), QUESTION), source.answer(question_id)
        if not source.sharing.allows(question_id):
            chosen.append((label, words.text("not shared")))
        elif said and question.kind in TYPED:
            quotes.append(Quote(label, said))
        else:
            chosen.append((label, said))
    return (*quotes, *rows(chosen, is_wide=True))


def circumstance_blocks(source: Source) -> tuple[Block, ...]:
    """Give the named circumstances that hold and may be shared."""
    sentences = tuple(sentence for _, sentence in list_circumstances(source))
    return (Items(sentences),) if sentences else ()


def review_blocks(source: Source) -> tuple[Block, ...]:
    """Give the school's view, and what a person chose instead of the rules' term, with the reason."""
    if REVIEW in source.closed:
        return ()
    words, review = source.words, source.facts.review
    signed = join(review.by, words.date(review.on) if review.on else "")
    said = [
        (words.text("What was done"), review.done),
        (words.text("Consulted"), review.consulted),
        (words.text("Priority by the rules"), _term(source, _priority(source))),
        (words.text("Priority by the school"), _term(source, review.override)),
        (words.text("Reason for it"), review.reason),
        (words.text("Reviewed by"), signed),
    ]
    remark = review.remark or words.text("The school has not added its view yet.")
    return (Paragraph(remark), *rows(said))


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


def arranged_blocks(source: Source) -> tuple[Block, ...]:
    """Give what is arranged already, each with who is involved."""
    arranged = tuple(join(each.what, each.who) for each in source.facts.arranged)
    return (Items(arranged),) if arranged else ()


def offer_rows(source: Source) -> Iterable[tuple[str, str]]:
    """Give the log of offers, each under its day."""
    for offer in source.facts.offers:
        yield source.words.date(offer.on) if offer.on else "-", join(offer.what, offer.how, offer.by, offer.answer)


def rows(pairs: Iterable[tuple[str, str]], is_wide: bool = False) -> tuple[Block, ...]:
    """Give the pairs that have a text as rows, nothing when none has."""
    filled = tuple((label, text) for label, text in pairs if text)
    return (Rows(filled, is_wide),) if filled else ()
