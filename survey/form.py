"""A page and its answers as a WTForms form; what a kind refuses becomes an error beside its question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from survey import route
from survey.answers import Answers, State, Value
from survey.definition.model import Definition, Page
from survey.definition.prefill import Facts, known_answer
from survey.definition.said import opened_by_options
from survey.i18n import Catalogue
from survey.kinds import Choice, Municipality, Option, Question, Refused

#: Turns a text of the definition into words of one language, names filled in.
Say = Callable[[Mapping[str, str]], str]

#: What is said when a kind refuses an answer, by its code; messages of errors.po.
MESSAGES = {
    "missing_choice": "Choose an answer.",
    "missing_text": "Fill something in.",
    "choose_one": "Choose one answer.",
    "option_unknown": "Choose one of the answers below.",
    "choose_alone": "This answer cannot go together with another one.",
    "number_invalid": "Use digits, such as 12.",
    "number_whole": "Use a whole number, such as 12.",
    "number_low": "Use a number of {min} or more.",
    "number_high": "Use a number of {max} or less.",
    "date_incomplete": "Fill in day, month and year: 12 6 2026.",
    "date_unknown": "That day does not exist.",
    "date_early": "Fill in {min} or a later day.",
    "date_late": "Fill in {max} or an earlier day.",
    "month_incomplete": "Fill in a month and a year, such as 6 2026.",
    "month_early": "Fill in {min} or a later month.",
    "month_late": "Fill in {max} or an earlier month.",
    "phone_invalid": "Fill in a phone number, such as 06 1234 5678.",
    "email_invalid": "Fill in an e-mail address, such as name@example.org.",
    "postcode_invalid": "Fill in a postcode, such as 1234 AB.",
    "municipality_unknown": "Choose a municipality from the list.",
    "contact_incomplete": "Fill in a name and a phone number.",
    "text_invalid": "Write a text.",
    "text_long": "Make it shorter: {max} characters at most, now {length}.",
    "text_lines": "Make it shorter: {max} lines at most.",
}
#: The code of a refusal of which the definition has the words: an answer that does not go with the others.
BROKEN_CHECK = "check"
#: Answers that are offered as large, but quieter.
QUIET = frozenset({State.UNKNOWN, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Offer:
    """One option of a question as the page shows it."""

    code: str
    text: str
    is_chosen: bool
    is_quiet: bool
    face: str  # the name of the drawing beside it, "" for none
    other: Asked | None  # the text that it opens
    beside: str = ""  # its words in the first language of the questionnaire, for who wants to see both


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page shows it: its words, what was filled in, and what is wrong with that."""

    question: Question
    text: str
    hint: str
    why: str
    unit: str
    offers: tuple[Offer, ...]
    written: tuple[str, ...]  # what its fields hold, in their order
    error: str
    explains: bool  # it asks for a consent: why it is asked stands with it, not behind a click
    is_alone: bool  # the only question of its page: its words are the page's heading
    is_prefilled: bool  # what is filled in is what the school knows; nobody has confirmed it yet
    beside: str = ""  # its words in the first language of the questionnaire, for who wants to see both

    @property
    def is_left_open(self) -> bool:
        """Return whether all that is wrong is that nothing was filled in."""
        return bool(self.error) and not any(text.strip() for text in self.written)

    @property
    def typed(self) -> str:
        """Return what its only field holds."""
        return self.written[0] if self.written else ""


class QuestionField(Field):  # type: ignore[misc]
    """One question of a page; `data` is its parsed value, `raw_data` what was sent."""

    def __init__(
        self, question: Question, offered: Mapping[str, Option], known: Value | None, language: str, **keywords: Any
    ) -> None:
        """Keep the question, the options that the answers so far leave open, and what the school knows already."""
        super().__init__(**keywords)
        self.question, self.offered, self.known, self.language = question, offered, known, language
        self.refusal: Refused | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was sent; a refusal becomes this field's error."""
        try:
            self.data = self.question.parse_in(valuelist, self.language)
        except Refused as refusal:
            self.data, self.refusal = None, refusal

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what the kind refused, what is missing, and an option that is not offered."""
        if self.refusal is None:
            self.refusal = self._find_fault()
        if self.refusal is not None:
            raise StopValidation(self.refusal.code)

    def _find_fault(self) -> Refused | None:
        if self.data is None:
            code = "missing_choice" if isinstance(self.question, Choice | Municipality) else "missing_text"
            return Refused(code) if self.question.required else None
        if self.offered and not set(codes_of(self.data)) <= set(self.offered):
            return Refused("option_unknown")
        return None


class PageForm(BaseForm):  # type: ignore[misc]
    """The questions of one page; valid when each answer is, and they go together."""

    def __init__(self, fields: Mapping[str, QuestionField], definition: Definition, answers: Answers) -> None:
        """Keep what was asked, and what was answered on other pages."""
        super().__init__(fields)
        self.definition, self.answers = definition, answers

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether every answer is taken, and no check of one answer with the others is broken."""
        super().validate(extra_validators)
        values = {**self.answers.values, **values_of(self)}
        given = {name: value for name, value in values.items() if value is not None}
        for field in self:
            if field.refusal is None and field.data is not None:
                if broken := route.find_broken(self.definition, given, field.name):
                    field.refusal = Refused(BROKEN_CHECK, text=broken.text)
        return all(field.refusal is None for field in self)


def page_form(
    definition: Definition,
    page: Page,
    answers: Answers,
    seed: str = "",
    facts: Facts = MappingProxyType({}),
    language: str = "nl",
) -> BaseForm:
    """Return the form of a page's questions on the path, filled with the answers given before.

    What was never answered is filled with what the school knows. Shuffled options stand in the same order for the
    same seed; numbers are read and written as people do in the language of the page.
    Call its `process(formdata)` with what was sent, then `validate()`; `values_of` gives what to store.
    """
    values = answers.values
    fields: dict[str, QuestionField] = {}
    known: dict[str, Value] = {}
    for id_ in route.questions_on(definition, values, page):
        question = definition.questions[id_]
        if not question.takes_answer:
            continue
        offered = _offer(definition, values, id_, seed)
        fact = known_answer(question, facts) if not answers.revision(id_) else None
        if fact is not None and (not offered or fact in offered):
            known[id_] = fact
        fields[id_] = QuestionField(question, offered, known.get(id_), language)
    form = PageForm(fields, definition, answers)
    form.process(data={**values, **known})
    return form


def _offer(definition: Definition, values: Mapping[str, Value], id_: str, seed: str) -> dict[str, Option]:
    """Return the options that can be chosen, in the order in which they are shown."""
    question, offered = definition.questions[id_], route.offered(definition, values, id_)
    return {code: offered[code] for code in question.order(offered, seed)} if isinstance(question, Choice) else offered


def values_of(form: BaseForm) -> dict[str, Value | None]:
    """Return the parsed value of each question of a form; None where nothing was filled in.

    What was typed behind "other, namely" goes with that option: without it, it was not meant.
    """
    values = {field.name: field.data for field in form}
    for field in form:
        for code, other in _others(field.question).items():
            if other in values and code not in codes_of(field.data):
                values[other] = None
    return values


def sound_values(form: BaseForm, is_sent: bool = True) -> dict[str, Value | None]:
    """Return the values of a validated form that were taken; what was refused, or is missing, is left out.

    What the school filled in and nobody changed is an answer only once the page is sent.
    """
    taken = {name: value for name, value in values_of(form).items() if form[name].refusal is None}
    return {name: value for name, value in taken.items() if is_sent or value is None or value != form[name].known}


def is_left_out(form: BaseForm) -> bool:
    """Return whether a validated form refused something that was filled in: an empty field is not that."""
    return any(field.refusal is not None and any(text.strip() for text in field.raw_data or ()) for field in form)


def errors_of(form: BaseForm, catalogue: Catalogue) -> dict[str, str]:
    """Return what is wrong, in words, by question."""
    refusals = {field.name: field.refusal for field in form if field.refusal is not None}
    return {name: _say_refusal(refusal, catalogue) for name, refusal in refusals.items()}


def _say_refusal(refusal: Refused, catalogue: Catalogue) -> str:
    if refusal.code == BROKEN_CHECK:  # the definition has the words
        return catalogue.words(cast(Mapping[str, str], refusal.values["text"]))
    return catalogue.text(MESSAGES[refusal.code], **refusal.values)


def describe(
    definition: Definition,
    page: Page,
    answers: Answers,
    form: BaseForm,
    words: Catalogue,
    say: Say,
    beside: Say | None = None,
) -> list[Asked]:
    """Return the questions of a page as its template shows them, those that only inform among them.

    `beside` says the same in another language that is shown with it.
    """
    errors = {id_: say({words.language: error}) for id_, error in errors_of(form, words).items()}
    asked: dict[str, Asked] = {}
    shown = route.questions_on(definition, answers.values, page)
    is_alone = len(set(shown) - opened_by_options(definition)) == 1
    for id_ in reversed(shown):  # the text behind an option stands behind its question
        question, field = definition.questions[id_], form[id_] if id_ in form else None
        others = {code: asked.pop(other) for code, other in _others(question).items() if other in asked}
        error = next(filter(None, [errors.get(id_, ""), *(other.error for other in others.values())]), "")
        explains = route.asks_consent(definition, id_)
        asked[id_] = _describe(question, field, error, explains, is_alone, say, others, beside or _say_nothing)
    return list(reversed(asked.values()))


def _others(question: Question) -> dict[str, str]:
    return question.others if isinstance(question, Choice) else {}


def _say_nothing(text: Mapping[str, str]) -> str:
    return ""


def codes_of(value: Value | None) -> tuple[str, ...]:
    """Return the option codes in a value."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def _written(field: QuestionField | None, value: Value | None) -> list[str]:
    """Return what the fields of a question hold when nothing was sent."""
    return [] if field is None or value is None else field.question.written_in(value, field.language)


def _describe(
    question: Question,
    field: QuestionField | None,
    error: str,
    explains: bool,
    is_alone: bool,
    say: Say,
    others: Mapping[str, Asked],
    beside: Say,
) -> Asked:
    sent = field.raw_data if field is not None else None
    value = field.data if field is not None else None
    chosen = set(sent) if sent is not None else set(codes_of(value))
    offered = field.offered if field is not None else {}
    return Asked(
        question=question,
        text=say(question.text),
        hint=say(question.hint),
        why=say(question.why),
        unit=say(getattr(question, "unit", {})),
        offers=tuple(
            Offer(
                code,
                say(option.text) or code,
                code in chosen,
                option.state in QUIET,
                option.face or "",
                others.get(code),
                beside(option.text),
            )
            for code, option in offered.items()
        ),
        written=tuple(sent if sent is not None else _written(field, value)),
        error=error,
        explains=explains,
        is_alone=is_alone,
        is_prefilled=sent is None and field is not None and field.known is not None,
        beside=beside(question.text),
    )
