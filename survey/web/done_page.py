"""The page after sending: whom to call, what happens now and when, and what the answers mean in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey.definition.model import Text
from survey.explain import Domain, explain
from survey.hours import due_at
from survey.i18n import Catalogue
from survey.route import find_path
from survey.score.outcome import Outcome, RuleResult
from survey.sitting import Receipt
from survey.web.question_page import HelpLine, say_helplines, say_promises
from survey.web.respondent import Visit

GOOD = "good"
#: Behind what goes well: what asks for attention, and last what is not known.
ORDER = {"mind": 0, "help": 1, "none": 2}


@dataclass(frozen=True, slots=True)
class Said:
    """One domain in words."""

    title: str
    band: str
    tone: str
    sentence: str
    strength: str
    reasons: list[str]
    change: str


@dataclass(frozen=True, slots=True)
class DonePage:
    """What the template of the last page shows."""

    first_name: str
    promises: list[str]
    done: list[str]
    helplines: list[HelpLine]
    well: dict[str, list[Said]]  # what goes well, by the words of its band
    domains: list[Said]  # the others
    code: str
    sent_at: datetime


def build(visit: Visit, outcome: Outcome, receipt: Receipt, words: Catalogue) -> DonePage:
    """Return the page of a sitting that was sent; what it promises counts from the moment of sending."""
    definition, sender = visit.definition, visit.sender
    raised = [definition.flags[id_] for id_ in outcome.flags]
    calls = say_promises(raised, sender, words, receipt.sent_at)
    values = find_path(definition, visit.answers.values).values
    explained = explain(definition, outcome, values, words.language, "student")
    said = [_say_domain(domain) for domain in explained.domains]
    return DonePage(
        first_name=sender.first_name,
        promises=[*calls, *_say_rules(visit, outcome, receipt.sent_at, words, is_called=bool(calls))],
        done=sender.say(words, definition.done).split("\n"),
        helplines=say_helplines(definition, raised, sender, words),
        well=_find_well(said),
        domains=sorted((one for one in said if one.tone != GOOD), key=lambda one: ORDER[one.tone]),
        code=receipt.code,
        sent_at=receipt.sent_at,
    )


def _say_rules(
    visit: Visit, outcome: Outcome, sent_at: datetime, words: Catalogue, is_called: bool
) -> list[str]:
    """Return what each rule says to the student, its day counted in days on which the school works.

    Who is called for a flag reads nothing of the priority: "today" and "before 4 December" are one promise too many.
    """
    report = visit.definition.report
    left_out = report.priority if report and is_called else None
    said = (_find_words(visit, result) for result in outcome.rules.values() if result.id != left_out)
    works = visit.sender.settings.hours
    terms = ((text, due_at(sent_at, days or 0, works).date()) for text, days in said if text)
    return [visit.sender.say(words, text, date=words.day_of_month(day)) for text, day in terms]


def _find_words(visit: Visit, result: RuleResult) -> tuple[Text, int | None]:
    """Return a rule's text for the student with its term in days: the matched row's own, else its value's."""
    rule = visit.definition.rules[result.id]
    value = rule.values.get(str(result.value))
    case = rule.cases[result.matched] if result.matched is not None else None
    text = (case.student if case else {}) or (value.student if value else {})
    days = case.days if case and case.days is not None else (value.days if value else None)
    return text, days


def _say_domain(domain: Domain) -> Said:
    """Return a domain as its card shows it; what one text says already is not said again."""
    strength = domain.strength if domain.strength != domain.sentence else None
    reasons = [reason for reason in domain.reasons if reason != domain.sentence]
    return Said(
        title=domain.title,
        band=domain.words,
        tone=domain.tone,
        sentence=domain.sentence,
        strength=strength or "",
        reasons=reasons,
        change=domain.change or "",
    )


def _find_well(said: list[Said]) -> dict[str, list[Said]]:
    """Return the domains that go well, those of one band together."""
    bands: dict[str, list[Said]] = {}
    for one in said:
        if one.tone == GOOD:
            bands.setdefault(one.band, []).append(one)
    return bands
