"""The student's own copy: the same facts as the final document, said to the student, in the student's language."""

from __future__ import annotations

from collections.abc import Iterable

from survey.explain import Domain, Explanation, explain
from survey.report.agreed import Agreement
from survey.report.agreement import REACTION
from survey.report.attachment import write_attachment
from survey.report.compose import NO_DAY, keep_shared
from survey.report.document import Block, Box, Document, Head, Items, Margins, Paragraph, Part, Quote
from survey.report.parts import (
    arranged_blocks,
    compose_sections,
    identity_rows,
    offer_rows,
    reach_rows,
    review_blocks,
    rows,
)
from survey.report.sections import list_sections
from survey.report.source import Source, join, say
from survey.report.text import bound

#: Characters of one sentence.
SENTENCE = 200


def compose_copy(concept: Source, agreement: Agreement) -> Document:
    """Compose the copy of a concept's final version: what is shared in plain words, what is not, and how to stop."""
    source = keep_shared(concept, agreement.sections)
    words, facts = source.words, source.facts
    title = words.text("My paper")
    shared = tuple(each.title for each in list_sections(concept) if each.id in agreement.sections)
    return Document(
        language=words.language,
        direction=words.direction,
        name=f"{title} {facts.student.name or facts.number}".strip(),
        author=facts.school.name,
        day=(facts.day or NO_DAY).isoformat(),
        head=Head(
            title=title,
            subtitle=words.text("for myself: this is what school sends"),
            ground="",
            school=facts.school.name,
            place=facts.school.location,
            status=words.date(facts.day) if facts.day else "",
        ),
        box=_box(source),
        parts=tuple(part for part in _parts(source, agreement, shared) if part.blocks),
        small_print=tuple(_small_print(source)),
        margins=Margins(
            mark="",
            name=" · ".join(each for each in (title, facts.number) if each),
            confidential=words.text("Only for you"),
            page=words.text("page {page} of {pages}", page="\0", pages="\0").split("\0")[0],
            of=words.text("page {page} of {pages}", page="\0", pages="\0").split("\0")[1],
        ),
        facts=write_attachment(source, agreement),
    )


def _box(source: Source) -> Box:
    """Give what school asks for the student, the first talk, and whom to call."""
    words, request, contact = source.words, source.facts.request, source.facts.contact
    people = say(words, "with {people}", people=request.people)
    talk = join(request.moment, request.place, people)
    lines = (
        say(words, "School asks this before {day}.", day=words.date(request.by) if request.by else ""),
        say(words, "Your first talk: {talk}.", talk=talk),
        say(words, "Questions? Call {who}.", who=join(contact.name, contact.phone, contact.hours)),
    )
    asked = request.question or words.text("School asks the municipality to help you after school.")
    return Box(words.text("School asks the municipality"), asked, tuple(line for line in lines if line))


def _parts(source: Source, agreement: Agreement, shared: tuple[str, ...]) -> Iterable[Part]:
    """Give what goes well before what does not yet, then what is shared and how to stop."""
    words = source.words
    yield Part("student", words.text("Who I am"), rows(identity_rows(source, with_codes=False)), half=True)
    yield Part("reach", words.text("How they reach me"), rows(reach_rows(source)), half=True)
    before, after = compose_sections(source)
    yield from before
    domains = [each for each in _explained(source).domains if source.sharing.allows(each.id)]
    yield Part("well", words.text("This goes well"), _list(_say_well(each) for each in domains))
    yield Part("open", words.text("This can be better"), _list(_say_open(each) for each in domains))
    yield from after
    yield Part("review", words.text("The school's view"), review_blocks(source), whole=True)
    yield Part("arranged", words.text("What is arranged already"), arranged_blocks(source))
    yield Part("offers", words.text("What the school offered"), rows(offer_rows(source)))
    yield Part("shared", words.text("I share this"), (Items(shared),) if shared else ())
    kept = source.titles
    yield Part("kept", words.text("I do not share this"), (Items(kept),) if kept else ())
    if agreement.reaction:
        asked = words.text("What do you think of the paper?")
        yield Part("reaction", words.text("My reaction"), (Quote(asked, bound(agreement.reaction, REACTION)),))
    stop = words.text("I can stop this later. Then nothing is sent any more.")
    how = words.text("Open your own link, or tell {who}.", who=source.facts.contact.name or words.text("the school"))
    yield Part("stop", words.text("Do you want to stop?"), (Paragraph(stop), Paragraph(how)))


def _explained(source: Source) -> Explanation:
    """Say the results to the student, told no answer that is kept back."""
    known = {name: value for name, value in source.values.items() if source.sharing.allows(name)}
    return explain(source.definition, source.outcome, known, source.words.language, "student")


def _say_well(domain: Domain) -> str:
    """Give what goes well in a domain, nothing where that is not known."""
    if domain.tone != "good":
        return ""
    return bound(f"{domain.title}. {domain.strength or domain.sentence}".strip(), SENTENCE)


def _say_open(domain: Domain) -> str:
    """Give what does not go well yet in a domain, with what weighs most."""
    if domain.tone not in ("mind", "help"):
        return ""
    return bound(f"{domain.title}. {' '.join(domain.reasons) or domain.sentence}".strip(), SENTENCE)


def _list(sentences: Iterable[str]) -> tuple[Block, ...]:
    filled = tuple(sentence for sentence in sentences if sentence)
    return (Items(filled),) if filled else ()


def _small_print(source: Source) -> Iterable[str]:
    """Say what the paper is, and how long school keeps it."""
    words, facts = source.words, source.facts
    yield words.text("Simple rules made this from your answers. Nobody may decide by it alone.")
    if facts.objection:
        yield words.text("Is something wrong? Tell {who}.", who=facts.objection)
    if facts.kept_until:
        yield words.text("School keeps this until {day}.", day=words.date(facts.kept_until))
