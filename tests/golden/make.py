"""Makes the golden file of a questionnaire version: answers at every edge, each with the bytes of its outcome.

    python tests/golden/make.py questionnaires/overstap/1.yaml

A golden file holds the questionnaire's own source, so that it stays true when the shipped file is edited. It is made
once and never again: what was stored by these rules is recomputed by them for ever. A file that exists is refused.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.answers import Answers, State, Value
from survey.definition.load import read
from survey.definition.model import Definition
from survey.kinds import Choice, Choices
from survey.score import ENGINE, Outcome, score

FOLDER = Path(__file__).parent
DRAWN = 12_000  # random responses among which edges are looked for, beside the examples
KEPT = 150  # of these, whatever they show


def path_of(definition: Definition, engine: int = ENGINE) -> Path:
    """Give where the golden file of a version and an engine stands."""
    return FOLDER / f"{definition.id}-{definition.version}-engine-{engine}.jsonl.gz"


def main(source: Path) -> Path:
    """Write the golden file of a definition; raises FileExistsError when there is one."""
    text = source.read_text(encoding="utf-8")
    definition, findings = read(text, str(source))
    if definition is None:
        raise ValueError("\n".join(map(str, findings)))
    cases = list(choose(definition))
    lines = [json.dumps({"source": text, "engine": ENGINE, "cases": len(cases)}, ensure_ascii=False)]
    for name, values in cases:
        entry = {"case": name, "answers": answers_of(values), "outcome": score(definition, values).to_json().decode()}
        lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
    target = path_of(definition)
    with open(target, "xb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    return target


def answers_of(values: dict[str, Value]) -> str:
    """Give answers as they are stored."""
    answers = Answers()
    for question, value in values.items():
        answers = answers.with_value(question, value)
    return answers.to_json().decode()


def choose(definition: Definition) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the plain cases, some drawn ones, and each one that shows what none before it showed, named after that."""
    seen: set[str] = set()
    for name, values in candidates(definition):
        new = features(definition, values, score(definition, values)) - seen
        seen |= new
        if not name.startswith("drawn"):
            yield name, values
        elif new or int(name.removeprefix("drawn ")) < KEPT:
            yield min(new, default=name), values


def candidates(definition: Definition) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the plain cases, the examples, and many random responses."""
    yield "nothing answered", {}
    for state in (State.UNKNOWN, State.REFUSED):
        yield f"all {state}", all_of(definition, state)
    for example in definition.examples:
        taken = {name: definition.questions[name].accept(raw) for name, raw in example.answers.items()}
        yield f"example: {example.name}", {name: value for name, value in taken.items() if value is not None}
    chance = random.Random(f"{definition.id} {definition.version}")
    for number in range(DRAWN):
        yield f"drawn {number}", drawn(definition, chance, lost=chance.choice([0, 0, 0.1, 0.4]))


def all_of(definition: Definition, state: State) -> dict[str, Value]:
    """Give answers that are all of one state, where a question has such an option, on every branch there is."""
    values: dict[str, Value] = {}
    for name, question in definition.questions.items():
        if isinstance(question, Choice):
            code = next((code for code, option in question.options.items() if option.state is state), None)
            if code is not None:
                values[name] = (code,) if isinstance(question, Choices) else code
    return values


def drawn(definition: Definition, chance: random.Random, lost: float) -> dict[str, Value]:
    """Draw answers, of which a share is lost; some students lean to one side, so that bands and counts come out."""
    values: dict[str, Value] = {}
    leaning = chance.choice([None, 0, -1])
    for name, question in definition.questions.items():
        if chance.random() < lost or not question.takes_answer:
            continue
        if not isinstance(question, Choice):
            values[name] = "Iets in eigen woorden."
            continue
        codes = [code for code, option in question.options.items() if option.state is None]
        if leaning is not None and chance.random() < 0.7:
            code = codes[leaning]
        else:
            code = chance.choice(list(question.options) if chance.random() < 0.3 else codes)
        values[name] = (code,) if isinstance(question, Choices) else code
    return values


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
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        head, *cases = map(json.loads, stream)
    assert head["cases"] == len(cases)
    return head["source"], head["engine"], cases


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(main(Path(argument)))
