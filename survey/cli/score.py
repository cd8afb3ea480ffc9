"""`survey score`: answers in as JSON, scores out as JSON lines, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import click

from survey.cli.check import find
from survey.cli.responses import Trouble, accept, read_responses
from survey.definition.load import load
from survey.score import Scorer, compile_definition
from survey.score.plain import plain_outcome, plain_trace


@click.command()
@click.argument("definition", type=click.Path(path_type=Path))
@click.argument("answers", default="-")
@click.option("--trace", is_flag=True, help="Add `trace`: items, edges, lifts, hits and matched cases.")
def score(definition: Path, answers: str, trace: bool) -> None:
    """Score ANSWERS by the rules of DEFINITION.

    ANSWERS is one JSON object, or one on each line, in a file or on standard input (`-`): question ids with an
    option code, a number, a text or a list of codes. Each object in gives one line out; what cannot be used gives
    {"error": {"line", "question", "message"}} and the rest goes on (exit 1).
    """
    scorer = read_definition(definition)
    troubled = False
    out = sys.stdout.buffer
    with open_answers_file(answers) as stream:
        for found in _score_all(scorer, stream, trace):
            troubled = troubled or "error" in found
            out.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    out.flush()
    sys.exit(1 if troubled else 0)


def _score_all(scorer: Scorer, stream: BinaryIO, trace: bool) -> Iterator[dict[str, Any]]:
    """Give the scores, or the trouble, of each object in a stream."""
    for line, given in read_responses(stream):
        try:
            if isinstance(given, Trouble):
                raise given
            yield _score_one(scorer, given, line, trace)
        except Trouble as trouble:
            message = {"line": trouble.line, "question": trouble.question, "message": trouble.message}
            yield {"error": message}


def _score_one(scorer: Scorer, given: dict[str, Any], line: int, trace: bool) -> dict[str, Any]:
    """Score one object; raises Trouble."""
    outcome = scorer.score(accept(scorer.definition, given, line))
    try:
        found = plain_outcome(outcome)
        return found | {"trace": plain_trace(scorer.definition, outcome)} if trace else found
    except OverflowError:
        raise Trouble(line, None, "these answers give a number that is too large to write") from None


def read_definition(path: Path) -> Scorer:
    """Read and compile a definition; stop with exit code 2 when `survey check` finds an error in it."""
    errors = [finding for finding in find(path) if finding.is_error]
    if errors:
        _stop(*map(str, errors))
    return compile_definition(load(path))


@contextmanager
def open_answers_file(name: str) -> Iterator[BinaryIO]:
    """Open a file of answers, or standard input for `-`; stop with exit code 2 when it cannot be read."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = open(name, "rb")
    except OSError as error:
        _stop(f"{name}: {error.strerror}")
    with stream:
        yield stream


def _stop(*messages: str) -> NoReturn:
    """Say what is wrong on standard error and leave."""
    for message in messages:
        click.echo(message, err=True)
    sys.exit(2)
