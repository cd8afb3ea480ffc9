"""The form of a round, as it was typed and as it is meant."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from survey.hours import ZONE
from survey.i18n import Catalogue
from survey.messages import INVITATION, LANGUAGES, LONGEST, REMINDER, Texts, find_faults
from survey.plans import Plan
from survey.store.surveying import Round

KINDS = (INVITATION, REMINDER)
LONGEST_NAME = 80
MOST_REMINDERS, LEAST_DAYS, MOST_DAYS = 10, 1, 60
WEEKS = 6  # that a new round is open, unless told
LAST = time(23, 59)


@dataclass(frozen=True, slots=True)
class RoundForm:
    """What is in the fields, as text; a day is YYYY-MM-DD and is the whole day."""

    name: str = ""
    digest: str = ""
    opens: str = ""
    closes: str = ""
    sender: str = ""
    reminders: str = "2"
    days: str = "4"
    texts: Mapping[str, str] = field(default_factory=dict)  # by kind_language

    @classmethod
    def fresh(cls, now: datetime) -> RoundForm:
        """Return the form of a new round: from today, for six weeks."""
        today = now.astimezone(ZONE).date()
        return cls(opens=today.isoformat(), closes=(today + timedelta(weeks=WEEKS)).isoformat())

    @classmethod
    def of(cls, round_: Round, plan: Plan) -> RoundForm:
        """Return the form with what a round is now."""
        return cls(
            name=round_.name,
            opens=round_.opens_at.astimezone(ZONE).date().isoformat(),
            closes=round_.closes_at.astimezone(ZONE).date().isoformat(),
            sender=plan.sender_id or "",
            reminders=str(plan.reminders),
            days=str(plan.remind_days),
            texts={
                f"{kind}_{language}": plan.texts.own.get(kind, {}).get(language, "")
                for kind in KINDS
                for language in LANGUAGES
            },
        )

    @classmethod
    def read(cls, form: Mapping[str, str]) -> RoundForm:
        """Read the fields that were sent; a text that is as usual is kept as nothing of the round's own."""
        texts = {}
        for kind in KINDS:
            for language in LANGUAGES:
                typed = form.get(f"{kind}_{language}", "").replace("\r\n", "\n").strip()
                texts[f"{kind}_{language}"] = "" if typed == Texts().get(kind, language) else typed
        plain = {name: form.get(name, "").strip() for name in ("name", "digest", "opens", "closes", "sender")}
        return cls(**plain, reminders=form.get("reminders", "2"), days=form.get("days", "4"), texts=texts)

    def check(self, words: Catalogue, senders: Container[str]) -> dict[str, str]:
        """Return what is wrong, in words by field."""
        errors: dict[str, str] = {}
        if not 1 <= len(self.name) <= LONGEST_NAME:
            errors["name"] = words.text("Give the round a name of at most {n} characters.", n=LONGEST_NAME)
        opens, closes = _day(self.opens), _day(self.closes)
        if opens is None:
            errors["opens"] = words.text("Fill in the first day.")
        if closes is None or (opens is not None and closes < opens):
            errors["closes"] = words.text("Fill in a last day that is not before the first.")
        if self.sender and self.sender not in senders:
            errors["sender"] = words.text("Choose somebody who works at the school.")
        if _number(self.reminders, 0, MOST_REMINDERS) is None:
            errors["reminders"] = words.text("Choose a number from 0 to {n}.", n=MOST_REMINDERS)
        if _number(self.days, LEAST_DAYS, MOST_DAYS) is None:
            errors["days"] = words.text("Choose a number from 1 to {n}.", n=MOST_DAYS)
        return errors | {name: fault for name, text in self.texts.items() if (fault := _say_fault(text, words))}

    def moments(self, before: Round | None = None) -> tuple[datetime, datetime]:
        """Return when the round opens and closes; only after `check` found nothing.

        A day that is the same as `before` keeps its moment: the round may have been closed early on it.
        """
        opens, end = _day(self.opens), self.end()
        assert opens is not None and end is not None
        begin = datetime.combine(opens, time(0), ZONE)
        return (_kept(before.opens_at, begin), _kept(before.closes_at, end)) if before else (begin, end)

    def end(self) -> datetime | None:
        """Return the end of the last day, None when it is no day."""
        closes = _day(self.closes)
        return datetime.combine(closes, LAST, ZONE) if closes else None

    def plan(self) -> Plan:
        """Return how the round asks and reminds; only after `check` found nothing."""
        own: dict[str, dict[str, str]] = {}
        for name, text in self.texts.items():
            kind, _, language = name.partition("_")
            if text:
                own.setdefault(kind, {})[language] = text
        return Plan(self.sender or None, Texts(own), int(self.reminders), int(self.days))

    def usual(self) -> dict[str, str]:
        """Return the text that each field shows: the round's own, else the usual one."""
        usual = Texts()
        return {
            name: self.texts.get(name, "") or usual.get(*name.split("_"))
            for name in (f"{kind}_{language}" for kind in KINDS for language in LANGUAGES)
        }


def say_moment(local: datetime, words: Catalogue) -> str:
    """Return a moment of a record in words."""
    return words.moment(local)


def _say_fault(text: str, words: Catalogue) -> str:
    for kind, what in find_faults(text):
        if kind == "unknown":
            return words.text("There is no {place}. Use only the places that are named.", place=f"{{{what}}}")
        if kind == "unwanted":
            return words.text("Leave out the word {word}: it keeps people from reading on.", word=what)
        return words.text("Make this text shorter, {n} characters at most.", n=LONGEST)
    return ""


def _kept(before: datetime, chosen: datetime) -> datetime:
    return before if before.astimezone(ZONE).date() == chosen.date() else chosen


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and least <= int(text) <= most else None
