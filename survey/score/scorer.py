"""A definition compiled once to closures, and run over one student's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from survey.answers import Values
from survey.definition.model import Definition
from survey.definition.names import find_names
from survey.definition.order import Cycle, find_order, find_parts
from survey.definition.ranges import find_ranges
from survey.expression import Name, Scope, truth
from survey.route import Path, find_path
from survey.score.counts import compile_count
from survey.score.outcome import CountScore, Outcome, RuleResult, ScaleScore
from survey.score.rules import compile_rule
from survey.score.scales import compile_scale
from survey.score.steps import Unscorable

#: The rules of reckoning (docs/scoring.md) that an outcome was made by; raised when any outcome could change.
ENGINE: Final = 2


@dataclass(frozen=True, slots=True)
class Scorer:
    """The closures of one definition, in an order in which each finds what it reads."""

    definition: Definition
    steps: tuple[tuple[str, str, Callable[[Scope], object]], ...]  # part, id, closure
    flags: tuple[tuple[str, Callable[[Scope], bool | None]], ...]
    in_order: bool  # the order of computing is that of the file
    engine: int

    def score(self, values: Values) -> Outcome:
        """Score answers; those off the path count for nothing."""
        return self.score_path(find_path(self.definition, values))

    def score_path(self, path: Path) -> Outcome:
        """Score the answers that stand on a path."""
        scales: dict[str, ScaleScore] = {}
        counts: dict[str, CountScore] = {}
        rules: dict[str, RuleResult] = {}
        values: dict[str, str | int | None] = {}
        scope = Scope(path.values, path.states, path.points, scales, counts, values)
        for part, name, compute in self.steps:
            if part == "scale":
                scales[name] = compute(scope)  # type: ignore[assignment]
            elif part == "count":
                counts[name] = compute(scope)  # type: ignore[assignment]
            else:
                rules[name] = compute(scope)  # type: ignore[assignment]
                values[name] = rules[name].value
        definition = self.definition
        if not self.in_order:
            scales = {name: scales[name] for name in definition.scales}
            counts = {name: counts[name] for name in definition.counts}
            rules = {name: rules[name] for name in definition.rules}
        flags = tuple([name for name, holds in self.flags if holds(scope)])
        return Outcome(
            definition.id,
            definition.version,
            definition.digest,
            self.engine,
            path.questions,
            scales,
            counts,
            rules,
            flags,
        )


_scorers: dict[tuple[str, int], Scorer] = {}


def compile_definition(definition: Definition, engine: int = ENGINE) -> Scorer:
    """Give the compiled rules of a definition, kept by its digest; raises Unscorable."""
    scorer = _scorers.get((definition.digest, engine))
    if scorer is None or scorer.definition is not definition:
        if len(_scorers) > 64:
            _scorers.clear()
        scorer = _scorers[definition.digest, engine] = _compile(definition, engine)
    return scorer


def score(definition: Definition, values: Values) -> Outcome:
    """Score answers by a definition's rules, with the whole trace; raises Unscorable for rules that cannot be run."""
    return compile_definition(definition).score(values)


def score_by_engine_1(definition: Definition, values: Values) -> Outcome:
    """Score as the first engine did, which knew of each range only that of all terms together.

    So it rescaled without `from`, and reversed a scale, as if nothing could be hidden or left out.
    """
    return compile_definition(definition, 1).score(values)


#: The engines that stored outcomes are recomputed with, by their number; none is ever taken away.
ENGINES: Final[dict[int, Callable[[Definition, Values], Outcome]]] = {1: score_by_engine_1, 2: score}


def _compile(definition: Definition, engine: int) -> Scorer:
    """Compile every rule, in the order in which they read each other."""
    try:
        order, ranges = find_order(definition), find_ranges(definition, of_engine_1=engine == 1)
    except Cycle as cycle:
        raise Unscorable(f"these are made of each other: {cycle}") from None
    names = find_names(definition)
    _refuse_strangers(definition, names)
    steps: list[tuple[str, str, Callable[[Scope], object]]] = []
    for name in order:
        if name in definition.scales:
            steps.append(("scale", name, compile_scale(definition.scales[name], definition, names, ranges)))
        elif name in definition.counts:
            steps.append(("count", name, compile_count(definition.counts[name], names)))
        else:
            steps.append(("rule", name, compile_rule(definition.rules[name], names)))
    flags = tuple((flag.id, truth(flag.when, names)) for flag in definition.flags.values())
    file_order = {"scale": list(definition.scales), "count": list(definition.counts), "rule": list(definition.rules)}
    in_order = all([name for kind, name, _ in steps if kind == part] == ids for part, ids in file_order.items())
    return Scorer(definition, tuple(steps), flags, in_order, engine)


def _refuse_strangers(definition: Definition, names: Mapping[str, Name]) -> None:
    """Refuse rules that read an id which is not there: it would only ever look like a missing answer."""
    reads = {name: set(parts) for name, parts in find_parts(definition).items()}
    reads |= {flag.id: set(flag.when.names) for flag in definition.flags.values()}
    for name, parts in reads.items():
        for stranger in sorted(parts - names.keys()):
            raise Unscorable(f"`{name}`: there is no question, scale, count or rule `{stranger}`")
