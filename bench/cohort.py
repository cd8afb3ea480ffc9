"""Many responses: what-if over columns beside the interpreter; stored ones opened, rescored and sealed again."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.table import Figure, median_time, show
from survey.answers import Answers, Value
from survey.definition.load import load
from survey.definition.model import Definition
from survey.kinds import Choice, Choices
from survey.records import seal_answers
from survey.score import Outcome, score
from survey.score.cohort import CohortOutcome, gather, score_cohort
from survey.vault import Vault

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
MANY, COMPARED = 100_000, 20_000
PROCESSES = 2
BATCH = 5_000
VAULT = Vault(bytes(range(32)))
#: A sitting as the program stores it, with what rescoring reads of it, beside the outcomes that it writes.
TABLES = """
CREATE TABLE sitting (row INTEGER PRIMARY KEY, id TEXT, wrapped_key BLOB, answers BLOB);
CREATE TABLE outcome (row INTEGER PRIMARY KEY, content BLOB);
"""


class Wrapped(NamedTuple):
    """What opening a sitting needs of its row."""

    id: str
    wrapped_key: bytes


def main() -> None:
    """Print what a changed rule costs to try, and what it costs to rescore everything for good."""
    definition = load(QUESTIONNAIRE)
    rows = draw(definition, MANY)
    cohort = gather(rows, definition.questions)
    columns = median_time(lambda: score_cohort(definition, cohort), rounds=7)
    different = count_differences(definition, rows[:COMPARED])
    begin = time.perf_counter()
    gather(rows, definition.questions)
    gathered = time.perf_counter() - begin
    show(
        f"Cohorts, {MANY:,} responses of the real questionnaire",
        [
            Figure("what-if over a matrix of codes", columns, "s", 0.2),
            Figure("a response, over columns", columns / MANY * 1e6, "µs"),
            Figure("answers to such a matrix", gathered, "s"),
            Figure(f"columns unlike the interpreter, of {COMPARED:,}", different, "", 0),
        ],
    )
    show(f"Stored, {MANY:,} from SQLite, {PROCESSES} processes", rescore_stored(rows))


def draw(definition: Definition, number: int) -> list[dict[str, Value]]:
    """Give random students, of whom some leave questions open."""
    chance, rows = random.Random(1), []
    for _ in range(number):
        values: dict[str, Value] = {}
        for name, question in definition.questions.items():
            if isinstance(question, Choice) and chance.random() < 0.95:
                code = chance.choice(list(question.options))
                values[name] = (code,) if isinstance(question, Choices) else code
        rows.append(values)
    return rows


def count_differences(definition: Definition, rows: list[dict[str, Value]]) -> int:
    """Count the responses of which columns tell something else than the interpreter."""
    found = score_cohort(definition, gather(rows, definition.questions))
    return sum(not is_same(found, place, score(definition, values)) for place, values in enumerate(rows))


def is_same(found: CohortOutcome, row: int, outcome: Outcome) -> bool:
    """Compare one response: path, values, bands, reasons, bounds, hits, cases and flags."""
    scales = all(
        (scale.conclusions[scale.place[row]][0], [*scale.labels, None][scale.band[row]], scale.answered[row])
        == (outcome.scales[name].value, outcome.scales[name].band, outcome.scales[name].answered)
        and scale.conclusions[scale.place[row]][3] == outcome.scales[name].why
        for name, scale in found.scales.items()
    )
    counts = all(
        (count.low[row], count.high[row], tuple(hit for hit, held in count.hits.items() if held[row]))
        == (outcome.counts[name].low, outcome.counts[name].high, outcome.counts[name].hits)
        for name, count in found.counts.items()
    )
    rules = all(
        (rule.values[rule.index[row]], None if rule.matched[row] < 0 else rule.matched[row])
        == (outcome.rules[name].value, outcome.rules[name].matched)
        for name, rule in found.rules.items()
    )
    flags = tuple(name for name, raised in found.flags.items() if raised[row]) == outcome.flags
    return scales and counts and rules and flags and {n for n, s in found.shown.items() if s[row]} == {*outcome.path}


def rescore_stored(rows: list[dict[str, Value]]) -> list[Figure]:
    """Store sealed answers, then let processes open, score and seal them again, each its share."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "survey.sqlite")
        key = VAULT.new_school_key("school")[0]
        store(path, key, rows)
        before = path.stat().st_size
        begin, used = time.perf_counter(), os.times()
        shares = [(path, key, first, PROCESSES) for first in range(PROCESSES)]
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            done = sum(pool.starmap(rescore_share, shares))
        seconds, after = time.perf_counter() - begin, os.times()
        assert done == len(rows)
        cpu = after.children_user + after.children_system - used.children_user - used.children_system
        return [
            Figure("opened, rescored with traces, sealed, written", seconds, "s", 10),
            Figure("processor time of it", cpu, "s"),
            Figure("a response, processor time", cpu / done * 1e6, "µs"),
            Figure("sealed outcomes", (path.stat().st_size - before) / 1e6, "MB"),
        ]


def store(path: Path, key: bytes, rows: list[dict[str, Value]]) -> None:
    """Write sittings with their sealed answers, each under its own key."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(TABLES)
        for row, values in enumerate(rows):
            answers, id_ = Answers(), f"sitting{row:013}"
            for question, value in values.items():
                answers = answers.with_value(question, value)
            own, wrapped = VAULT.new_sitting_key(key, id_)
            entry = (row, id_, wrapped, seal_answers(own, id_, answers))
            connection.execute("INSERT INTO sitting VALUES (?, ?, ?, ?)", entry)
    connection.close()


def rescore_share(path: Path, key: bytes, first: int, step: int) -> int:
    """Rescore every `step`th batch from `first`; returns how many responses that were."""
    gc.freeze()  # what the parent drew is not looked through again and again
    definition, done = load(QUESTIONNAIRE), 0
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    connection.execute("PRAGMA synchronous=FULL")
    for start in range(first * BATCH, MANY, step * BATCH):
        query = "SELECT row, id, wrapped_key, answers FROM sitting WHERE row >= ? AND row < ?"
        stored = connection.execute(query, (start, start + BATCH)).fetchall()
        sealed = [(row, rescore(definition, key, id_, wrapped, answers)) for row, id_, wrapped, answers in stored]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO outcome VALUES (?, ?)", sealed)
        connection.execute("COMMIT")
        done += len(sealed)
    connection.close()
    return done


def rescore(definition: Definition, key: bytes, id_: str, wrapped: bytes, answers: bytes) -> bytes:
    """Open one sitting, score it and seal the outcome."""
    own = VAULT.sitting_key(key, Wrapped(id_, wrapped))
    values = Answers.from_json(Vault.open_(own, f"sitting:{id_}:answers", answers)).values
    return Vault.seal(own, f"outcome:{id_}:content", score(definition, values).to_json())


if __name__ == "__main__":
    main()
