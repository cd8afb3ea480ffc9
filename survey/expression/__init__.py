"""The language of conditions and arithmetic: parsed once, checked, then compiled to closures; never `eval`."""

from survey.expression import tree
from survey.expression.compile import compile_, measure, number, truth
from survey.expression.inspect import Name, Problem, check, suggest
from survey.expression.numbers import LARGEST, fits
from survey.expression.parse import Expression, ExpressionError, parse
from survey.expression.scope import ABSENT, MISSING, UNKNOWN, Absence, Number, Quantity, Scope, Truth
from survey.expression.tree import refs

__all__ = [
    "ABSENT",
    "Absence",
    "Expression",
    "ExpressionError",
    "MISSING",
    "LARGEST",
    "Name",
    "Number",
    "Problem",
    "Quantity",
    "Scope",
    "Truth",
    "UNKNOWN",
    "check",
    "compile_",
    "fits",
    "measure",
    "number",
    "parse",
    "refs",
    "suggest",
    "tree",
    "truth",
]
