"""The agreement in the document: the words, who said yes and when, what is shared and what is not, and the reaction."""

from __future__ import annotations

from collections.abc import Iterable

from survey.handover.words import say_consent, say_consent_of_parent
from survey.report.agreed import Agreement, Consent
from survey.report.document import Block, Paragraph, Part, Quote, Rows
from survey.report.source import Source
from survey.report.text import bound

#: Characters of the list of what is not shared.
HIDDEN = 400
#: Characters of the student's reaction.
REACTION = 500


def compose_agreement(source: Source, agreement: Agreement | None) -> Iterable[Part]:
    """Give the agreement and the reaction; in a concept that nobody agreed yet."""
    words = source.words
    title = words.text("Agreement to the handover")
    if agreement is None:
        said = words.text("The student has not agreed yet. Until then this is a concept and is not sent.")
        yield Part("agreement", title, (Paragraph(said),))
        return
    yield Part("agreement", title, tuple(_agreed(source, agreement)))
    if agreement.reaction:
        asked = words.text("What the student says of this document")
        yield Part("reaction", words.text("My reaction"), (Quote(asked, bound(agreement.reaction, REACTION)),))


def _agreed(source: Source, agreement: Agreement) -> Iterable[Block]:
    """Give each person's words with when and how they were said, then what is kept back and how to stop."""
    words = source.words
    rows = []
    for consent in agreement.consents:
        who = source.facts.student.name if consent.by == "student" else ""
        rows.append((who or words.text("A parent or guardian"), _say(source, consent)))
    yield Rows(tuple(rows))
    if source.titles:  # what is never asked to be shared is no choice of the student's
        names = bound(" · ".join(source.titles), HIDDEN)
        yield Paragraph(words.text("Not shared with the municipality: {names}", names=names))
    by = source.facts.contact.name or words.text("the school")
    yield Paragraph(words.text("To stop: by the own link, or by {who}. Then nothing is sent any more.", who=by))


def _say(source: Source, consent: Consent) -> str:
    """Give when, how and in which words somebody agreed."""
    words, facts = source.words, source.facts
    of_parent = consent.by != "student"
    say = say_consent_of_parent if of_parent else say_consent
    school = facts.school.name or words.text("the school")
    text = " ".join(say(words, school, facts.municipality.name, consent.words))
    how = (
        words.text("on paper, recorded by {name}", name=consent.recorded_by)
        if consent.recorded_by
        else words.text("on the own phone")
    )
    when = words.moment(consent.at)
    said = words.text("agreed on {when}, {how} (text {n}, {language}):", when=when, how=how, n=consent.words,
                      language=consent.language)  # fmt: skip
    return f"{said} “{text}”"
