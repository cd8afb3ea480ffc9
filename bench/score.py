"""Scoring one response of the real questionnaire with its full trace."""

from __future__ import annotations

import random
from pathlib import Path

from bench.table import Figure, median_time, show
from survey.answers import Value
from survey.definition.load import load
from survey.score import score

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"


def main() -> None:
    """Print the time of one response, over 500 random students."""
    definition, chance = load(QUESTIONNAIRE), random.Random(1)
    students: list[dict[str, Value]] = []
    for _ in range(500):
        values: dict[str, Value] = {}
        for id_, question in definition.questions.items():
            if codes := list(getattr(question, "options", ())):
                values[id_] = (chance.choice(codes),) if question.kind == "choices" else chance.choice(codes)
        students.append(values)
    seconds = median_time(lambda: [score(definition, values) for values in students], rounds=9) / len(students)
    show("Scoring", [Figure("one response with its trace", seconds * 1e6, "µs", 60)])


if __name__ == "__main__":
    main()
