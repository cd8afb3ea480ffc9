"""Compiles a tree to closures over a scope: three-valued truths and exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from survey.expression import dates, leaves, logic, numbers, tree
from survey.expression.inspect import Kind, Name
from survey.expression.parse import Expression, ExpressionError
from survey.expression.scope import Absence, Bounds, Number, Quantity, Result, Role, Roles, Scope, Truth

Made = TypeVar("Made")


def truth(expression: Expression, names: Mapping[str, Name] | None = None) -> Truth:
    """Compile a condition to True, False or None (unknown); with `names` nothing is looked up by trial."""
    root = expression.tree
    if not isinstance(root, tree.Condition):
        raise ExpressionError(f"`{expression.source}` is a number; a condition compares it with something.")
    return _by_role(expression, names, lambda roles: Compiler(roles).truth(root))


def measure(expression: Expression, names: Mapping[str, Name] | None = None) -> Quantity:
    """Compile a calculation to an exact number, None (missing) or ABSENT (does not apply)."""
    root = expression.tree
    if isinstance(root, tree.Condition):
        raise ExpressionError(f"`{expression.source}` is true or false; a calculation gives a number.")
    return _by_role(expression, names, lambda roles: Compiler(roles).number(root))


def number(expression: Expression, names: Mapping[str, Name] | None = None) -> Callable[[Scope], Number | None]:
    """Compile a calculation to an exact number, None when something in it is missing or does not apply."""
    inner = measure(expression, names)

    def known(scope: Scope) -> Number | None:
        value = inner(scope)
        return None if isinstance(value, Absence) else value

    return known


def compile_(expression: Expression, names: Mapping[str, Name] | None = None) -> Callable[[Scope], Result]:
    """Compile either sort; None is unknown or missing."""
    return truth(expression, names) if expression.sort == "truth" else number(expression, names)


def _by_role(
    expression: Expression, names: Mapping[str, Name] | None, build: Callable[[Roles], Callable[[Scope], Made]]
) -> Callable[[Scope], Made]:
    """Give the closure for what the ids are; without `names` that is found in the scope at each call."""
    if names is not None:
        known = {name: names.get(name, QUESTION) for name in expression.names}
        bare_roles = {name: role_of(found.kind) for name, found in known.items()}
        return build(Roles(bare_roles, {name: part_role(found) for name, found in known.items()}))
    order = sorted(expression.names)
    questions: dict[str, Role] = dict.fromkeys(order, "question")
    for_questions = build(Roles(questions, questions))
    built: dict[tuple[tuple[Role, Role], ...], Callable[[Scope], Made]] = {}

    def evaluate(scope: Scope) -> Made:
        if not (scope.scales or scope.counts or scope.rules):
            return for_questions(scope)
        roles = tuple((_find_role(scope, name), _find_part_role(scope, name)) for name in order)
        closure = built.get(roles)
        if closure is None:
            bare = {name: role for name, (role, _) in zip(order, roles)}
            parts = {name: role for name, (_, role) in zip(order, roles)}
            closure = built[roles] = build(Roles(bare, parts))
        return closure(scope)

    return evaluate


def _find_role(scope: Scope, name: str) -> Role:
    """Say what an id is by where the scope holds it; a question outweighs a scale of the same id."""
    if name in scope.states:
        return "question"
    return "rule" if name in scope.rules else _find_part_role(scope, name)


def _find_part_role(scope: Scope, name: str) -> Role:
    """Say what an id with a part is: only scales and counts have parts."""
    if name in scope.scales:
        return "scale"
    return "count" if name in scope.counts else "question"


QUESTION = Name("choice")


def role_of(kind: Kind) -> Role:
    """Return where a name's value is found; every kind of question is a question."""
    if kind in ("scale", "count", "rule"):
        return kind
    return "question"


def part_role(name: Name) -> Role:
    """Return where the parts of a name are found."""
    return name.also or role_of(name.kind)


class Compiler:
    """Builds the closures of one expression, given what each id is."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles

    def truth(self, node: tree.Condition) -> Truth:
        """Compile a condition."""
        match node:
            case tree.Truth(value):
                return lambda scope: value
            case tree.Logic(every, parts):
                closures = [self.truth(part) for part in parts]
                return closures[0] if len(closures) == 1 else logic.kleene(closures, decisive=not every)
            case tree.Not(part):
                return logic.negate(self.truth(part))
            case tree.Answered(ref):
                return leaves.answered(ref, self.roles.of(ref))
            case tree.IsMissing(ref, negated):
                if negated:
                    return leaves.answered(ref, self.roles.of(ref))
                return leaves.missing(ref, self.roles.of(ref))
            case tree.Member(ref, symbols, negated):
                return leaves.member(ref, symbols, negated, self.roles.of(ref))
            case tree.Compare():
                return self.compare(node)

    def compare(self, node: tree.Compare) -> Truth:
        """Compile a comparison of numbers; a count is compared by its bounds."""
        holds = logic.COMPARE[node.comparator]
        if self.has_bounds(node.left) or self.has_bounds(node.right):
            return logic.compare_bounds(node.comparator, self.bounds(node.left), self.bounds(node.right))
        left = self.number(node.left)
        if isinstance(node.right, tree.Constant):
            return logic.compare_constant(holds, left, node.right.value)
        return logic.compare_numbers(holds, left, self.number(node.right))

    def has_bounds(self, node: tree.Quantity) -> bool:
        """Say whether a part is known between a low and a high end."""
        if isinstance(node, tree.Ref):
            return node.part is None and self.roles.of(node) == "count"
        return isinstance(node, tree.Tally)

    def bounds(self, node: tree.Quantity) -> Bounds:
        """Compile the low and high end of a part; of a plain number they are the same."""
        match node:
            case tree.Tally(parts):
                return logic.tally([self.truth(part) for part in parts])
            case tree.Ref(name, None) if self.roles.of(node) == "count":
                return leaves.bounds(name)
        return logic.point(self.number(node))

    def number(self, node: tree.Quantity) -> Quantity:
        """Compile a calculation."""
        match node:
            case tree.Constant(value):
                return lambda scope: value
            case tree.Ref():
                return leaves.quantity(node, self.roles.of(node))
            case tree.Arithmetic("/", left, right):
                return numbers.divide(self.number(left), self.number(right))
            case tree.Arithmetic(sign, left, right):
                return numbers.combine(numbers.COMBINE[sign], self.number(left), self.number(right))
            case tree.Negate(part):
                return numbers.apply(lambda value: -value, self.number(part))
            case tree.Rounded(part, digits):
                return numbers.apply(lambda value: numbers.round_half_up(value, digits), self.number(part))
            case tree.Call("abs" | "floor" | "ceil" as name, (part,)):
                return numbers.apply(numbers.APPLY[name], self.number(part))
            case tree.Call(name, parts):
                return numbers.gather(numbers.GATHER[name], [self.number(part) for part in parts])
            case tree.Choose(condition, yes, no):
                return numbers.choose(self.truth(condition), self.number(yes), self.number(no))
            case tree.Between(measured, first, second):
                count = dates.days if measured == "days" else dates.years
                return dates.between(count, dates.day_of(first), dates.day_of(second))
            case tree.Tally(parts):
                return logic.exact_tally([self.truth(part) for part in parts])
