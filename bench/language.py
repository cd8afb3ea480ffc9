"""The language: loading and checking a large definition, deciding a page of it, and a robot's walk."""

from __future__ import annotations

import random
import time
from pathlib import Path

from bench.table import Figure, median_time, percentile, show
from survey.answers import Answers, Value
from survey.definition.bundle import read_bundle
from survey.definition.load import _parse, load, parse
from survey.definition.model import Definition, Page
from survey.examine import examine
from survey.form import page_form
from survey.route import find_path, next_page, progress
from survey.walk import walk

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
QUESTIONS = 300
CODES = ("klopt", "meestal", "niet", "weet_niet")

HEAD = """\
id: groot
version: 1
languages: [nl, en]
answers:
  klopt:
    klopt: {points: 0, text: {nl: Klopt, en: "True"}}
    meestal: {points: 1, text: {nl: Klopt meestal, en: Mostly true}}
    niet: {points: 2, text: {nl: Klopt niet, en: Not true}}
    weet_niet: {state: unknown, text: {nl: Weet ik niet, en: I don't know}}
questions:
"""


def large() -> str:
    """Return a definition of 300 questions: 100 conditions, a tenth numbers, ten scales, texts in two languages."""
    lines = [HEAD]
    for number in range(QUESTIONS):
        text = f"{{nl: Vraag {number} gaat over werk., en: Question {number} is on work.}}"
        lines.append(f"  v{number}:\n    text: {text}\n")
        lines.append("    hint: {nl: Denk aan deze week., en: Think of this week.}\n")
        lines.append("    why: {nl: Zo kan school je helpen., en: So school can help you.}\n")
        lines.append("    purpose: {nl: Zien wat nog niet geregeld is., en: To see what is not arranged.}\n")
        lines.append("    seen_by: [mentor, coordinator]\n")
        lines.append("    kind: number\n    min: 0\n    max: 40\n" if number % 10 == 3 else "    answers: klopt\n")
        if number % 3 == 2:
            before = f"v{number - 2}"
            wanted = f"{before} > 8" if (number - 2) % 10 == 3 else f"{before} != niet"
            other = f"v{number - 1} >= 12" if (number - 1) % 10 == 3 else f"v{number - 1} in [klopt, meestal]"
            lines.append(f"    show_if: {wanted} and {other}\n")
    lines.append("scales:\n")
    for scale in range(10):
        terms = ", ".join(f"v{number}" for number in range(scale * 30, scale * 30 + 30) if number % 10 != 3)
        missing = "{max_share: 0.5, rule: prorate}"
        bands = "[{below: 1, label: goed}, {label: hulp}]"
        lines.append(f"  s{scale}: {{op: mean, of: [{terms}], missing: {missing}, bands: {bands}}}\n")
    return "".join(lines)


def students(definition: Definition, many: int) -> list[tuple[Answers, Page]]:
    """Return random students, each somewhere on the own path."""
    chance, found = random.Random(1), []
    for _ in range(many):
        values: dict[str, Value] = {}
        for name, question in definition.questions.items():
            drawn = question.accept(chance.randrange(41) if question.kind == "number" else chance.choice(CODES))
            if drawn is not None:
                values[name] = drawn
        pages = find_path(definition, values).pages
        page = chance.choice(pages)
        before = {name for each in pages[: pages.index(page)] for name in each.questions}
        answers = Answers()
        for name in before & values.keys():
            answers = answers.with_value(name, values[name])
        found.append((answers, page))
    return found


def decide(definition: Definition, answers: Answers, page: Page) -> None:
    """Do what one request does: find the page on the path, its form, its number, and what comes next."""
    find_path(definition, answers.values)
    page_form(definition, page, answers, "zaad")
    progress(definition, answers.values, page)
    next_page(definition, answers.values, page.id)


def main() -> None:
    """Print what loading, deciding and walking take."""
    source = large()

    def cold() -> None:
        _parse.cache_clear()
        parse(source, "groot.yaml")

    loaded, busy = median_time(cold), median_time(cold, clock=time.process_time)
    cached = median_time(lambda: parse(source, "groot.yaml"), loops=20)
    definition, _, findings = parse(source, "groot.yaml")
    assert definition is not None and not findings, findings[:3]
    begin = time.process_time()
    decide(definition, Answers(), definition.pages[0])
    first = time.process_time() - begin
    taken = []
    for answers, page in students(definition, 500):
        begin = time.process_time()
        decide(definition, answers, page)
        taken.append((time.process_time() - begin) * 1000)
    real = load(QUESTIONNAIRE)
    show(
        f"The language ({QUESTIONS} questions, 100 conditions, {len(source) // 1000} kB)",
        [
            Figure("load and check, cold, CPU", busy, "s", 1),
            Figure("load and check, cold, wall", loaded, "s"),
            Figure("load and check, cached", cached * 1000, "ms", 1),
            Figure("first page of a definition in a process, CPU", first * 1000, "ms"),
            Figure("a page decided (route, form, number, next), CPU", percentile(taken, 0.5), "ms", 1),
            Figure("a page decided, 99 in 100, CPU", percentile(taken, 0.99), "ms"),
            Figure("walk of the real questionnaire", median_time(lambda: walk(real)), "s", 2),
            Figure("walk of the large one", median_time(lambda: walk(definition), rounds=3), "s"),
            Figure(
                "whole check of the real one, with robots and examples",
                median_time(lambda: examine(read_bundle(QUESTIONNAIRE), True), rounds=3),
                "s",
            ),
        ],
    )


if __name__ == "__main__":
    main()
