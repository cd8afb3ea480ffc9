"""A process beside the worker for what strangers wrote: it sets documents, reads lists, and has nothing to give away.

It starts anew from a bare environment, so it holds no key, no settings and no connection to a database; each piece of
work is done in a child of its own, with limits (survey.fork). What it gives back is bytes, never an object.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from survey import fork
from survey.fork import ChildFailed

#: What the process may know of the machine; every setting, secret ones too, is left out.
KNOWN = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH")
START_SECONDS = 60  # loading the layout engine takes half a second, and longer on a machine that is busy
SPARE_SECONDS = 10  # more than the child's limit: the process itself hangs, and is replaced
MADE, FAILED = b"\x01", b"\x00"
READY = b"ready"

_helper: _Helper | None = None


class _Helper:
    """The process, from the side of who uses it."""

    def __init__(self, samples: tuple[object, ...]) -> None:
        """Start it, and wait until it set the samples. Raises ChildFailed."""
        self.pipe, other = Pipe()
        environ = {name: os.environ[name] for name in KNOWN if name in os.environ}
        command = [sys.executable, "-P", "-m", "survey.apart", str(other.fileno())]
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, env=environ, pass_fds=[other.fileno()], stdin=nothing, stdout=nothing
        )
        other.close()
        try:
            self.pipe.send(samples)
            if self.receive(START_SECONDS) != READY:
                raise ChildFailed("not ready")
        except ChildFailed:
            self.end()
            raise

    def ask(self, task: str, given: tuple[object, ...], seconds: float, megabytes: int) -> bytes:
        """Let it do a task, and return its answer. Raises ChildFailed."""
        with suppress(OSError):  # when it is gone, the answer that is not there says so
            self.pipe.send((task, given, seconds, megabytes))
        return self.receive(seconds + SPARE_SECONDS)

    def receive(self, seconds: float) -> bytes:
        """Return the next bytes that it sends. Raises ChildFailed."""
        try:
            if self.pipe.poll(seconds):
                return self.pipe.recv_bytes()
        except (EOFError, OSError):
            raise ChildFailed("the process apart is gone") from None
        raise ChildFailed("the process apart does not answer")

    def end(self) -> None:
        """Stop it, whatever it is doing."""
        self.pipe.close()
        self.process.kill()
        self.process.wait()


def start(samples: tuple[object, ...] = ()) -> None:
    """Have the process ready, warmed by documents like those that come. Raises ChildFailed."""
    global _helper
    close()
    _helper = _Helper(samples)


def run(task: str, *given: object, seconds: float, megabytes: int) -> bytes:
    """Return what a task of `makers` gives in a child with these limits; the process is started when there is none.

    Raises ChildFailed. Whatever keeps the answer from being read ends the process too: a late answer must never be
    taken for that to the next question. Needs a single-threaded process, as a worker is.
    """
    if _helper is None:
        start()
    assert _helper is not None
    is_answered = False
    try:
        answer = _helper.ask(task, given, seconds, megabytes)
        is_answered = True
    finally:
        if not is_answered:
            close()
    if answer[:1] != MADE:
        raise ChildFailed(answer[1:].decode("ascii", "replace"))
    return answer[1:]


@atexit.register
def close() -> None:
    """Stop the process; the next task starts another."""
    global _helper
    if _helper is not None:
        _helper.end()
        _helper = None


@cache
def makers() -> dict[str, Callable[..., bytes]]:
    """Give what the process can do, by name. Loads the layout engine: never called by who asks for it."""
    from survey.report import pdf, printing

    return {"document": pdf.render, "paper": printing.render, "list": _read_list}


def _read_list(*given: Any) -> bytes:
    """Read a school's list; loaded here, in the child, since it takes 30 MB and comes once a term."""
    from survey.intake.apart import read_checked

    return read_checked(*given)


def main(pipe: Connection) -> None:
    """Do one task after another until who asked is gone."""
    from survey.report import pdf

    # Stopping is up to who asked: a document under way is finished, and then the pipe ends.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    logging.getLogger().addHandler(logging.NullHandler())  # a complaint may quote a student
    makers()
    pdf.warm(pipe.recv())
    pipe.send_bytes(READY)
    while True:
        task, given, seconds, megabytes = pipe.recv()
        try:
            answer = MADE + fork.run(partial(_make, makers()[task], given), seconds, megabytes)
        except ChildFailed as error:
            answer = FAILED + str(error).encode("ascii", "replace")
        pipe.send_bytes(answer)


def _make(maker: Callable[..., bytes], given: tuple[object, ...]) -> bytes:
    """Do one task in a child, which ends after it: looking for garbage meanwhile cost a twentieth of the time."""
    gc.disable()
    return maker(*given)


if __name__ == "__main__":
    with suppress(EOFError, OSError), Connection(int(sys.argv[1])) as asked:
        main(asked)
