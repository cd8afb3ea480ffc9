"""The middle of the document: what the answers say for each domain, and which circumstances hold."""

from __future__ import annotations

from survey.explain import Domain as Explained
from survey.report.chart import tenths
from survey.report.document import Block, Domain, Domains, Paragraph
from survey.report.source import Source
from survey.report.text import bound

#: Characters of one reason.
REASON = 160


def compose_domains(source: Source) -> tuple[Block, ...]:
    """Give the table of the domains in report order, with what is not shared named, and how much was answered."""
    words = source.words
    explained = {each.id: each for each in source.explanation.domains}
    shown = [each for each in list_scales(source) if each in explained or not source.sharing.allows(each)]
    domains = tuple(
        _domain(source, explained[each]) if source.sharing.allows(each) else _hide(source, each) for each in shown
    )
    if not domains:
        return ()
    columns = (words.text("Topic"), words.text("Picture"), words.text("Asks for help"), words.text("Why this picture"))
    questions = source.definition.questions
    asked = [each for each in source.outcome.path if questions[each].takes_answer]
    answered = sum(each in source.values for each in asked)
    filled = words.text("Filled in: {answered} of {total} questions.", answered=answered, total=len(asked))
    if any(each.bar is not None for each in domains):
        filled = f"{words.text('The fuller a bar, the more is not arranged.')} {filled}"
    return Domains(columns, domains), Paragraph(filled, quiet=True)


def list_scales(source: Source) -> tuple[str, ...]:
    """Give the ids of the domains, in the order of the report."""
    definition = source.definition
    return (definition.report.scales if definition.report else ()) or tuple(definition.scales)


def _hide(source: Source, scale_id: str) -> Domain:
    """Give the row of a domain that is only named, whether or not it was asked: that too would tell."""
    title = source.words.words(source.definition.scales[scale_id].text) or scale_id
    return Domain(title, source.words.text("not shared"), "none", None, "", ())


def _domain(source: Source, explained: Explained) -> Domain:
    """Give one row: band, bar, wish and reasons; what goes well where nothing is hard."""
    report = source.definition.report
    may_say_wish = report is not None and source.sharing.allows(report.wants)
    # How much help is wanted follows from a rule; where that may not be told, that it is wanted is all that is said.
    is_exact = report is not None and source.sharing.allows(report.asked)
    wish = "yes" if explained.asked == "maybe" and not is_exact else explained.asked
    reasons = explained.reasons or ((explained.strength,) if explained.strength else ())
    return Domain(
        title=explained.title,
        band=explained.words,
        tone=explained.tone,
        bar=tenths(explained.share),
        asked=source.words.text(wish) if wish and may_say_wish else "",
        reasons=tuple(bound(reason, REASON) for reason in reasons),
    )


def list_circumstances(source: Source) -> tuple[tuple[str, str], ...]:
    """Give id and sentence of each circumstance that holds and may be shared, in the order of the file."""
    report = source.definition.report
    count = source.definition.counts.get(report.not_arranged or "") if report else None
    score = source.outcome.counts.get(count.id) if count else None
    if count is None or score is None or "open" in source.closed:
        return ()
    held = [each for each in count.of if each.id in score.hits and source.sharing.allows_circumstance(each)]
    words = source.words
    return tuple((each.id, words.words(each.text_report) or words.words(each.text) or each.id) for each in held)
