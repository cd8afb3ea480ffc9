"""The student's pages over HTTP: time on the server, requests a second, bytes over the wire."""

from __future__ import annotations

import gzip
import http.client
import re
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from machine import Machine
from phone import Fetch, Phone

from bench.table import Figure, percentile, show

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "overstap" / "1.yaml"
STUDENTS = 40


class Stopwatch:
    """Fetches over one kept connection, as a phone does, and notes what each request took."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.taken: dict[str, list[float]] = {"GET": [], "POST": []}
        self.pages: list[int] = []

    def fetch(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and content of one request."""
        begin = time.perf_counter()
        self.connection.request(method, path, body, {**headers, "Accept-Encoding": "gzip"})
        reply = self.connection.getresponse()
        content = reply.read()
        self.taken[method].append(time.perf_counter() - begin)
        self.note(method, path, reply.status, len(content))
        if reply.getheader("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return reply.status, reply.getheaders(), content

    def note(self, method: str, path: str, status: int, size: int) -> None:
        """Keep the bytes of a question page that was shown."""
        if "/v/" in path and method == "GET" and status == 200:
            self.pages.append(size)


def walk(fetch: Fetch, origin: str, link: str) -> list[str]:
    """Answer every page with its first choice and send; return the pages' own files that a browser would fetch."""
    phone, files = Phone(fetch, origin), []
    page = phone.start(link)
    while page.path != "/controle":
        files.append(page.html)
        page = phone.answer(**{name: codes[0] for name, codes in page.form.choices.items()})
        if page.status != 200:
            raise RuntimeError(f"{page.path} answered {page.status}")
    phone.send(page.form)
    return files


def main() -> None:
    """Print what one client and one installation on SQLite give."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), f"sqlite:///{folder}/survey.sqlite")
        machine.run("db", "upgrade")
        links = machine.admit(QUESTIONNAIRE, STUDENTS)
        machine.start_web()
        try:
            watch, origin = Stopwatch(machine.port), machine.origin
            pages = walk(watch.fetch, origin, links[0])  # warms the server; not counted
            watch = Stopwatch(machine.port)
            begin = time.perf_counter()
            for link in links[1:]:
                walk(watch.fetch, origin, link)
            seconds = time.perf_counter() - begin
        finally:
            machine.stop()
    gets, posts = ([1000 * one for one in watch.taken[method]] for method in ("GET", "POST"))
    own_files = re.compile(r'<(?:link[^>]+stylesheet|script[^>]+src|img)[^>]*>')
    requests = max(1 + len(own_files.findall(html)) for html in pages)
    show(
        f"Pages, one client, SQLite, {len(gets)} GET and {len(posts)} POST",
        [
            Figure("GET p50", percentile(gets, 0.5), "ms"),
            Figure("GET p95", percentile(gets, 0.95), "ms", 20),
            Figure("POST p50", percentile(posts, 0.5), "ms"),
            Figure("POST p95", percentile(posts, 0.95), "ms", 30),
            Figure("requests a second (GET and POST in turn)", (len(gets) + len(posts)) / seconds, "/s"),
            Figure("question page, gzip, largest", max(watch.pages) / 1024, "KB", 6),
            Figure("requests for a question page, most", requests, "", 3),
            Figure("whole questionnaire, gzip", sum(watch.pages) / (STUDENTS - 1) / 1024, "KB", 80),
        ],
    )


if __name__ == "__main__":
    main()
