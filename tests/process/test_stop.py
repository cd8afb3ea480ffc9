"""A server and a worker that are asked to stop."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from machine import Machine


def wait_for_children(pid: int) -> None:
    """Wait until a process has forked those that do its work."""
    children, deadline = Path(f"/proc/{pid}/task/{pid}/children"), time.monotonic() + 30
    while not children.read_text().split():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_web_and_worker_end_cleanly_when_asked(machine: Machine, number: signal.Signals) -> None:
    machine.start_web()
    machine.start_worker()
    for process in (machine.web, machine.worker):
        assert process is not None
        wait_for_children(process.pid)
        process.send_signal(number)
        assert process.wait(20) == 0
