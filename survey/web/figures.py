"""A quality report in words: a section for each group of figures, with its picture and the table below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey.definition.model import Definition
from survey.i18n import Catalogue
from survey.quality import Report
from survey.quality.cells import Cell, Hidden
from survey.quality.picture import Mark, Picture, Row, interval, stack
from survey.quality.report import Distribution, ItemReport, PageReport
from survey.quality.responses import BETWEEN, NONE, NOT_APPLICABLE

#: Classes of parts that have no tone of their own, from light to dark.
SHADES = ("shade-1", "shade-2", "shade-3", "shade-4")
STATES = {
    "answered": "brand",
    "unknown": "shade-3",
    "refused": "shade-2",
    "not_reached": "shade-1",
    "not_shown": "none",
}


#: Whole messages of the catalogue that are too long for their line.
FORMATIVE = (
    "A subject is a list of things that may be arranged or not. They need not go together: a low alpha is no defect."
)
ZERO_TO_ONE = ((0.0, "0"), (0.5, "0.5"), (1.0, "1"))
PERCENTS = ((0.0, "0%"), (0.5, "50%"), (1.0, "100%"))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their headings; every row begins with what it is about."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One group of figures."""

    id: str
    title: str
    text: str
    picture: Picture
    legend: tuple[tuple[str, str], ...]  # class, words
    tables: tuple[Table, ...]


def compose(report: Report, definition: Definition, said: Catalogue) -> list[Section]:
    """Return the sections of a report with enough responses; one without figures is left out."""
    sections = (
        _bands(report, definition, said),
        _states(report, definition, said),
        _ends(report, definition, said),
        _scales(report, definition, said),
        _stops(report, definition, said),
        _seconds(report, definition, said),
    )
    return [section for section in sections if section.picture.rows]


def say_cell(cell: Cell, said: Catalogue, whole: int | None = None) -> str:
    """Return a count, with its share of a whole; or that it is hidden."""
    if isinstance(cell, Hidden):
        return "<10" if cell is Hidden.SMALL else said.text("hidden")
    return f"{cell} ({cell * 100 / whole:.0f}%)" if whole else str(cell)


# Bands and values


def _bands(report: Report, definition: Definition, said: Catalogue) -> Section:
    assert report.n is not None
    rows, table = [], []
    for distribution in report.distributions:
        labels = list(distribution.cells)
        tones = [_tone(definition, distribution, label, place) for place, label in enumerate(labels)]
        parts = [(tone, n if isinstance(n, int) else None) for tone, n in zip(tones, distribution.cells.values())]
        title = _title(definition, distribution, said)
        rows.append(Row(title, "", stack(parts, report.n)))
        words = [_say_label(definition, distribution, label, said) for label in labels]
        table += [(title, word, say_cell(n, said, report.n)) for word, n in zip(words, distribution.cells.values())]
    columns = (said.text("Of"), said.text("Result"), said.text("Students"))
    return Section(
        "bands",
        said.text("Results"),
        said.text("Where a result ends and the next begins is a choice of policy. There is no evidence for it."),
        Picture(said.text("Shares of the students by result"), tuple(rows), PERCENTS),
        (
            ("good", said.text("goes well")),
            ("mind", said.text("not arranged yet")),
            ("help", said.text("help can be good")),
            ("shade-2", said.text("other results, the first one lightest")),
            ("none", said.text("no result")),
            ("open", said.text("hidden")),
        ),
        (Table(said.text("Students by result"), columns, tuple(table)),),
    )


def _title(definition: Definition, distribution: Distribution, said: Catalogue) -> str:
    parts = {"scale": definition.scales, "count": definition.counts, "rule": definition.rules}[distribution.kind]
    return said.words(parts[distribution.id].text) or distribution.id  # type: ignore[index]


def _tone(definition: Definition, distribution: Distribution, label: str, place: int) -> str:
    if label in (NONE, NOT_APPLICABLE, BETWEEN):
        return "none"
    if distribution.kind == "rule":
        named = definition.rules[distribution.id].values.get(label)
    else:
        named = definition.bands.get(label)  # type: ignore[assignment]
    if named is not None and named.tone != "none":
        return named.tone
    is_unknown = distribution.kind == "scale" and label == definition.scales[distribution.id].unknown
    return "none" if is_unknown else SHADES[min(place, len(SHADES) - 1)]


def _say_label(definition: Definition, distribution: Distribution, label: str, said: Catalogue) -> str:
    ours = {
        NONE: said.text("no result"),
        NOT_APPLICABLE: said.text("does not apply"),
        BETWEEN: said.text("cannot be told, answers are missing"),
    }
    if label in ours:
        return ours[label]
    if distribution.kind == "rule":
        named = definition.rules[distribution.id].values.get(label)
        text = said.words(named.text) if named else ""
        return f"{label} · {text}" if text and text != label else label
    band = definition.bands.get(label)
    return (said.words(band.text) if band else "") or label


# Questions


def _states(report: Report, definition: Definition, said: Catalogue) -> Section:
    assert report.n is not None
    names = _state_names(said)
    rows = [
        Row(item.id, "", stack([(STATES[state], _known(item.states.get(state))) for state in STATES], report.n))
        for item in report.items
    ]
    table = [
        (_question(definition, item, said), *(_state_cell(item, state, report.n, said) for state in STATES))
        for item in report.items
    ]
    columns = (said.text("Question"), *names.values())
    return Section(
        "missing",
        said.text("Answered and missing"),
        "",
        Picture(said.text("Shares of the students by what they did with each question"), tuple(rows), PERCENTS),
        (*((STATES[state], name) for state, name in names.items()), ("open", said.text("hidden"))),
        (Table(said.text("Students by question"), columns, tuple(table)),),
    )


def _state_names(said: Catalogue) -> dict[str, str]:
    return {
        "answered": said.text("answered"),
        "unknown": said.text("does not know"),
        "refused": said.text("rather not say"),
        "not_reached": said.text("left empty"),
        "not_shown": said.text("not asked"),
    }


def _state_cell(item: ItemReport, state: str, whole: int, said: Catalogue) -> str:
    return say_cell(item.states[state], said, whole) if state in item.states else "–"


def _known(cell: Cell | None) -> int | None:
    return cell if isinstance(cell, int) else None


def _question(definition: Definition, item: ItemReport, said: Catalogue) -> str:
    text = said.words(definition.questions[item.id].text)
    return f"{text} ({item.id})" if text else item.id


def _ends(report: Report, definition: Definition, said: Catalogue) -> Section:
    items = [item for item in report.items if item.floor is not None and item.ceiling is not None]
    rows, table = [], []
    for item in items:
        low, high = item.floor_share or 0.0, item.ceiling_share or 0.0
        rows.append(Row(item.id, "", (Mark("shade-2", 0, low), Mark("brand", 1 - high, high))))
        cells = (_say_end(item.floor, item.floor_share, said), _say_end(item.ceiling, item.ceiling_share, said))
        table.append((_question(definition, item, said), *cells))
    columns = (said.text("Question"), said.text("Fewest points"), said.text("Most points"))
    return Section(
        "ends",
        said.text("Fewest and most points"),
        said.text("A question on which nearly everyone has the same points tells students little apart."),
        Picture(said.text("Shares of the answers with the fewest and with the most points"), tuple(rows)),
        (("shade-2", said.text("fewest points, from the left")), ("brand", said.text("most points, from the right"))),
        (Table(said.text("Answers at the ends by question"), columns, tuple(table)),),
    )


def _say_end(cell: Cell | None, share: float | None, said: Catalogue) -> str:
    if not isinstance(cell, int):
        return "–" if cell is None else say_cell(cell, said)
    return str(cell) if share is None else f"{cell} ({share * 100:.0f}%)"


# Scales


def _scales(report: Report, definition: Definition, said: Catalogue) -> Section:
    rows, table, parts = [], [], []
    for scale in report.scales:
        title = said.words(definition.scales[scale.id].text) or scale.id
        ends = scale.alpha_interval
        span = f"{ends[0]:.2f} – {ends[1]:.2f}" if ends else "–"
        if scale.alpha is not None:
            omega = (Mark("second", min(max(scale.omega, 0.0), 1.0)),) if scale.omega is not None else ()
            rows.append(Row(title, _figure(scale.alpha), (*interval(scale.alpha, ends), *omega)))
        table.append((title, say_cell(scale.complete, said), _figure(scale.alpha), span, _figure(scale.omega)))
        for item in scale.items:
            words = said.words(definition.questions[item.id].text) or item.id
            parts.append((words, title, _figure(item.item_rest), _figure(item.alpha_if_dropped)))
    scale_columns = (said.text("Subject"), said.text("Answered all"), "Alpha", said.text("95% interval"), "Omega")
    part_columns = tuple(map(said.text, ("Question", "Subject", "Item-rest r", "Alpha without it")))
    return Section(
        "scales",
        said.text("How the questions of a subject go together"),
        said.text(FORMATIVE),
        Picture(said.text("Alpha with its 95% interval, and omega, by subject"), tuple(rows), ZERO_TO_ONE),
        (("tick", "alpha"), ("line", said.text("95% interval")), ("second", "omega")),
        (
            Table(said.text("Figures by subject"), scale_columns, tuple(table)),
            Table(said.text("Each question within its subject"), part_columns, tuple(parts)),
        ),
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


# Pages


def _stops(report: Report, definition: Definition, said: Catalogue) -> Section:
    known = [(page, page.stopped) for page in report.pages if isinstance(page.stopped, int)]
    most = max((n for _, n in known), default=1)
    rows = tuple(Row(page.id, str(n), (Mark("brand", 0, n / most),)) for page, n in known)
    table = [(_page(definition, page, said), say_cell(page.stopped, said)) for page in report.pages]
    if report.not_sent is not None:
        table.append((said.text("Every page answered, not sent"), say_cell(report.not_sent, said)))
    columns = (said.text("Page"), said.text("Students"))
    return Section(
        "stops",
        said.text("Where students stopped"),
        said.text("Students who have not gone on for a day."),
        Picture(said.text("Students who got no further than a page"), rows),
        (),
        (Table(said.text("Students who got no further"), columns, tuple(table)),),
    )


def _seconds(report: Report, definition: Definition, said: Catalogue) -> Section:
    timed = list(_timed(report))
    longest = max((p90 for _, _, p90 in timed), default=1.0) or 1.0
    rows = tuple(
        Row(page.id, f"{half:.0f} – {p90:.0f}", (Mark("shade-2", 0, p90 / longest), Mark("brand", 0, half / longest)))
        for page, half, p90 in timed
    )
    table = [(_page(definition, page, said), f"{median:.0f}", f"{p90:.0f}") for page, median, p90 in timed]
    columns = (said.text("Page"), said.text("Half within (seconds)"), said.text("Nine of ten within (seconds)"))
    return Section(
        "seconds",
        said.text("Seconds on a page"),
        said.text("From the answer on the page before to the first answer on this one."),
        Picture(said.text("Seconds on each page: half, and nine of ten students within"), rows),
        (("brand", said.text("half of the students")), ("shade-2", said.text("nine of ten students"))),
        (Table(said.text("Seconds by page"), columns, tuple(table)),),
    )


def _timed(report: Report) -> Iterator[tuple[PageReport, float, float]]:
    for page in report.pages:
        if page.median_seconds is not None and page.p90_seconds is not None:
            yield page, page.median_seconds, page.p90_seconds


def _page(definition: Definition, page: PageReport, said: Catalogue) -> str:
    found = next(one for one in definition.pages if one.id == page.id)
    text = said.words(found.title) or said.words(definition.questions[found.questions[0]].text)
    return f"{text} ({page.id})" if text else page.id
