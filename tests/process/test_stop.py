"""A server and a worker that are asked to stop."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from machine import Machine


def wait_until_working(pid: int) -> None:
    """Wait until a process has forked those that do its work, and hears signals: a hang-up last, and not before it asks to."""
    children, status = Path(f"/proc/{pid}/task/{pid}/children"), Path(f"/proc/{pid}/status")
    deadline = time.monotonic() + 30
    while not children.read_text().split() or not _caught(status.read_text()) >> (signal.SIGHUP - 1) & 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _caught(status: str) -> int:
    """Return the signals that a process handles, as bits."""
    return next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt:"))


@pytest.mark.process
@pytest.mark.parametrize(
    ("own_database", "number"), [("sqlite", signal.SIGTERM), ("postgresql", signal.SIGINT)], indirect=["own_database"]
)
def test_web_and_worker_end_cleanly_when_asked(machine: Machine, number: signal.Signals) -> None:
    machine.start_web()
    machine.start_worker()
    for process in (machine.web, machine.worker):
        assert process is not None
        wait_until_working(process.pid)
        process.send_signal(number)
        assert process.wait(20) == 0
