"""Work in a child of this process, with limits on its time and its memory; what goes wrong there stays there."""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024


class ChildFailed(Exception):
    """The child gave nothing; says what ended it: a kind of error, a signal, or the time limit."""


def run(make: Callable[[], bytes], seconds: float, megabytes: int) -> bytes:
    """Return what `make` gives in a child that has everything this process loaded.

    The child may add `megabytes` to what the process uses now. Raises ChildFailed. Needs a single-threaded process.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _be_child(make, write_end, seconds, megabytes)
    os.close(write_end)
    is_complete, content = False, b""
    try:
        is_complete, content = _read(read_end, time.monotonic() + seconds)
    finally:
        os.close(read_end)
        if not is_complete:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if not is_complete:
        raise ChildFailed(f"longer than {seconds:g} seconds")
    if os.WIFSIGNALED(status):
        raise ChildFailed(signal.Signals(os.WTERMSIG(status)).name)
    if os.waitstatus_to_exitcode(status) != 0:
        raise ChildFailed(content.decode("ascii", "replace") or "unknown")
    return content


def _read(read_end: int, deadline: float) -> tuple[bool, bytes]:
    """Return whether the child closed its end in time, and what it wrote."""
    chunks: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([read_end], [], [], left)
        if ready:
            chunk = os.read(read_end, CHUNK)
            if not chunk:
                return True, b"".join(chunks)
            chunks.append(chunk)
    return False, b""


def _be_child(make: Callable[[], bytes], write_end: int, seconds: float, megabytes: int) -> NoReturn:
    """Do the work, write what came of it, and end without the parent's exit handlers."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to decide on
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)  # for when the parent was killed
        _limit_memory(megabytes)
        _write(write_end, make())
        code = 0
    finally:
        if code and (kind := sys.exc_info()[0]) is not None:
            # Only the kind of error: its message may quote what a student wrote.
            with suppress(OSError):
                _write(write_end, kind.__name__.encode("ascii", "replace"))
        os._exit(code)


def _write(write_end: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        written = os.write(write_end, view)
        view = view[written:]


def _limit_memory(megabytes: int) -> None:
    """Limit the address space to what is in use now and a bit; only where the system tells what is in use."""
    used = Path("/proc/self/statm")
    if used.exists():
        pages = int(used.read_text().split()[0])
        limit = pages * resource.getpagesize() + megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
