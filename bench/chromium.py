"""Headless Chromium printing a page to PDF: processor time of all its processes, as /proc tells it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

TICKS = os.sysconf("SC_CLK_TCK")


def print_page(html: str, rounds: int) -> tuple[float, bytes]:
    """Print a page with one warm browser; return the mean milliseconds of one print, and its tagged PDF."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            page = browser.new_page()
            content = b""
            for _ in range(3):
                content = _print(page, html)
            before = _spent()
            for _ in range(rounds):
                content = _print(page, html)
            return (_spent() - before) / rounds * 1000, content
        finally:
            browser.close()


def _print(page: Page, html: str) -> bytes:
    page.set_content(html)
    content: bytes = page.pdf(format="A4", tagged=True)
    return content


def _spent() -> float:
    """Return the seconds that this process's descendants have used so far."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        number = int(entry.parent.name)
        parents[number], used[number] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    return sum(seconds for number, seconds in used.items() if _descends(number, parents))


def _descends(number: int, parents: dict[int, int]) -> bool:
    """Return whether a process comes from this one."""
    while number in parents:
        number = parents[number]
        if number == os.getpid():
            return True
    return False
