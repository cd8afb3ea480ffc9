"""What every kind of question has in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetPydanticSchema,
    Tag,
    WithJsonSchema,
)
from pydantic_core.core_schema import no_info_plain_validator_function as plain_validator

from survey.answers import State, Value
from survey.expression import Expression, parse

#: Words by language code, "und" when a file gives one text for all languages.
Text = Annotated[
    dict[str, str],
    BeforeValidator(lambda raw: read_text(raw)),
    WithJsonSchema({"type": ["string", "number", "object"], "additionalProperties": {"type": ["string", "number"]}}),
]
Condition = Annotated[
    Expression,
    GetPydanticSchema(lambda source, handler: plain_validator(parse)),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
Number = Annotated[
    Fraction,
    BeforeValidator(lambda raw: read_number(raw)),
    WithJsonSchema({"type": ["number", "string"]}),
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
#: Beyond this nobody means a number (and arithmetic on it would cost time).
LIMIT = 10**15
_WRITTEN = re.compile(r"[+-]?([0-9]+/0*[1-9][0-9]*|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?)")
_LONGEST = 45
#: A number that is exact and, where it can be, an int (which counts faster).
Exact = int | Fraction
#: What no score of a definition with a report may read: a score on it would treat people unequally.
About = Literal[
    "nationality", "birthplace", "migration", "language", "religion", "sex", "age", "postcode", "parents", "household",
    "diagnosis", "criminal_record", "absence", "level", "track", "name",
]  # fmt: skip
#: What the school's list can say of a student, for questions that it fills in (survey.definition.prefill).
Fact = Literal[
    "first_name", "last_name", "birth_date", "phone", "email", "postcode", "municipality", "second_contact",
    "preferred_time", "programme", "crebo", "level", "track", "location", "diploma_date", "last_day",
]  # fmt: skip
#: A drawing beside the words of an option, from the happiest to the saddest.
Face = Literal["glad", "content", "neutral", "sad", "upset"]
#: A value as it leaves the program in JSON or a spreadsheet.
Exported = str | int | float | list[str]


class Refused(ValueError):
    """An answer that a question does not take: a message code with its values; the words are in the catalogue."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Frozen(BaseModel):
    """A part of a definition: frozen, and refusing words that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Variant(Frozen):
    """One wording of a text; in a file its languages stand beside `when`."""

    when: Condition = parse("true")  # left out in the last: what is said when no other holds
    text: Text


class Varied(dict[str, str]):
    """A text that depends on earlier answers: by itself its last wording, which is said when no other holds."""

    def __init__(self, words: Mapping[str, str], variants: tuple[Variant, ...]) -> None:
        """Keep the wordings before the last, of which the first that holds is said."""
        super().__init__(words)
        self.variants = variants


def _as_varied(rows: tuple[Variant, ...]) -> Varied:
    """Read wordings in their order; raises ValueError when one would never be said, or none could be."""
    if not rows or "true" in [row.when.source for row in rows[:-1]]:
        raise ValueError("a wording behind one without `when:` is never said; put that one last")
    if rows[-1].when.source != "true":
        raise ValueError("the last wording goes without `when:`; it is said when none of the others holds")
    return Varied(rows[-1].text, rows[:-1])


_WORDINGS = Annotated[
    Annotated[Text, Tag("words")] | Annotated[tuple[Variant, ...], AfterValidator(_as_varied), Tag("wordings")],
    Discriminator(lambda raw: "wordings" if isinstance(raw, list | tuple) else "words"),
]
#: A text, or several of which earlier answers choose one (survey.definition.wording).
Wording = Annotated[
    dict[str, str],
    GetPydanticSchema(lambda source, handler: handler(_WORDINGS)),
    WithJsonSchema(
        {
            "type": ["string", "number", "object", "array"],
            "additionalProperties": {"type": ["string", "number"]},
            "items": {
                "type": ["string", "object"],
                "additionalProperties": {"type": ["string", "number", "boolean", "object"]},
            },
        }
    ),
]


class Option(Frozen):
    """One answer of a choice: points, or a state that says why it has none."""

    code: str
    text: Wording = {}
    points: Number | None = None
    state: State | None = None
    exclusive: bool = False  # "none of these": chosen alone in a question of several choices
    other: bool = False  # "other, namely": opens a short text, a question of its own called <question>_<code>
    face: Face | None = None  # drawn beside the words; it says nothing that they do not
    show_if: Condition | None = None


class Says(Frozen):
    """What a question's answer means in an explanation: to the student (`je ...`) and to a receiver (neutral)."""

    strength: Text = {}  # "Je komt op tijd."
    need: Text = {}  # "Je komt niet altijd op tijd."
    change: Text = {}  # counterfactual: "Kom je op tijd?"
    strength_report: Text = {}  # "Komt op tijd."
    need_report: Text = {}  # "Komt niet altijd op tijd."


class Check(Frozen):
    """An answer that does not go with the others: when true, the page is refused with this text."""

    when: Condition
    text: Text  # "Je stopt voor je begint. Klopt de datum?"


class Question(Frozen):
    """One question, whatever its kind; `kind` names the class in `survey.kinds.KINDS`."""

    widget: ClassVar[str]  # the template `respond/kinds/<widget>.html`
    takes_answer: ClassVar[bool] = True

    id: Id
    kind: str
    text: Wording = {}
    hint: Wording = {}  # "(Bijvoorbeeld een bijbaan of stage.)"
    why: Wording = {}  # "Waarom vragen we dit?"
    show_if: Condition | None = None
    consent: Id | None = None  # the earlier question whose yes this one needs: without it the answer is erased
    checks: tuple[Check, ...] = ()  # of this answer with those of this page and earlier ones
    topic: Id | None = None
    purpose: Text = {}
    ground: Text = {}  # left out: the definition's
    seen_by: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    says: Says = Says()
    required: bool = True  # false: may be left empty
    prefill: Fact | None = None  # filled in from the school's list, to be confirmed by sending the page
    sensitive: bool = False
    about: About | None = None  # a personal fact that no score may read (docs/checks.md, E251)

    def parse(self, raw: list[str]) -> Value | None:
        """Read what a form sent; None when nothing was filled in. Raises Refused."""
        raise NotImplementedError

    def parse_in(self, raw: list[str], language: str) -> Value | None:
        """Read what a person typed in a form of a language; raises Refused."""
        return self.parse(raw)

    def accept(self, raw: object) -> Value | None:
        """Read a JSON value; None stays None. Raises Refused."""
        raise NotImplementedError

    def written(self, value: Value) -> list[str]:
        """Give what the fields of its form hold when they were filled in so; `parse` reads it back."""
        return [str(self.export(value))]

    def written_in(self, value: Value, language: str) -> list[str]:
        """Give the same in a language; `parse_in` reads it back."""
        return self.written(value)

    def reading(self, value: Value) -> tuple[State, Exact | None]:
        """Give the state of a value and its points, None when it has none."""
        return State.ANSWERED, None

    def state(self, value: Value) -> State:
        """Tell whether a value counts, or why it does not."""
        return self.reading(value)[0]

    def points(self, value: Value) -> Exact | None:
        """Give the points of a value, None when it has none."""
        return self.reading(value)[1]

    def range(self) -> tuple[Exact, Exact] | None:
        """Give the lowest and highest points an answer can have, None when there are no such bounds."""
        return None

    def say(self, value: Value, language: str) -> str:
        """Give the answer in words."""
        return str(value)

    def export(self, value: Value) -> Exported:
        """Give the answer as it leaves the program."""
        return str(value)


def read_text(raw: object) -> object:
    """Read words by language; one text is for all, and a number is the text it is written as."""
    if isinstance(raw, dict):
        return {language: _plain_text(text) for language, text in raw.items()}
    return {"und": _plain_text(raw)} if isinstance(raw, str | int | float) else raw


def _plain_text(raw: object) -> object:
    return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def read_number(raw: object) -> Fraction:
    """Read an exact number as a file or JSON gives it; raises ValueError, also for one beyond LIMIT.

    A short text such as 1e99999999 must not become the number that it writes: its digits fill the memory.
    """
    number: Fraction | None = None
    if isinstance(raw, int | Fraction) and not isinstance(raw, bool):
        number = Fraction(raw)
    elif isinstance(raw, float | Decimal | str) and len(str(raw)) <= _LONGEST:
        number = Fraction(str(raw)) if _WRITTEN.fullmatch(str(raw).strip()) else None
    if number is None or abs(number) > LIMIT:
        raise ValueError("give a number, such as 3 or 0.5")
    return number


def exact(number: Fraction) -> Exact:
    """Give a whole number as an int, any other as it is."""
    return number.numerator if number.denominator == 1 else number


def in_language(text: Mapping[str, str], language: str) -> str:
    """Give a text in a language, else the one text for all, else the first there is, else nothing."""
    return text.get(language) or text.get("und") or next(iter(text.values()), "")
