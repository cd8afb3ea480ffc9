"""What a changed definition would change: how many responses move from which band, value or flag to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from survey.answers import Values
from survey.definition.model import Definition
from survey.kinds import Choice
from survey.score import Outcome, score
from survey.score.cohort import CohortOutcome, gather, score_cohort

#: Fewer responses than this could be known people to a colleague: such a cell is not shown.
LEAST: Final = 5
#: No band, or no value.
NOTHING: Final = "-"
RAISED, NOT_RAISED = "raised", "not raised"

Label = str
#: What one part was and would be.
Move = tuple[Label, Label]
#: A part of a definition: its sort (scale, rule or flag) and its id.
Part = tuple[str, str]
Labels = tuple[npt.NDArray[np.int64], Sequence[Label]]


@dataclass(slots=True)
class Moves:
    """How many responses move, by part; grows as more of them are added."""

    size: int = 0
    parts: dict[Part, Counter[Move]] = field(default_factory=dict)

    def add(self, before: Definition, after: Definition, rows: Sequence[Values]) -> None:
        """Add responses, over columns; raises NotVectorised and leaves everything as it was."""
        cohort = gather(rows, dict.fromkeys([*before.questions, *after.questions]))
        was, would_be = _columns(score_cohort(before, cohort)), _columns(score_cohort(after, cohort))
        self.size += len(rows)
        for part in was.keys() & would_be.keys():
            (from_index, from_labels), (to_index, to_labels) = was[part], would_be[part]
            pairs = np.bincount(from_index * len(to_labels) + to_index, minlength=len(from_labels) * len(to_labels))
            counted = self.parts.setdefault(part, Counter())
            for place, number in enumerate(pairs.tolist()):
                if number:
                    counted[from_labels[place // len(to_labels)], to_labels[place % len(to_labels)]] += number

    def add_one_by_one(self, before: Definition, after: Definition, rows: Iterable[Values]) -> None:
        """Add responses, each with the interpreter: for what columns cannot hold exactly."""
        for values in rows:
            was, would_be = _labels_of(before, score(before, values)), _labels_of(after, score(after, values))
            self.size += 1
            for part in was.keys() & would_be.keys():
                self.parts.setdefault(part, Counter())[was[part], would_be[part]] += 1


def _columns(outcome: CohortOutcome) -> dict[Part, Labels]:
    """Give the band, value or flag of every response as the place of its label."""
    found: dict[Part, Labels] = {}
    for name, scale in outcome.scales.items():
        if scale.labels:
            found["scale", name] = scale.band.astype(np.int64) % (len(scale.labels) + 1), [*scale.labels, NOTHING]
    for name, rule in outcome.rules.items():
        found["rule", name] = rule.index.astype(np.int64), [_label(value) for value in rule.values]
    for name, raised in outcome.flags.items():
        found["flag", name] = raised.astype(np.int64), [NOT_RAISED, RAISED]
    return found


def _labels_of(definition: Definition, outcome: Outcome) -> dict[Part, Label]:
    """Give the band, value or flag of one response."""
    bands = {
        ("scale", scale.id): _label(scale.band)
        for scale in outcome.scales.values()
        if _has_bands(definition, scale.id)
    }
    rules = {("rule", rule.id): _label(rule.value) for rule in outcome.rules.values()}
    flags = {("flag", name): RAISED if name in outcome.flags else NOT_RAISED for name in definition.flags}
    return bands | rules | flags


def _has_bands(definition: Definition, name: str) -> bool:
    scale = definition.scales[name]
    return bool(scale.bands or scale.lift or scale.unknown is not None)


def _label(value: str | int | None) -> Label:
    return NOTHING if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Table:
    """The moves of one part: a number, or "<5" and "5+", for each label before (row) and after (column)."""

    part: Part
    before: tuple[Label, ...]
    after: tuple[Label, ...]
    cells: Mapping[Move, int | str]


def tables(moves: Moves, before: Definition | None, after: Definition, hides: bool = True) -> list[Table]:
    """Give a table for each part, in the order of the file; `hides` the cells of fewer than 5 responses.

    Without `before` the labels that occur stand in for those that the old definition names.
    """
    found = []
    for part in sorted(moves.parts, key=lambda part: _order(after, part)):
        counted = moves.parts[part]
        given = [pair[0] for pair in counted], [pair[1] for pair in counted]
        new = list(dict.fromkeys([*_named(after, part), *given[1]]))
        old = list(dict.fromkeys([*(_named(before, part) if before else new), *given[0]]))
        cells = {(one, other): counted[one, other] for one in old for other in new}
        shown = hide(cells) if hides else dict(cells)
        rows = tuple(label for label in old if any(counted[label, other] for other in new))
        columns = tuple(label for label in new if label in rows or any(counted[one, label] for one in old))
        found.append(Table(part, rows, columns, {(one, other): shown[one, other] for one in rows for other in columns}))
    return found


def _named(definition: Definition, part: Part) -> list[Label]:
    """Give the labels of a part in the order of the file."""
    sort, name = part
    if sort == "flag":
        return [NOT_RAISED, RAISED]
    if sort == "rule":
        rule = definition.rules.get(name)
        return [] if rule is None else [str(case.value) for case in rule.cases]
    scale = definition.scales.get(name)
    return [] if scale is None else [edge.label for edge in scale.bands]


def _order(definition: Definition, part: Part) -> tuple[int, int]:
    """Give the place of a part: scales, rules, flags, each in the order of the file."""
    groups = {"scale": list(definition.scales), "rule": list(definition.rules), "flag": list(definition.flags)}
    return list(groups).index(part[0]), groups[part[0]].index(part[1])


def hide(cells: Mapping[Move, int]) -> dict[Move, int | str]:
    """Hide cells of fewer than 5, and as many of the next as keep them from being reckoned from the total."""
    hidden = [move for move, number in cells.items() if 0 < number < LEAST]
    others = sorted((move for move, number in cells.items() if number >= LEAST), key=lambda move: cells[move])
    while hidden and others and (len(hidden) < 2 or sum(cells[move] for move in hidden) < 2 * LEAST):
        hidden.append(others.pop(0))
    words = {move: f"<{LEAST}" if cells[move] < LEAST else f"{LEAST}+" for move in hidden}
    return {move: words.get(move, number) for move, number in cells.items()}


def name_changes(before: Definition, after: Definition) -> list[str]:
    """Say what stored answers meet that is not as they were given: questions and codes that went or came."""
    found = []
    for name, old in before.questions.items():
        new = after.questions.get(name)
        if new is None:
            found.append(f"question `{name}` is not in the new definition: its answers count for nothing")
        elif isinstance(old, Choice) and isinstance(new, Choice):
            found += [
                f"question `{name}` has no code `{code}` any more: who chose it counts as not reached"
                for code in old.options
                if code not in new.options
            ]
            found += [
                f"question `{name}` has a new code `{code}`: nobody could choose it"
                for code in new.options
                if code not in old.options
            ]
        elif old.kind != new.kind:
            found.append(f"question `{name}` was of kind `{old.kind}` and is of kind `{new.kind}`")
    added = [name for name in after.questions if name not in before.questions]
    found += [f"question `{name}` is new: everybody counts as not reached" for name in added]
    pairs = (
        ("scale", before.scales, after.scales),
        ("rule", before.rules, after.rules),
        ("flag", before.flags, after.flags),
    )
    for sort, old_parts, new_parts in pairs:
        found += [f"{sort} `{name}` is not in the new definition" for name in old_parts if name not in new_parts]
        found += [f"{sort} `{name}` is new" for name in new_parts if name not in old_parts]
    return found
