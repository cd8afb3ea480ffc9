"""Conditions and calculations of a definition in words, for people who read no code."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

from survey.definition.model import Definition
from survey.expression import Expression
from survey.expression.tree import (
    Answered,
    Arithmetic,
    Between,
    Call,
    Choose,
    Compare,
    Constant,
    Day,
    IsMissing,
    Logic,
    Member,
    Negate,
    Not,
    Ref,
    Rounded,
    Shifted,
    Symbol,
    Tally,
    Tree,
    Truth,
    Whole,
)
from survey.kinds import Choice

#: Longer names are cut.
LONGEST = 70
#: Messages for each comparison of two numbers.
COMPARED = {
    "==": "{left} is {right}",
    "!=": "{left} is not {right}",
    "<": "{left} is less than {right}",
    "<=": "{left} is at most {right}",
    ">": "{left} is more than {right}",
    ">=": "{left} is at least {right}",
}
FUNCTIONS = {
    "sum": "the sum of {parts}",
    "mean": "the mean of {parts}",
    "min": "the lowest of {parts}",
    "max": "the highest of {parts}",
    "abs": "{parts} without its sign",
    "floor": "{parts} rounded down",
    "ceil": "{parts} rounded up",
}
MEASURED = {"days": "the days from {first} to {second}", "age": "the age of who was born on {first}, on {second}"}
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


class Words(Protocol):
    """The catalogue of a language, as `survey.i18n` gives it."""

    def text(self, message: str, **values: object) -> str:
        """Give a message in this language."""

    def words(self, text: Mapping[str, str]) -> str:
        """Give a text of a definition in this language."""


def say_condition(definition: Definition, condition: Expression | None, words: Words) -> str:
    """Give a condition or a calculation in words, nothing for none."""
    return "" if condition is None else _Saying(definition, words).say(condition.tree)


def name_of(definition: Definition, name: str, words: Words, is_scored: bool = False) -> str:
    """Give what a question, scale, count or rule is called: its words, else its id; of `x.band` the scale is meant."""
    scored = definition.scales, definition.counts, definition.rules
    for parts in (*scored, definition.questions) if is_scored else (definition.questions, *scored):
        if name in parts:
            return _cut(words.words(parts[name].text)) or name
    return name


def say_number(number: Fraction | int | None) -> str:
    """Give an exact number as people write it."""
    if number is None:
        return ""
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):g}"


class _Saying:
    """Says the parts of one expression."""

    def __init__(self, definition: Definition, words: Words) -> None:
        self.definition, self.words = definition, words

    def say(self, tree: Tree, inside: bool = False) -> str:
        """Give a part in words; one inside another stands between brackets when it needs them."""
        said = self._say(tree)
        return f"({said})" if inside and isinstance(tree, Logic | Arithmetic | Choose) else said

    def _say(self, tree: Tree) -> str:
        text = self.words.text
        match tree:
            case Truth(value):
                return text("always") if value else text("never")
            case Logic(every, parts):
                said = [self.say(part, inside=True) for part in parts]
                return f" {text('and') if every else text('or')} ".join(said)
            case Not(part):
                return text("not: {condition}", condition=self.say(part, inside=True))
            case Answered(ref):
                return text("{name} is answered", name=self._name(ref))
            case IsMissing(ref, negated):
                return text("{name} has an answer" if negated else "{name} has no answer", name=self._name(ref))
            case Member():
                return self._member(tree)
            case Compare(comparator, left, right, _):
                return text(COMPARED[comparator], left=self.say(left, inside=True), right=self.say(right, inside=True))
        return self._quantity(tree)

    def _quantity(self, tree: Tree) -> str:
        text = self.words.text
        match tree:
            case Constant(value):
                return say_number(value)
            case Ref():
                return self._name(tree)
            case Arithmetic(operator, left, right):
                return f"{self.say(left, inside=True)} {SIGNS[operator]} {self.say(right, inside=True)}"
            case Negate(part):
                return f"−{self.say(part, inside=True)}"
            case Choose(condition, yes, no):
                said = {"yes": self.say(yes), "condition": self.say(condition), "no": self.say(no)}
                return text("{yes} when {condition}, else {no}", **said)
            case Call(function, parts):
                return text(FUNCTIONS[function], parts=", ".join(self.say(part, inside=True) for part in parts))
            case Rounded(part, digits):
                return text("{part} rounded to {n} decimals", part=self.say(part, inside=True), n=digits)
            case Tally(parts):
                return text("how many of these hold: {parts}", parts="; ".join(self.say(part) for part in parts))
            case Between(measure, first, second):
                return text(MEASURED[measure], first=self._day(first), second=self._day(second))
        raise TypeError(type(tree).__name__)

    def _day(self, day: Day) -> str:
        """Give a day in words: an answer, a written one, or so many months from one."""
        match day:
            case Shifted(part, months):
                message = "{n} months after {day}" if months >= 0 else "{n} months before {day}"
                return self.words.text(message, n=abs(months), day=self._day(part))
            case Whole(written):
                return written
            case Ref():
                return self._name(day)

    def _member(self, tree: Member) -> str:
        symbols = [self._symbol(tree.ref, symbol) for symbol in tree.symbols]
        joined = f" {self.words.text('or')} ".join(symbols)
        question = self.definition.questions.get(tree.ref.name)
        several = question is not None and question.kind == "choices" and tree.ref.part is None
        if several:
            message = "{left} does not have {right}" if tree.negated else "{left} has {right}"
        else:
            message = COMPARED["!="] if tree.negated else COMPARED["=="]
        return self.words.text(message, left=self._name(tree.ref), right=joined)

    def _symbol(self, ref: Ref, symbol: Symbol) -> str:
        """Give an option, a band or a value of a rule in words."""
        question = self.definition.questions.get(ref.name)
        if ref.part is None and isinstance(question, Choice) and symbol.text in question.options:
            said = self.words.words(question.options[symbol.text].text)
        elif ref.name in self.definition.rules:
            value = self.definition.rules[ref.name].values.get(symbol.text)
            said = self.words.words(value.text) if value else ""
        else:
            band = self.definition.bands.get(symbol.text)
            said = self.words.words(band.text) if band else ""
        return f"“{_cut(said) or symbol.text}”"

    def _name(self, ref: Ref) -> str:
        """Give what a reference is called, with which part of it."""
        name = name_of(self.definition, ref.name, self.words, ref.part is not None)
        is_question = ref.name in self.definition.questions and ref.part is None
        said = f"“{name}”" if is_question else name
        if ref.part in ("answered", "applicable", "low", "high"):
            said = self.words.text(f"{{name}} ({ref.part})", name=said)
        return said


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"
