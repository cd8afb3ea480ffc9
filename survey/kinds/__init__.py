"""The kinds of question, one module each."""

from __future__ import annotations

from survey.kinds.calculated import Calculated
from survey.kinds.choice import Choice
from survey.kinds.choices import Choices
from survey.kinds.contact_person import ContactPerson
from survey.kinds.date import Date
from survey.kinds.email import Email
from survey.kinds.information import Information
from survey.kinds.long_text import LongText
from survey.kinds.month import Month
from survey.kinds.municipality import Municipality
from survey.kinds.number import NumberQuestion
from survey.kinds.phone import Phone
from survey.kinds.postcode import Postcode
from survey.kinds.question import Option, Question, Refused
from survey.kinds.short_text import ShortText
from survey.kinds.statement import Statement
from survey.kinds.yes_no import YesNo

__all__ = [
    "KINDS",
    "Calculated",
    "Choice",
    "Choices",
    "Municipality",
    "NumberQuestion",
    "Option",
    "Question",
    "Refused",
    "ShortText",
]

#: The class of each `kind:` in a definition.
KINDS: dict[str, type[Question]] = {
    "choice": Choice,
    "statement": Statement,
    "choices": Choices,
    "yes_no": YesNo,
    "number": NumberQuestion,
    "short_text": ShortText,
    "long_text": LongText,
    "date": Date,
    "month": Month,
    "phone": Phone,
    "email": Email,
    "postcode": Postcode,
    "municipality": Municipality,
    "contact_person": ContactPerson,
    "information": Information,
    "calculated": Calculated,
}
