"""The process that handles what strangers wrote: what it can do, what it has not, and that it may die at any time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from paper import DOCUMENT

from survey import apart, fork
from survey.report import pdf
from survey.report.document import PLAIN

LIMITS = {"seconds": 30, "megabytes": 512}


@pytest.fixture
def helper() -> Iterator[int]:
    """Start a process of this test's own; give its number."""
    apart.start()
    assert apart._helper is not None
    yield apart._helper.process.pid
    apart.close()


def set_one() -> bytes:
    return apart.run("document", PLAIN, **LIMITS)


def test_document_has_the_bytes_that_it_has_anywhere() -> None:
    """R11: the digest of what was handed over proves it, wherever it was set."""
    assert apart.run("document", DOCUMENT, **LIMITS) == pdf.render(DOCUMENT)


def test_list_is_read_and_its_mistakes_are_told() -> None:
    said = json.loads(apart.run("list", b"naam;mail\nYara;geen adres\n", "", 0, {"email": 1}, date(2026, 6, 1), **LIMITS))
    assert [row[2][0]["field"] for row in said["rows"]] == ["email"]
    assert json.loads(apart.run("list", b" ", "", 0, {}, date(2026, 6, 1), **LIMITS)) == {"problem": "empty"}


def test_it_knows_no_setting_and_holds_nothing_but_its_pipe(helper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets hold of it by a text has no key, no database and no settings there."""
    monkeypatch.setenv("SURVEY_KEY_FILE", "/geheim")
    monkeypatch.setenv("PGPASSWORD", "geheim")
    apart.start()
    assert apart._helper is not None
    home = Path(f"/proc/{apart._helper.process.pid}")
    known = {line.split(b"=")[0].decode() for line in (home / "environ").read_bytes().split(b"\0") if line}
    assert known <= set(apart.KNOWN)
    assert not any("SURVEY" in name or name.startswith("PG") for name in apart.KNOWN)
    opened = {int(file.name): os.readlink(file) for file in (home / "fd").iterdir()}
    assert {opened.pop(0), opened.pop(1)} == {os.devnull}
    opened.pop(2)  # the log
    assert [name.partition(":")[0] for name in opened.values()] == ["socket"]


def test_it_loads_nothing_that_opens_sealed_answers() -> None:
    script = "import sys; from survey import apart; apart.makers(); import survey.intake.apart; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "weasyprint" in loaded
    assert not loaded & {"flask", "sqlalchemy", "huey", "pyhanko", "cryptography", "survey.vault", "survey.config", "survey.store"}


def test_who_asks_never_loads_the_layout_engine() -> None:
    script = "import sys; from survey import tasks; print('weasyprint' in sys.modules, 'fontTools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_killed_process_costs_one_attempt(helper: int) -> None:
    os.kill(helper, signal.SIGKILL)
    with pytest.raises(fork.ChildFailed, match="^the process apart is gone$"):
        set_one()
    assert set_one().startswith(b"%PDF-")


def test_process_that_hangs_is_replaced(helper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SPARE_SECONDS", 0)
    os.kill(helper, signal.SIGSTOP)
    with pytest.raises(fork.ChildFailed, match="^the process apart does not answer$"):
        apart.run("document", PLAIN, seconds=0.1, megabytes=512)
    assert set_one().startswith(b"%PDF-")
    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)


def test_answer_that_nobody_read_is_never_another_ones(helper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is interrupted while it waits must not store one student's document as the next one's."""

    def interrupted(*arguments: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(apart._Helper, "receive", interrupted)
        set_one()
    assert apart.run("document", DOCUMENT, **LIMITS) == pdf.render(DOCUMENT)


def test_failure_says_its_kind_and_quotes_nobody(helper: int, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(fork.ChildFailed, match="^KeyError$"):
        apart.run("paper", "wat een leerling schreef", **LIMITS)
    with pytest.raises(fork.ChildFailed, match="^MemoryError$"):
        apart.run("document", PLAIN, seconds=30, megabytes=0)
    assert set_one().startswith(b"%PDF-")  # by the same process
    assert apart._helper is not None and apart._helper.process.pid == helper
    assert capfd.readouterr() == ("", "")


def test_it_ends_with_who_asked(helper: int) -> None:
    assert apart._helper is not None
    for number in (signal.SIGTERM, signal.SIGINT):  # a service that stops tells all its processes
        os.kill(helper, number)
    assert set_one().startswith(b"%PDF-")
    apart._helper.pipe.close()
    assert apart._helper.process.wait(10) == 0


def test_it_does_only_what_is_listed(helper: int) -> None:
    with pytest.raises(fork.ChildFailed):
        apart.run("os.system", "true", **LIMITS)
    assert set(apart.makers()) == {"document", "paper", "list"}
