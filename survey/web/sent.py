"""That a document was sent: the form that says on which day and to whom, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from survey.handover import events as acts
from survey.hours import ZONE
from survey.i18n import Catalogue
from survey.kinds.short_text import clean
from survey.report.entry import has_bsn, read_day
from survey.web.current import now, words

LONGEST = 120  # characters of whom it was sent to


@dataclass(frozen=True, slots=True)
class Sending:
    """The form as it was filled in, its day read; `mistakes` says by field what is wrong."""

    day: date | None
    to: str
    mistakes: dict[str, str]

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Sending:
        """Read a posted form; the day is none of the future."""
        day, to, said = read_day(form.get("sent-on", "")), clean(form.get("sent-to", "")), words()
        mistakes = {}
        if day is None:
            mistakes["sent-on"] = said.text("Fill in a day, such as 2026-06-12.")
        elif day > _today():
            mistakes["sent-on"] = said.text("This day is still to come. Fill in the day on which it was.")
        if len(to) > LONGEST:
            mistakes["sent-to"] = said.text("Make this shorter: at most {n} characters.", n=LONGEST)
        elif has_bsn(to):
            mistakes["sent-to"] = said.text("Leave the citizen service number (BSN) out.")
        return cls(day, to, mistakes)

    def act(self, version: int, staff: str) -> acts.Sent:
        """Return the act of a form without mistakes for one document."""
        assert self.day is not None
        return acts.Sent(version, staff, now(), self.day, self.to)


def form_of(url: str, given: Mapping[str, str]) -> dict[str, str | int]:
    """Return what the form shows: today and nobody, until something was filled in."""
    today = _today().isoformat()
    return {
        "url": url,
        "on": given.get("sent-on") or today,
        "to": given.get("sent-to", ""),
        "today": today,
        "longest": LONGEST,
    }


def say_sent(act: acts.Sent, said: Catalogue) -> str:
    """Return on which day a document was sent, and to whom where that is known."""
    day = said.date(act.day)
    return said.text("Sent on {day} to {to}", day=day, to=act.to) if act.to else said.text("Sent on {day}", day=day)


def _today() -> date:
    return now().astimezone(ZONE).date()
