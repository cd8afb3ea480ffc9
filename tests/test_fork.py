"""Work in a child, with limits."""

from __future__ import annotations

import os
import signal
import time

import pytest

from survey import fork


def test_gives_what_the_child_made() -> None:
    content = bytes(range(256)) * 10_000  # more than a pipe holds
    assert fork.run(lambda: content, 10, 100) == content


def test_child_does_not_change_its_parent() -> None:
    seen: list[int] = []

    def make() -> bytes:
        seen.append(os.getpid())
        return str(os.getpid()).encode()

    assert int(fork.run(make, 10, 100)) != os.getpid()
    assert seen == []


def test_says_the_kind_of_error_and_nothing_of_its_message() -> None:
    def make() -> bytes:
        raise ValueError("what a student wrote")

    with pytest.raises(fork.ChildFailed, match="^ValueError$"):
        fork.run(make, 10, 100)


def test_stops_what_takes_too_long() -> None:
    before = time.monotonic()
    with pytest.raises(fork.ChildFailed, match="longer than 0.2 seconds"):
        fork.run(lambda: time.sleep(30) or b"", 0.2, 100)
    assert time.monotonic() - before < 5


def test_stops_what_takes_too_much_memory() -> None:
    with pytest.raises(fork.ChildFailed, match="^MemoryError$"):
        fork.run(lambda: bytes(200 * fork.MEGABYTE), 10, 50)


def test_says_which_signal_ended_the_child() -> None:
    def make() -> bytes:
        os.kill(os.getpid(), signal.SIGTERM)
        return b""

    with pytest.raises(fork.ChildFailed, match="^SIGTERM$"):
        fork.run(make, 10, 100)


def test_leaves_no_child_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[int] = []
    really = os.fork

    def noted() -> int:
        children.append(really())
        return children[-1]

    monkeypatch.setattr(os, "fork", noted)
    fork.run(lambda: b"", 10, 100)
    with pytest.raises(fork.ChildFailed):
        fork.run(lambda: time.sleep(30) or b"", 0.05, 100)
    assert len(children) == 2
    for child in children:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
