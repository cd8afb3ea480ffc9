"""A phone without JavaScript: opens pages, ticks answers, presses buttons; over HTTP or straight into the app."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from flask.testing import FlaskClient

Fetch = Callable[[str, str, bytes | None, Mapping[str, str]], tuple[int, list[tuple[str, str]], bytes]]


@dataclass(slots=True)
class Form:
    """A form as the page shows it: where it goes, what is filled in, what can be chosen."""

    action: str
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Collects the forms, links, headings and title of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.title = self.heading = self._into = ""
        self._menu = ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        if tag in {"title", "h1"}:
            self._into = tag
        elif tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get").lower()))
        elif tag == "option" and self._menu:
            self._read_option(attributes)
        elif self.forms and "name" in attributes:
            self._read_field(tag, attributes)

    def _read_field(self, tag: str, attributes: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], attributes["name"], attributes.get("type", "text")
        if tag == "input" and kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(attributes.get("value", "on"))
            if "checked" in attributes:
                form.values.append((name, attributes.get("value", "on")))
        elif tag == "input":
            form.values.append((name, attributes.get("value", "")))
            if kind != "hidden":
                form.texts.append(name)
        elif tag == "textarea":
            form.texts.append(name)
            form.values.append((name, ""))
            self._into = tag
        elif tag == "select":
            self._menu = name

    def _read_option(self, attributes: dict[str, str]) -> None:
        self.forms[-1].choices.setdefault(self._menu, []).append(attributes["value"])
        if "selected" in attributes:
            self.forms[-1].values.append((self._menu, attributes["value"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._into:
            self._into = ""
        elif tag == "select":
            self._menu = ""

    def handle_data(self, data: str) -> None:
        if self._into == "title":
            self.title += data
        elif self._into == "h1":
            self.heading += data
        elif self._into == "textarea":
            name, before = self.forms[-1].values.pop()
            self.forms[-1].values.append((name, before + data))


@dataclass(slots=True)
class Page:
    """What a phone shows after a request; redirects have been followed."""

    status: int
    path: str
    html: str
    reader: Reader
    headers: dict[str, str]
    content: bytes = b""

    @property
    def words(self) -> str:
        """Return the text of the page on one line, without marks and style."""
        return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.html, flags=re.DOTALL).split()))

    def form_to(self, ending: str) -> Form:
        """Return the form whose address ends like this."""
        return next(form for form in self.reader.forms if urlsplit(form.action).path.endswith(ending))

    @property
    def form(self) -> Form:
        """Return the form of the question: the last that posts to this page's own address, or has choices."""
        posting = [form for form in self.reader.forms if form.method == "post"]
        own = [form for form in posting if urlsplit(form.action).path in {"", self.path}]
        return (own or posting)[-1]


class Phone:
    """One browser with its own cookies."""

    def __init__(self, fetch: Fetch, origin: str = "http://127.0.0.1") -> None:
        self.fetch, self.origin = fetch, origin
        self.cookies: dict[str, str] = {}
        self.page: Page | None = None

    def open(self, path: str) -> Page:
        """Follow a link."""
        return self._request("GET", path, None)

    def send(self, form: Form, changes: Mapping[str, str | list[str]] | None = None) -> Page:
        """Send a form of the page as it stands, with these fields filled in anew."""
        assert self.page is not None
        changes = changes or {}
        pairs = [(name, value) for name, value in form.values if name not in changes]
        for name, value in changes.items():
            pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return self._request("POST", form.action or self.page.path, urlencode(pairs).encode())

    def answer(self, **answers: str | list[str]) -> Page:
        """Choose on the page and press the button."""
        assert self.page is not None
        return self.send(self.page.form, answers)

    def start(self, link: str) -> Page:
        """Open a personal link and press Start."""
        self.open(urlsplit(link).path)
        assert self.page is not None
        return self.send(self.page.form)

    def _request(self, method: str, path: str, body: bytes | None) -> Page:
        for _ in range(6):
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            if body is not None:
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
            status, reply, content = self.fetch(method, path, body, headers)
            for name, value in reply:
                if name.lower() == "set-cookie":
                    self._keep(value)
            found = {name.lower(): value for name, value in reply}
            if status not in {301, 302, 303, 307, 308}:
                break
            target = urlsplit(urljoin(path, found["location"]))
            path, method, body = target.path + (f"?{target.query}" if target.query else ""), "GET", None
        html, reader = content.decode("utf-8", "replace"), Reader()
        if "html" in found.get("content-type", ""):  # a reader of HTML stumbles over the bytes of a file
            reader.feed(html)
        self.page = Page(status, urlsplit(path).path, html, reader, found, content)
        return self.page

    def _keep(self, cookie: str) -> None:
        for name, morsel in SimpleCookie(cookie).items():
            if morsel["max-age"] == "0" or morsel.value == "":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def over_http(port: int) -> Fetch:
    """Return a way to fetch from a server on this machine, a new connection each time."""

    def fetch(
        method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            reply = connection.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        finally:
            connection.close()

    return fetch


def inside(client: FlaskClient) -> Fetch:
    """Return a way to fetch from the application of a test client; cookies are kept by the phone alone."""
    browser = client.application.test_client(use_cookies=False)

    def fetch(
        method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        reply = browser.open(path, method=method, data=body, headers=dict(headers))
        return reply.status_code, list(reply.headers.items()), reply.data

    return fetch
