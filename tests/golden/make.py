"""Makes the golden file of a questionnaire version: answers at every edge, each with the bytes of its outcome.

    python tests/golden/make.py questionnaires/overstap/1.yaml tests/questionnaires/score_bands.yaml

Any definition will do; those of the tests get smaller files, in `definitions/`.

A golden file holds the questionnaire's own source, so that it stays true when the shipped file is edited. It is made
once and never again: what was stored by these rules is recomputed by them for ever. A file that exists is refused.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from survey.answers import Answers, State, Value
from survey.definition.bundle import read_bundle
from survey.definition.load import take
from survey.definition.model import Definition
from survey.kinds import Choice, Choices, NumberQuestion, Question
from survey.score import ENGINE, Outcome, score

FOLDER = Path(__file__).parent
DRAWN = 12_000  # random responses among which edges are looked for, beside the examples
KEPT = 150  # of these, whatever they show
DEFINITIONS = FOLDER / "definitions"  # of the tests' own definitions: less drawn, less kept
SMALL_DRAWN, SMALL_KEPT, SMALL_CASES = 400, 6, 60
#: What each kind takes that has no options and is no number.
TYPED = {
    "date": "2026-06-12",
    "month": "2026-06",
    "phone": "0600000012",
    "email": "noor@voorbeeld.nl",
    "postcode": "1234 AB",
    "municipality": "GM0439",
    "contact_person": ["Sanne de Boer", "0600000012", "tante"],
}


def path_of(definition: Definition, engine: int = ENGINE, folder: Path | None = None) -> Path:
    """Give where the golden file of a version and an engine stands."""
    return (folder or FOLDER) / f"{definition.id}-{definition.version}-engine-{engine}.jsonl.gz"


def is_of_tests(source: Path) -> bool:
    """Tell whether a definition is one of the tests' own."""
    return source.resolve().is_relative_to(FOLDER.parent / "questionnaires")


def main(source: Path) -> Path:
    """Write the golden file of a definition; raises FileExistsError when there is one."""
    files, small = read_bundle(source), is_of_tests(source)
    definition = take(files)
    drawn, kept = (SMALL_DRAWN, SMALL_KEPT) if small else (DRAWN, KEPT)
    cases = list(islice(choose(definition, drawn, kept), SMALL_CASES if small else None))
    head = {"source": files.source.decode(), "engine": ENGINE, "cases": len(cases)}
    if files.beside:
        head["beside"] = files.beside_json
    lines = [json.dumps(head, ensure_ascii=False)]
    for name, values in cases:
        entry = {"case": name, "answers": answers_of(values), "outcome": score(definition, values).to_json().decode()}
        lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
    target = path_of(definition, folder=DEFINITIONS if small else None)
    with open(target, "xb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    return target


def answers_of(values: dict[str, Value]) -> str:
    """Give answers as they are stored."""
    answers = Answers()
    for question, value in values.items():
        answers = answers.with_value(question, value)
    return answers.to_json().decode()


def choose(definition: Definition, most: int, kept: int) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the plain cases, some drawn ones, and each one that shows what none before it showed, named after that."""
    seen: set[str] = set()
    for name, values in candidates(definition, most):
        new = features(definition, values, score(definition, values)) - seen
        seen |= new
        if not name.startswith("drawn"):
            yield name, values
        elif new or int(name.removeprefix("drawn ")) < kept:
            yield min(new, default=name), values


def candidates(definition: Definition, most: int = DRAWN) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the plain cases, the examples, and many random responses."""
    yield "nothing answered", {}
    for state in (State.UNKNOWN, State.REFUSED):
        yield f"all {state}", all_of(definition, state)
    for example in definition.examples:
        taken = {name: definition.questions[name].accept(raw) for name, raw in example.answers.items()}
        yield f"example: {example.name}", {name: value for name, value in taken.items() if value is not None}
    chance = random.Random(f"{definition.id} {definition.version}")
    for number in range(most):
        yield f"drawn {number}", drawn(definition, chance, chance.choice([0, 0, 0.1, 0.4]), several=most < DRAWN)


def all_of(definition: Definition, state: State) -> dict[str, Value]:
    """Give answers that are all of one state, where a question has such an option, on every branch there is."""
    values: dict[str, Value] = {}
    for name, question in definition.questions.items():
        if isinstance(question, Choice):
            code = next((code for code, option in question.options.items() if option.state is state), None)
            if code is not None:
                values[name] = (code,) if isinstance(question, Choices) else code
    return values


def drawn(definition: Definition, chance: random.Random, lost: float, several: bool) -> dict[str, Value]:
    """Draw answers, of which a share is lost; some students lean to one side, so that bands and counts come out."""
    values: dict[str, Value] = {}
    leaning = chance.choice([None, 0, -1])
    for name, question in definition.questions.items():
        if chance.random() < lost or not question.takes_answer:
            continue
        if not isinstance(question, Choice):
            values[name] = typed(question, chance)
            continue
        codes = [code for code, option in question.options.items() if option.state is None] or list(question.options)
        if leaning is not None and chance.random() < 0.7:
            code = codes[leaning]
        else:
            code = chance.choice(list(question.options) if chance.random() < 0.3 else codes)
        values[name] = (code,) if isinstance(question, Choices) else code
        if several and isinstance(question, Choices) and code not in question.exclusive_codes:
            also = [each for each in codes if each not in question.exclusive_codes and chance.random() < 0.4]
            values[name] = tuple(each for each in question.options if each in {code, *also})
    return values


def typed(question: Question, chance: random.Random) -> Value:
    """Draw what a question without options takes: a number at an end, between or near, a sample of the others."""
    if isinstance(question, NumberQuestion):
        low = question.min if question.min is not None else Fraction(0)
        high = question.max if question.max is not None else low + 60
        value = chance.choice([low, high, low + (high - low) * Fraction(chance.randrange(61), 60)])
        return Fraction(int(value)) if question.integer else value
    if question.kind not in TYPED:
        return "Iets in eigen woorden."
    least = getattr(question, "min", None)
    sample = str(least)[: len(TYPED[question.kind])] if least is not None else TYPED[question.kind]
    value = question.accept(sample)
    assert value is not None
    return value


def features(definition: Definition, values: dict[str, Value], outcome: Outcome) -> set[str]:
    """Give what one response shows: values and bands, cases, bounds, flags, ways and codes."""
    found = {f"asked {name}" for name in outcome.path}
    found |= {f"not asked {name}" for name in definition.questions if name not in outcome.path}
    chosen = {name: value for name, value in values.items() if isinstance(definition.questions[name], Choice)}
    found |= {f"code {name} {value}" for name, value in chosen.items()}
    for scale in outcome.scales.values():
        found.add(f"scale {scale.id} value {scale.value} band {scale.band} lifted by {scale.lifted_by}")
        found.add(f"scale {scale.id} answered {scale.answered} of {scale.applicable} why {scale.why}")
    for count in outcome.counts.values():
        found.add(f"count {count.id} from {count.low} to {count.high}")
        found |= {f"count {count.id} hit {hit}" for hit in count.hits}
        found |= {f"count {count.id} unknown {name}" for name in count.unknown}
    for rule in outcome.rules.values():
        found.add(f"rule {rule.id} value {rule.value} by {rule.matched}")
        found |= {f"rule {rule.id} unknown {place}" for place in rule.unknown}
    return found | {f"flag {name} {name in outcome.flags}" for name in definition.flags}


def golden(path: Path) -> tuple[str, int, list[dict[str, Any]]]:
    """Read a golden file: the questionnaire's source, the engine's number and the cases."""
    head, cases = opened(path)
    return head["source"], head["engine"], cases


def opened(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read a golden file: its head and its cases."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        head, *cases = map(json.loads, stream)
    assert head["cases"] == len(cases)
    return head, cases


if __name__ == "__main__":
    DEFINITIONS.mkdir(exist_ok=True)
    for argument in sys.argv[1:]:
        print(main(Path(argument)))
