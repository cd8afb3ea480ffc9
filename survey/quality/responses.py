"""Responses to one questionnaire version as columns of numbers, in which nobody's answers stand together as a row."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from survey.answers import State, Value, Values
from survey.definition.model import Definition, Page, Scale
from survey.kinds import Choice, NumberQuestion
from survey.route import find_path
from survey.route.path import Path
from survey.score import compile_definition
from survey.score.outcome import CountScore, Outcome

#: Places in a column of who has no value; those of the values come after them.
NOT_REACHED, NOT_SHOWN = 0, 1
NO_VALUE = 2
#: Labels of who got no band or value: the scale does not apply to them, or there is none.
NOT_APPLICABLE, NONE = "not_applicable", "none"
#: In place of what somebody wrote: that they did.
WRITTEN = ""
#: The label of a count that answers are missing for.
BETWEEN = "?"
#: In place of a page: every page was answered, and nothing was sent.
NOT_SENT = "@send"

Label = Value | int


@dataclass(frozen=True, slots=True)
class Response:
    """What one person gave; `moments` are whole seconds from the start to the first answer of each page.

    `sent` is None where nobody knows: in a file of answers. Such a response counts like one that was sent.
    """

    values: Values
    sent: bool | None = None
    moments: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One question, scale, count or rule over all respondents: `places` (n,) lead to the values that occur.

    Place 0 is not reached, 1 not shown, from 2 on stand the values. Whole words, because these index fastest.
    """

    values: tuple[Label, ...]
    places: NDArray[np.intp]

    @property
    def size(self) -> int:
        """Return the number of places."""
        return NO_VALUE + len(self.values)

    def label(self, place: int) -> str:
        """Return what stands at a place, in words of the definition or one of ours."""
        if place < NO_VALUE:
            return NOT_APPLICABLE if place == NOT_SHOWN else NONE
        return str(self.values[place - NO_VALUE])


@dataclass(frozen=True, slots=True)
class Responses:
    """All responses: `n` that count in all but `stopped` and `seconds`, which are of everyone who began."""

    definition: Definition
    n: int
    begun: int
    questions: Mapping[str, Column]
    scales: Mapping[str, Column]  # bands
    counts: Mapping[str, Column]  # bands, or numbers where a count has none
    rules: Mapping[str, Column]  # values
    stopped: Mapping[str, int]  # page, or NOT_SENT -> those who got no further
    seconds: Mapping[str, NDArray[np.int64]]  # page -> whole seconds of those of whom they are known


class _Growing:
    """A column while it grows."""

    def __init__(self) -> None:
        self.known: dict[Label, int] = {}
        self.places = array("q")

    def add(self, value: Label) -> None:
        """Add a respondent with a value."""
        self.places.append(self.known.setdefault(value, NO_VALUE + len(self.known)))

    def skip(self, place: int) -> None:
        """Add a respondent without one."""
        self.places.append(place)

    def column(self) -> Column:
        """Return what has grown."""
        return Column(tuple(self.known), np.array(self.places, dtype=np.intp))


def gather(definition: Definition, responses: Iterable[Response]) -> Responses:
    """Take responses apart into columns; raises Unscorable for a definition whose rules cannot be run."""
    scorer = compile_definition(definition)
    columns = {name: _Growing() for name, question in definition.questions.items() if question.takes_answer}
    keeps = {name for name in columns if isinstance(definition.questions[name], Choice | NumberQuestion)}
    results = [{name: _Growing() for name in part} for part in (definition.scales, definition.counts, definition.rules)]
    stopped = {page.id: 0 for page in definition.pages} | {NOT_SENT: 0}
    seconds = {page.id: array("q") for page in definition.pages}
    n = begun = 0
    for response in responses:
        path = find_path(definition, response.values)
        _add_seconds(seconds, path, response.moments)
        begun += 1
        if (page := _stopped_at(definition, path, response.sent)) is not None:
            stopped[page] += 1
        if response.sent is not False:
            n += 1
            _add_answers(columns, keeps, path)
            _add_results(results, scorer.score(response.values))
    scales, counts, rules = ({name: grown.column() for name, grown in part.items()} for part in results)
    return Responses(
        definition=definition,
        n=n,
        begun=begun,
        questions={name: grown.column() for name, grown in columns.items()},
        scales=scales,
        counts=counts,
        rules=rules,
        stopped=stopped,
        seconds={page: np.array(values, dtype=np.int64) for page, values in seconds.items()},
    )


def band_labels(scale: Scale) -> list[str]:
    """Give every band of a scale in the order of the file, that of too few answers at the end."""
    labels = [edge.label for edge in scale.bands] + [lift.to for lift in scale.lift]
    return list(dict.fromkeys([*labels, *([scale.unknown] if scale.unknown else [])]))


def _add_answers(columns: Mapping[str, _Growing], keeps: set[str], path: Path) -> None:
    values, states = path.values, path.states
    for name, column in columns.items():
        value = values.get(name)
        if value is not None:
            column.add(value if name in keeps else WRITTEN)
        else:
            column.skip(NOT_SHOWN if states[name] is State.NOT_SHOWN else NOT_REACHED)


def _add_results(results: list[dict[str, _Growing]], outcome: Outcome) -> None:
    """Add bands and values; a result without one stands as not applicable or as missing."""
    scales, counts, rules = results
    for scale in outcome.scales.values():
        if scale.band is not None:
            scales[scale.id].add(scale.band)
        else:
            scales[scale.id].skip(NOT_SHOWN if scale.why == "not_applicable" else NOT_REACHED)
    for count in outcome.counts.values():
        counts[count.id].add(_count_label(count))
    for rule in outcome.rules.values():
        if rule.value is not None:
            rules[rule.id].add(rule.value)
        else:
            rules[rule.id].skip(NOT_REACHED)


def _count_label(count: CountScore) -> Label:
    if count.bands:
        return count.band or BETWEEN
    return count.low if count.low == count.high else BETWEEN


def _stopped_at(definition: Definition, path: Path, sent: bool | None) -> str | None:
    """Return the page behind the last one with an answer, None for who came to the end.

    In a file of answers nobody says who came to the end: pages that may be left empty are passed over then.
    """
    if sent:
        return None
    answered = [place for place, page in enumerate(path.pages) if any(name in path.values for name in page.questions)]
    following = path.pages[answered[-1] + 1 if answered else 0 :]
    if sent is False:
        return following[0].id if following else NOT_SENT
    return next((page.id for page in following if _has_required(definition, path, page)), None)


def _has_required(definition: Definition, path: Path, page: Page) -> bool:
    """Tell whether a page of the path waits for an answer."""
    asked = (definition.questions[name] for name in page.questions if path.states[name] is not State.NOT_SHOWN)
    return any(question.required and question.takes_answer for question in asked)


def _add_seconds(seconds: Mapping[str, array[int]], path: Path, moments: Mapping[str, int]) -> None:
    """Add the time between the first answers of pages that follow each other on the path."""
    before: int | None = 0
    for page in path.pages if moments else ():
        moment = moments.get(page.id)
        if moment is not None and before is not None and moment >= before:
            seconds[page.id].append(moment - before)
        before = moment
