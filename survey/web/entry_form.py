"""The forms of a student's log: what was filled in, and what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey import passing
from survey.casework import BadEntry, Content, Kind
from survey.i18n import Catalogue
from survey.kinds.date import read_day as read_parts
from survey.kinds.date import split
from survey.kinds.question import Refused
from survey.kinds.short_text import clean
from survey.passing import BadPassing

FIELDS = ("day", "what", "how", "by", "answer", "remark", "reason")


@dataclass(frozen=True, slots=True)
class EntryForm:
    """A form as it was filled in, not yet checked."""

    kind: str = ""
    day: str = ""
    what: str = ""
    how: str = ""
    by: str = ""
    answer: str = ""
    remark: str = ""
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str], kind: str) -> EntryForm:
        """Read a posted form."""
        given = {name: clean(form.get(name, "")) for name in FIELDS}
        return cls(
            kind=kind,
            day=given["day"],
            what=given["what"],
            how=given["how"],
            by=given["by"],
            answer=given["answer"],
            remark=given["remark"],
            reason=given["reason"],
        )

    def content(self, is_withdrawn: bool = False) -> Content:
        """Return what is sealed; a note needs no more than its text."""
        if self.kind == Kind.NOTE:
            return Content(self.what, reason=self.reason, is_withdrawn=is_withdrawn)
        answer, remark = (self.answer, self.remark) if self.kind == Kind.OFFER else ("", "")
        return Content(self.what, self.how, self.by, answer, remark, self.reason, is_withdrawn)


def read_day(text: str) -> date | None:
    """Return the day that a browser sends or a person types; None where it is none."""
    try:
        return read_parts(split([text]))
    except Refused:
        return None


def say_wrong(refusal: BadEntry | BadPassing, words: Catalogue) -> str:
    """Return what to do about something that the log cannot hold."""
    if refusal.code == "long":
        longest = refusal.longest if isinstance(refusal, BadEntry) else passing.LONGEST
        return words.text("Make this shorter: at most {n} characters.", n=longest)
    said = {
        ("day", "missing"): words.text("Fill in a day, such as 2026-06-12."),
        ("day", "future"): words.text("This day is still to come. Fill in the day on which it was."),
        ("what", "missing"): words.text("Write down what it was."),
        ("how", "unknown"): words.text("Choose how it was done."),
        ("answer", "unknown"): words.text("Choose what the student said."),
        ("reason", "missing"): words.text("Say why."),
        ("mentor", "same"): words.text("The student is this colleague's already. Choose another one."),
    }
    return said.get((refusal.field, refusal.code), words.text("Choose a colleague from the list."))
