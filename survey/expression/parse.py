"""Reads the text of an expression into a tree: an allow-list over Python's own grammar."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from keyword import kwlist
from typing import Final, Literal, get_args

from survey.expression import tree
from survey.expression.dates import ordinal

#: Longer or deeper than any condition that a person can read; bounds the work that a hostile file can ask for.
MAX_LENGTH: Final = 5000
MAX_DEPTH: Final = 40
MAX_PARTS: Final = 150

DATES: Final = (*get_args(tree.Measure), "add_months")
FUNCTIONS: Final = ("all", "any", "answered", "count", *get_args(tree.Function), "round", *DATES)
#: No reckoning goes further: a century.
MAX_MONTHS: Final = 1200
COMPARATORS: Final[dict[type[ast.cmpop], tree.Comparator]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
OPERATORS: Final[dict[type[ast.operator], tree.Operator]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
PLAIN_NUMBER: Final = re.compile(r"\d{1,30}(\.\d{1,30})?|\.\d{1,30}")
#: Python's own words, which neither an id nor a code without quotes can be.
RESERVED: Final = "|".join(sorted({*kwlist} - {"and", "or", "not", "in", "if", "else", "True", "False", "None"}))
_TAKEN: Final = re.compile(
    rf"\b({RESERVED})\b"  # wherever it stands
    r"|(?<=[=\[,(])\s*(and|or|not|in|if|else)\s*(?=$|[=!<>\],)]|\b(?:and|or)\b)"  # ours, in the place of a code
    r"|^(and|or|not|in|if|else)\s*(?=[=!<>.])"  # or of an id
)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
TRUTHS: Final = {"true": True, "false": False, "True": True, "False": False}


class ExpressionError(ValueError):
    """A text that is not an expression: `message` says what to do, `column` (from 1) where."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed condition or calculation; equal to another when their texts are equal."""

    source: str
    names: frozenset[str] = field(compare=False)
    sort: Literal["truth", "number"] = field(compare=False)
    tree: tree.Tree = field(compare=False, repr=False)

    def __str__(self) -> str:
        """Return the text that it was read from."""
        return self.source


def parse(raw: str | int | float | bool | Expression) -> Expression:
    """Read a text such as `colour in [red] and size >= 2`; raise ExpressionError with message and column."""
    if isinstance(raw, Expression):
        return raw
    if isinstance(raw, bool):
        raw = str(raw).lower()
    if not isinstance(raw, (str, int, float)):
        raise ExpressionError("Write the condition as one text, for example `size >= 2`.")
    source = re.sub(r"\s", " ", str(raw)).strip()
    _refuse_oversize(source)
    reader = _Reader(source)
    body = reader.read()
    sort: Literal["truth", "number"] = "truth" if reader.is_condition(body) else "number"
    root: tree.Tree = reader.truth(body) if sort == "truth" else reader.number(body)
    return Expression(source, frozenset(ref.name for ref in tree.refs(root)), sort, root)


def _refuse_oversize(source: str) -> None:
    """Stop before Python's parser sees a text that is empty, too long or nested too deep."""
    if not source:
        raise ExpressionError("The condition is empty.")
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"The condition is longer than {MAX_LENGTH} characters; split it.", MAX_LENGTH)
    depth = 0
    for position, character in enumerate(source):
        depth += (character in "([{") - (character in ")]}")
        if depth > MAX_DEPTH:
            message = f"More than {MAX_DEPTH} brackets inside each other; split the condition."
            raise ExpressionError(message, position + 1)


class _Reader:
    """Turns one Python syntax tree into ours, refusing whatever the language does not have."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.encoded = source.encode("utf-8", "surrogatepass")

    def read(self) -> ast.expr:
        """Return Python's syntax tree of the text."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # "1if" and "x is 1" only warn in Python; they are errors here
                body = ast.parse(self.source, mode="eval").body
        except SyntaxError as error:
            self.refuse_reserved()
            column = min(error.offset or len(self.source), len(self.source))
            raise ExpressionError(self._what_is_wrong(), column) from None
        except (ValueError, RecursionError, MemoryError, Warning):
            raise ExpressionError("This is not a condition; see docs/expressions.md.") from None
        self.refuse_depth(body)
        return body

    def refuse_reserved(self) -> None:
        """Say of a reserved word in the place of a code or an id what to do with it."""
        found = _TAKEN.search(_QUOTED.sub(lambda text: " " * len(text[0]), self.source))
        if found is not None and (place := found.lastindex):
            word = found[place]
            message = f"`{word}` is a reserved word: put a code between quotes ('{word}'); rename a question so called."
            raise ExpressionError(message, found.start(place) + 1) from None

    def _what_is_wrong(self) -> str:
        """Guess the usual slips, for a message that helps."""
        if re.search(r"[^=!<>]=[^=]", self.source):
            return "Write `==` to compare; a single `=` means nothing here."
        if re.search(r"&&|\|\||(^|\s)!\s*\w", self.source):
            return "Write `and`, `or` and `not` in words."
        if re.search(r"\b0\d", self.source):
            return "A number does not start with 0; put a code such as '01' between quotes."
        if self.source.count("(") > self.source.count(")") or self.source.count("[") > self.source.count("]"):
            return "A bracket is not closed; inside { } YAML ends a text at a comma, so put it all between quotes."
        return "This is not a whole condition; is a word, bracket or quote missing?"

    def column(self, node: ast.AST) -> int:
        """Return where a part stands, counted in characters from 1."""
        return len(self.encoded[: getattr(node, "col_offset", 0)].decode("utf-8", "replace")) + 1

    def text(self, node: ast.expr) -> str:
        """Return the source text of a part."""
        return self.encoded[slice(node.col_offset, node.end_col_offset)].decode("utf-8", "replace")

    def error(self, node: ast.AST, message: str) -> ExpressionError:
        """Make the error that points at a part."""
        return ExpressionError(message, self.column(node))

    def refuse_depth(self, body: ast.expr) -> None:
        """Stop before a deep tree is walked by functions that call themselves; operators nest without brackets too."""
        waiting: list[tuple[ast.AST, int]] = [(body, 1)]
        while waiting:
            node, depth = waiting.pop()
            if depth > MAX_PARTS:
                raise self.error(node, f"More than {MAX_PARTS} parts behind each other; use `all(...)` or `sum(...)`.")
            waiting += [(part, depth + 1) for part in ast.iter_child_nodes(node)]

    @staticmethod
    def is_condition(node: ast.expr) -> bool:
        """Say whether a part is true or false rather than a number, by its form alone."""
        match node:
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Constant(value=bool()):
                return True
            case ast.Call(func=ast.Name(id="all" | "any" | "answered")):
                return True
            case ast.Name(id=name):
                return name in TRUTHS
        return False

    def truth(self, node: ast.expr) -> tree.Condition:
        """Read a part that must be true or false."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                return tree.Logic(isinstance(operator, ast.And), tuple(self.truth(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return tree.Not(self.truth(operand))
            case ast.Compare():
                return self.comparison(node)
            case ast.Constant(value=bool(value)):
                return tree.Truth(value)
            case ast.Name(id=name) if name in TRUTHS:
                return tree.Truth(TRUTHS[name])
            case ast.Call(func=ast.Name(id=("all" | "any") as name)):
                return tree.Logic(name == "all", tuple(self.truth(part) for part in self.arguments(node)))
            case ast.Call(func=ast.Name(id="answered")):
                parts = self.arguments(node)
                if len(parts) != 1:
                    raise self.error(node, "`answered` asks about one id, for example `answered(colour)`.")
                return tree.Answered(self.ref(parts[0]))
            case ast.Call():
                self.function(node)
        shown = self.text(node)
        raise self.error(node, f"`{shown}` is not true or false; compare it, for example `{shown} >= 2`.")

    def comparison(self, node: ast.Compare) -> tree.Condition:
        """Read one comparison, or a chain such as `1 <= x < 5` as all of its links."""
        sides = [node.left, *node.comparators]
        links = tuple(self.link(node.ops[i], sides[i], sides[i + 1]) for i in range(len(node.ops)))
        return links[0] if len(links) == 1 else tree.Logic(True, links)

    def link(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> tree.Condition:
        """Read `left operator right`."""
        match operator:
            case ast.In() | ast.NotIn():
                return self.membership(left, right, isinstance(operator, ast.NotIn))
            case ast.Is() | ast.IsNot():
                raise self.error(right, "Write `==` or `!=` to compare.")
            case ast.Eq() | ast.NotEq():
                same = self.sameness(left, right, isinstance(operator, ast.NotEq))
                if same is not None:
                    return same
        return tree.Compare(COMPARATORS[type(operator)], self.number(left), self.number(right), self.column(left))

    def membership(self, left: ast.expr, right: ast.expr, negated: bool) -> tree.Member:
        """Read `id in [code, ...]`, or `code in id` for a question of several choices."""
        if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
            if not right.elts:
                raise self.error(right, "The list is empty; name at least one code.")
            return tree.Member(self.named(left), tuple(self.symbol(element) for element in right.elts), negated)
        return tree.Member(self.named(right), (self.symbol(left),), negated)

    def sameness(self, left: ast.expr, right: ast.expr, negated: bool) -> tree.Condition | None:
        """Read `id == code`, `id.band == label` or `id == missing`; None when two numbers are compared."""
        for one, other in ((left, right), (right, left)):
            if isinstance(other, ast.Name) and other.id == "missing":
                return tree.IsMissing(self.ref(one), negated)
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            left, right = right, left
        is_band = isinstance(left, ast.Attribute) and left.attr == "band"
        is_word = isinstance(right, ast.Name) or (isinstance(right, ast.Constant) and isinstance(right.value, str))
        if is_band or (is_word and isinstance(left, (ast.Name, ast.Attribute))):
            return tree.Member(self.named(left), (self.symbol(right),), negated)
        return None

    def number(self, node: ast.expr) -> tree.Quantity:
        """Read a part that must be a number."""
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return tree.Constant(self.exact(node))
            case ast.Name() | ast.Attribute():
                ref = self.ref(node)
                if ref.part == "band":
                    raise self.error(node, f"A band is a word; compare it, for example `{ref.name}.band == high`.")
                return ref
            case ast.BinOp(op=ast.Pow()):
                return self.power(node)
            case ast.BinOp(op=operator) if type(operator) in OPERATORS:
                return tree.Arithmetic(OPERATORS[type(operator)], self.number(node.left), self.number(node.right))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                part = self.number(node.operand)
                return tree.Negate(part) if isinstance(node.op, ast.USub) else part
            case ast.IfExp():
                return tree.Choose(self.truth(node.test), self.number(node.body), self.number(node.orelse))
            case ast.Call():
                return self.call(node)
        if self.is_condition(node):
            raise self.error(node, "This is true or false, not a number; `count(...)` counts what is true.")
        raise self.error(node, f"`{self.text(node)}` is not a number; the language has + - * / and names.")

    def power(self, node: ast.BinOp) -> tree.Quantity:
        """Read `x ** 2` as `x * x`; no power in a power, which would make a short text a large tree."""
        times = node.right.value if isinstance(node.right, ast.Constant) else None
        nested = any(isinstance(part, ast.Pow) for part in ast.walk(node.left))
        if not isinstance(times, int) or times not in (2, 3) or nested:
            raise self.error(node, "Write `x ** 2` or `x ** 3` for a power, and no power in a power.")
        return reduce(lambda product, part: tree.Arithmetic("*", product, part), [self.number(node.left)] * times)

    def call(self, node: ast.Call) -> tree.Quantity:
        """Read a function of numbers."""
        name, parts = self.function(node), self.arguments(node)
        if name in ("all", "any", "answered"):
            raise self.error(node, f"`{name}(...)` is true or false, not a number; `count(...)` counts what is true.")
        if name in DATES:
            return self.between(node, name, parts)
        if name == "count":
            return tree.Tally(tuple(self.truth(part) for part in parts))
        if name == "round":
            digits = parts[1] if len(parts) == 2 else ast.Constant(value=0)
            if len(parts) > 2 or not isinstance(digits, ast.Constant) or digits.value not in range(10):
                raise self.error(node, "Write `round(x, digits)` with 0 to 9 digits.")
            return tree.Rounded(self.number(parts[0]), int(str(digits.value)))
        if name in ("abs", "floor", "ceil") and len(parts) != 1:
            raise self.error(node, f"`{name}` takes one number.")
        function = next(known for known in get_args(tree.Function) if known == name)
        return tree.Call(function, tuple(self.number(part) for part in parts))

    def between(self, node: ast.Call, name: str, parts: list[ast.expr]) -> tree.Between:
        """Read `days(a, b)` or `age(birth, day)`."""
        measure = next((known for known in get_args(tree.Measure) if known == name), None)
        if measure is None:
            raise self.error(node, "`add_months(...)` is a day; put it in `days(a, b)` or `age(birth, day)`.")
        if len(parts) != 2:
            raise self.error(node, f"`{name}` takes two days, for example `{name}(born, starts)`.")
        return tree.Between(measure, self.day(parts[0]), self.day(parts[1]))

    def day(self, node: ast.expr) -> tree.Day:
        """Read a part that must be a day: a question, a text such as '2026-06-12', or so many months from one."""
        match node:
            case ast.Name():
                return self.ref(node)
            case ast.Constant(value=str(written)) if ordinal(written) is not None:
                return tree.Whole(written)
            case ast.Call(func=ast.Name(id="add_months"), args=[start, months]):
                sign = -1 if isinstance(months, ast.UnaryOp) and isinstance(months.op, ast.USub) else 1
                number = months.operand if isinstance(months, ast.UnaryOp) else months
                value = number.value if isinstance(number, ast.Constant) else None
                if type(value) is int and value <= MAX_MONTHS:
                    return tree.Shifted(self.day(start), sign * value)
                raise self.error(months, f"Write how many months as a whole number up to {MAX_MONTHS}.")
        raise self.error(node, f"`{self.text(node)}` is no day; name a question, or write '2026-06-12' between quotes.")

    def function(self, node: ast.Call) -> str:
        """Return the name of a function that the language has."""
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise self.error(node, f"There is no function `{self.text(node.func)}`; there are: {', '.join(FUNCTIONS)}.")
        return node.func.id

    def arguments(self, node: ast.Call) -> list[ast.expr]:
        """Return what stands between a function's brackets: `all(a, b)` and `all([a, b])` are the same."""
        name = self.function(node)
        parts = node.args
        if len(parts) == 1 and isinstance(parts[0], (ast.List, ast.Tuple)):
            parts = parts[0].elts
        if node.keywords or not parts or any(isinstance(part, ast.Starred) for part in parts):
            raise self.error(node, f"Write `{name}(...)` with its parts between the brackets, with commas.")
        return parts

    def exact(self, node: ast.expr) -> int | Fraction:
        """Return the number as it is written, never through a float."""
        text = self.text(node)
        if not PLAIN_NUMBER.fullmatch(text):
            raise self.error(node, f"Write `{text}` as plain digits, or between quotes when it is a code.")
        exact = Fraction(text)
        return exact.numerator if exact.denominator == 1 else exact

    def named(self, node: ast.expr) -> tree.Ref:
        """Read the id whose code or band is compared."""
        ref = self.ref(node)
        if ref.part not in (None, "band"):
            raise self.error(node, f"`.{ref.part}` is a number; compare it with a number.")
        return ref

    def ref(self, node: ast.expr) -> tree.Ref:
        """Read an id, or one part of it after a point."""
        match node:
            case ast.Name(id=name) if name == "missing" or name in TRUTHS:
                raise self.error(node, f"`{name}` is a word of the language, not an id.")
            case ast.Name(id=name):
                return tree.Ref(name, None, self.column(node))
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                part = next((known for known in get_args(tree.Part) if known == attribute), None)
                if part is None:
                    known = ", ".join(f".{word}" for word in get_args(tree.Part))
                    raise self.error(node, f"There is no `.{attribute}`; there are: {known}.")
                return tree.Ref(name, part, self.column(node))
        raise self.error(node, f"`{self.text(node)}` is not an id of a question, scale, count or rule.")

    def symbol(self, node: ast.expr) -> tree.Symbol:
        """Read a code, band or value: a bare word, a quoted text or a number."""
        column = self.column(node)
        match node:
            case ast.Name(id="missing"):
                raise self.error(node, "Test for `missing` apart: `id == missing`.")
            case ast.Name(id=name):
                return tree.Symbol(name, None, column)
            case ast.Constant(value=str(text)):
                return tree.Symbol(text, None, column)
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                return tree.Symbol(self.text(node), self.exact(node), column)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                return tree.Symbol(self.text(node), -self.exact(node.operand), column)
        raise self.error(node, f"`{self.text(node)}` is not a code; put quotes around a code with other signs in it.")
