"""`survey demo` as a newcomer runs it: what it prints, what it keeps, how it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from machine import free_port

from survey.cli.demo import Stopped

SURVEY = Path(sys.executable).parent / "survey"

pytestmark = pytest.mark.process


@contextmanager
def running(var: Path, port: int) -> Iterator[list[str]]:
    """Run the demo; give the lines it prints up to the last; stop it with Ctrl-C."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    process = subprocess.Popen(
        [SURVEY, "demo", "--port", str(port)],
        env=environ | {"SURVEY_VAR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while (line := process.stdout.readline()) and "Ctrl-C" not in line:
            lines.append(line.strip())
        assert process.poll() is None, process.communicate()
        yield lines
    finally:
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
    assert process.returncode == 0, said


def addresses(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("http")]


def test_demo_is_served_kept_and_stopped(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "var", port) as first:
        student, cards, staff = addresses(first)
        assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/u/[0-9A-Z]{{26}}", student)
        assert cards.startswith(f"http://127.0.0.1:{port}/staff/classes/")
        assert staff == f"http://127.0.0.1:{port}/staff/"
        for address in (student, staff):
            with urllib.request.urlopen(address, timeout=20) as reply:
                assert reply.status == 200
    with socket.socket() as probe:  # nothing is left that listens
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with running(tmp_path / "var", port) as second:
        assert second == first
    assert list((tmp_path / "var" / "mail").glob("*.eml"))


def test_no_library_can_swallow_that_it_was_asked_to_stop() -> None:
    """A signal comes in the middle of anything; click catches every Exception while it looks for a stream."""
    assert not issubclass(Stopped, Exception)


def test_used_port_is_said_with_another_to_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [SURVEY, "demo", "--port", str(port)], env=os.environ | {"SURVEY_VAR": str(tmp_path / "var")},
            capture_output=True, text=True, timeout=60,
        )
    assert (result.returncode, result.stdout) == (2, "")
    assert f"make demo PORT={port + 1}" in result.stderr
    assert not (tmp_path / "var").exists()
