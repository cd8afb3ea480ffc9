"""A network that drops, delays and cuts: a proxy on this machine between a phone and the server."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What can happen to a request: nothing, it waits, it never arrives, it arrives and its reply does not, or half of it.
FAULTS = ("none", "delay", "cut_before", "cut_after", "cut_half")
Choose = Callable[[str, str], str]


class Proxy(ThreadingHTTPServer):
    """Passes on what it may; `choose` names the fault of a request by its method and path."""

    daemon_threads = True

    def __init__(self, port: int, choose: Choose) -> None:
        super().__init__(("127.0.0.1", 0), Pass)
        self.target, self.choose = port, choose
        self.happened: Counter[str] = Counter()

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of phones that hang up: that is what this is for."""


class Pass(BaseHTTPRequestHandler):
    """One request; a connection carries one."""

    server: Proxy

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *args: object) -> None:
        """Write no line a request."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.choose(self.command, self.path)
        self.server.happened[fault] += 1
        if fault == "delay":
            time.sleep(0.3)
        if fault == "cut_before":
            return
        status, headers, content = self._ask(body)
        if fault == "cut_after":
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if fault == "cut_half" else content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.target, timeout=30)
        try:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "host")}
            host = {"Host": f"127.0.0.1:{self.server.target}"}
            connection.request(self.command, self.path, body, {**kept, **host})
            reply = connection.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        finally:
            connection.close()


@contextmanager
def flaky(port: int, seed: int, share: float, methods: tuple[str, ...] = ("GET", "POST")) -> Iterator[Proxy]:
    """Serve a network to a port on which a share of the requests meets a fault, the same ones for the same seed."""
    chance = random.Random(seed)

    def choose(method: str, path: str) -> str:
        if method not in methods or chance.random() >= share:
            return "none"
        return chance.choice(FAULTS[1:])

    proxy = Proxy(port, choose)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join(5)
