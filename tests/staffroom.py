"""A member of staff at a browser without JavaScript: signs in, opens pages, sends their forms."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from factories import PASSWORD, Campus
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.store.people import Staff

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(slots=True)
class Desk:
    """One browser."""

    client: FlaskClient

    def get(self, path: str, status: int = 200) -> str:
        """Open a page and return its text, entities read."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-300:])
        return html.unescape(answer.text)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form with the token that the sign-in page or the home page carries."""
        page = self.client.get("/staff/sign-in").text
        found = TOKEN.search(page)
        assert found
        return self.client.post(path, data={"csrf_token": found[1], **fields})

    def sign_in(self, campus: Campus, staff: Staff, following: str = "") -> TestResponse:
        """Sign a member of staff in."""
        return self.post("/staff/sign-in", email=campus.email(staff), password=PASSWORD, next=following)


def signed_in(client: FlaskClient, campus: Campus, staff: Staff) -> Desk:
    """Return a browser in which a member of staff is signed in."""
    desk = Desk(client)
    assert desk.sign_in(campus, staff).status_code == 303
    return desk


def plain(page: str) -> str:
    """Return the words of a page, without marks and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
