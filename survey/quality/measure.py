"""From columns of responses to the report: questions, scales, bands and pages, each with small cells hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from survey.definition.model import Definition
from survey.definition.names import find_names
from survey.definition.ranges import find_ranges
from survey.definition.scoring import Scale, Term
from survey.expression import Scope
from survey.quality import reliability
from survey.quality.cells import ENOUGH, Cell, Hidden, hide, is_small
from survey.quality.items import MISSING, measure_item, reading
from survey.quality.patterns import Patterns, count_patterns
from survey.quality.report import Distribution, Interval, PageReport, Report, ScaleReport, TermReport
from survey.quality.responses import NOT_SENT, Column, Label, Responses, band_labels
from survey.score.terms import compile_term

#: Who takes longer over a page than a day went away meanwhile.
LONGEST = 24 * 60 * 60


def measure(responses: Responses) -> Report:
    """Reckon all figures of one questionnaire version; below 30 responses there are none."""
    definition = responses.definition
    name = (definition.id, definition.version, definition.digest)
    if responses.n < ENOUGH:
        return Report(*name, n=None)
    single = _single_scales(definition)
    measured = [measure_item(responses, id_, single.get(id_, [])) for id_ in responses.questions]
    linked = {scale: cells for _, bands in measured for scale, cells in bands.items()}
    stopped = hide(responses.stopped)
    unfinished = sum(responses.stopped.values())
    return Report(
        *name,
        n=responses.n,
        complete=_complete(responses),
        begun=responses.begun if responses.begun == responses.n or not is_small(unfinished) else Hidden.ALSO,
        not_sent=stopped[NOT_SENT],
        items=tuple(item for item, _ in measured),
        scales=tuple(_measure_scales(responses)),
        distributions=tuple(_distribute(responses, linked)),
        pages=tuple(_measure_page(page.id, stopped[page.id], responses.seconds[page.id]) for page in definition.pages),
    )


def _complete(responses: Responses) -> Cell:
    """Count who answered every question that was shown and waits for an answer."""
    lacking = np.zeros(responses.n, dtype=bool)
    for id_, column in responses.questions.items():
        question = responses.definition.questions[id_]
        if question.required:
            is_missing = [reading(question, value)[0] in MISSING for value in column.values]
            lacking |= np.array([True, False, *is_missing])[column.places]
    incomplete = int(np.count_nonzero(lacking))
    return hide({"complete": responses.n - incomplete, "incomplete": incomplete})["complete"]


def _measure_page(id_: str, stopped: Cell, seconds: NDArray[np.int64]) -> PageReport:
    """Give the median and 90th percentile of the seconds: the shortest within which that share had answered."""
    if len(seconds) < ENOUGH:
        return PageReport(id_, stopped, None, None)
    done = np.cumsum(np.bincount(np.minimum(seconds, LONGEST)))
    median, p90 = (int(np.searchsorted(done, share * len(seconds))) for share in (0.5, 0.9))
    return PageReport(id_, stopped, median, p90)


# Bands


def _single_scales(definition: Definition) -> dict[str, list[str]]:
    """Give the scales with bands that are made of one question, by that question."""
    found: dict[str, list[str]] = {}
    for scale in definition.scales.values():
        refs = {term.ref for term in scale.of}
        if scale.bands and len(refs) == 1 and (ref := refs.pop()) in definition.questions:
            found.setdefault(str(ref), []).append(scale.id)
    return found


def _distribute(responses: Responses, linked: Mapping[str, Mapping[str, Cell]]) -> Iterator[Distribution]:
    """Give the numbers of respondents by band or value; those of a single question's scale come hidden already."""
    definition = responses.definition
    for scale in definition.scales.values():
        if scale.bands:
            cells = linked.get(scale.id) or hide(count_labels(responses.scales[scale.id], band_labels(scale)))
            yield Distribution(scale.id, "scale", cells)
    for count in definition.counts.values():
        labels: Iterable[Label] = dict.fromkeys(edge.label for edge in count.bands) or range(len(count.of) + 1)
        yield Distribution(count.id, "count", hide(count_labels(responses.counts[count.id], labels)))
    for rule in definition.rules.values():
        labels = dict.fromkeys([case.value for case in rule.cases])
        yield Distribution(rule.id, "rule", hide(count_labels(responses.rules[rule.id], labels)))


def count_labels(column: Column, labels: Iterable[Label]) -> dict[str, int]:
    """Count respondents by label, the known labels first, who has none at the end."""
    counts = dict.fromkeys(map(str, labels), 0)
    for place, n in enumerate(np.bincount(column.places)):
        if n:
            label = column.label(place)
            counts[label] = counts.get(label, 0) + int(n)
    return counts


# Scales


def _measure_scales(responses: Responses) -> Iterator[ScaleReport]:
    """Give the figures of each sum or mean of two questions or more."""
    definition = responses.definition
    names, ranges = find_names(definition), find_ranges(definition)
    for scale in definition.scales.values():
        if scale.op not in ("sum", "mean") or len(scale.of) < 2:
            continue
        if any(term.ref not in responses.questions or term.when is not None for term in scale.of):
            continue
        columns = [responses.questions[str(term.ref)] for term in scale.of]
        tables = []
        for term, column in zip(scale.of, columns):
            read = compile_term(term, scale.id, definition, names, ranges)
            items = [read(Scope({str(term.ref): value}, {})) for value in column.values if not isinstance(value, int)]
            tables.append([None, None, *(None if item.points is None else float(item.points) for item in items)])
        yield measure_scale(scale, count_patterns([column.places for column in columns], tables))


def measure_scale(scale: Scale, patterns: Patterns) -> ScaleReport:
    """Give the figures of a scale from what its respondents' items are."""
    k, n = len(scale.of), patterns.n
    complete, some = patterns.complete, patterns.some
    sums, listwise_sums = patterns.sums, patterns.complete_sums
    listwise = reliability.covariance(listwise_sums) if complete >= ENOUGH else None
    pairwise = reliability.covariance(sums) if sums[k:, k:].min() >= ENOUGH else None
    alpha, alpha_pairwise = _alpha(listwise), _alpha(pairwise)
    return ScaleReport(
        id=scale.id,
        complete=hide({"complete": complete, "incomplete": n - complete})["complete"],
        alpha=alpha,
        alpha_interval=_interval(alpha, complete, n, k),
        omega=None if listwise is None else reliability.omega(listwise),
        alpha_pairwise=alpha_pairwise,
        alpha_pairwise_interval=_interval(alpha_pairwise, some, n, k),
        items=_measure_terms(scale.of, listwise, pairwise),
    )


def _alpha(covariances: NDArray[np.float64] | None) -> float | None:
    return None if covariances is None else reliability.alpha(covariances)


def _interval(alpha: float | None, part: int, whole: int, k: int) -> Interval | None:
    """Give the interval of an alpha over a part of the respondents.

    The interval tells how many there were: where the rest is a small cell it is reckoned as the largest small one.
    """
    if alpha is None:
        return None
    return reliability.alpha_interval(alpha, whole - 9 if is_small(whole - part) else part, k)


def _measure_terms(
    terms: tuple[Term, ...], listwise: NDArray[np.float64] | None, pairwise: NDArray[np.float64] | None
) -> tuple[TermReport, ...]:
    nothing: list[float | None] = [None] * len(terms)
    figures = [
        nothing if covariances is None else find(covariances)
        for covariances in (listwise, pairwise)
        for find in (reliability.item_rest, reliability.alpha_if_dropped)
    ]
    return tuple(TermReport(str(term.ref), term.reverse, *found) for term, *found in zip(terms, *figures))
