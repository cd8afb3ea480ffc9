"""The quality figures of 100,000 responses to 30 questions: in six scales with bands, and in one."""

from __future__ import annotations

import time

import numpy as np

from bench.table import Figure, median_time, show
from survey.definition.load import read
from survey.definition.model import Definition
from survey.quality import Responses, measure
from survey.quality.responses import NO_VALUE, NOT_REACHED, NOT_SENT, Column

RESPONSES, QUESTIONS = 100_000, 30
ROUNDS = 9
CODES = ("nooit", "soms", "vaak", "altijd", "weet_niet", "liever_niet")


def main() -> None:
    """Print the time of one report."""
    figures = []
    for scales in (6, 1):
        responses = make_responses(make_definition(scales))
        name = f"report of {RESPONSES:,} x {QUESTIONS}, {scales} scale{'s' if scales > 1 else ''}"
        begin = time.process_time()
        seconds = median_time(lambda: measure(responses), rounds=ROUNDS)
        figures.append(Figure(name, seconds, "s", 0.1))
        figures.append(Figure("  CPU of it", (time.process_time() - begin) / ROUNDS, "s"))
    show("Quality", figures)


def make_definition(scales: int) -> Definition:
    """Return a questionnaire of choices, the same number in each scale."""
    options = "{nooit: 0, soms: 1, vaak: 2, altijd: 3, weet_niet: {state: unknown}, liever_niet: {state: refused}}"
    names = [f"q{number}" for number in range(QUESTIONS)]
    questions = "".join(f"  {name}: {{answers: vier}}\n" for name in names)
    rest = "missing: {max_share: 1, rule: prorate}, bands: [{below: 1, label: goed}, {label: hulp}], unknown: onbekend"
    each = QUESTIONS // scales
    parts = (names[number * each : (number + 1) * each] for number in range(scales))
    sums = "".join(f"  s{number}: {{op: mean, of: [{', '.join(part)}], {rest}}}\n" for number, part in enumerate(parts))
    source = f"id: meting\nversion: 1\nanswers: {{vier: {options}}}\nquestions:\n{questions}scales:\n{sums}"
    definition, findings = read(source, "meting.yaml")
    assert definition is not None, findings
    return definition


def make_responses(definition: Definition) -> Responses:
    """Return random responses around a common part, two in a hundred answers missing."""
    chance = np.random.default_rng(1)
    common = chance.normal(size=RESPONSES)
    questions = {}
    for name in definition.questions:
        places = NO_VALUE + np.clip(np.round(common + chance.normal(size=RESPONSES) + 1.5), 0, 3).astype(np.intp)
        missing = chance.random(RESPONSES)
        places[missing < 0.02] = NO_VALUE + CODES.index("weet_niet")
        places[missing < 0.01] = NO_VALUE + CODES.index("liever_niet")
        places[missing > 0.995] = NOT_REACHED
        questions[name] = Column(CODES, places)
    bands = {
        name: Column(("goed", "hulp", "onbekend"), NO_VALUE + chance.integers(0, 3, RESPONSES))
        for name in definition.scales
    }
    seconds = {page.id: chance.integers(1, 60, RESPONSES) for page in definition.pages}
    stopped = {page.id: 0 for page in definition.pages} | {NOT_SENT: 0}
    return Responses(definition, RESPONSES, RESPONSES, questions, bands, {}, {}, stopped, seconds)


if __name__ == "__main__":
    main()
