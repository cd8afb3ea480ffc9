"""First-match rules as closures, exact about what is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.definition.model import Rule
from survey.expression import Name, Scope, truth
from survey.score.outcome import RuleResult


def compile_rule(rule: Rule, names: Mapping[str, Name]) -> Callable[[Scope], RuleResult]:
    """Give the closure of one rule.

    The first case that is true gives the value. When cases before it are unknown the value is `unknown`, unless
    each of them would give the same value as the case that is true.
    """
    tests = tuple(enumerate(truth(case.when, names) for case in rule.cases))
    plain = tuple(RuleResult(rule.id, case.value, index) for index, case in enumerate(rule.cases))
    nothing = RuleResult(rule.id, rule.unknown, None)

    def compute(scope: Scope) -> RuleResult:
        unknown: tuple[int, ...] = ()
        for index, holds in tests:
            held = holds(scope)
            if held:
                return plain[index] if not unknown else _weigh(rule, unknown, index)
            if held is None:
                unknown += (index,)
        return nothing if not unknown else _weigh(rule, unknown, None)

    return compute


def _weigh(rule: Rule, unknown: tuple[int, ...], matched: int | None) -> RuleResult:
    """Give the value when some cases could not be told: certain only when every outcome is the same."""
    last = rule.unknown if matched is None else rule.cases[matched].value
    outcomes = [rule.cases[index].value for index in unknown] + [last]
    if all(type(value) is type(last) and value == last for value in outcomes):
        return RuleResult(rule.id, last, matched, unknown)
    return RuleResult(rule.id, rule.unknown, None, unknown)
