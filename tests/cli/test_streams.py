"""Streams that are closed or full are one line on standard error, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DEFINITION = Path(__file__).parents[1] / "questionnaires" / "score_counts.yaml"


def run(command: str) -> tuple[int, str]:
    """Run a command of the shell in which `survey` is ours; give its exit code and its messages."""
    script = f'survey() {{ "{sys.executable}" -m survey.cli "$@"; }}; {command}'
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    return found.returncode, found.stderr


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (f"survey check {DEFINITION} >&-", 2, "standard output is closed"),
        (f"echo '{{}}' | survey score {DEFINITION} >/dev/full", 2, "cannot be written"),
        (f"survey check {DEFINITION} --json >/dev/full", 2, "cannot be written"),
        (f"survey score {DEFINITION} - <&-", 0, ""),
        (f"yes '{{}}' | head -500 | survey score {DEFINITION} | head -1 >/dev/null", 0, ""),
    ],
)
def test_broken_stream_is_said_in_one_line(command: str, code: int, says: str) -> None:
    found, messages = run(command)
    assert found == code
    assert says in messages
    assert "Traceback" not in messages and messages.count("\n") <= 1
