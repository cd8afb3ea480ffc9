"""A student of the questionnaire of a club (web/club.yaml) at a browser without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.store.surveying import Invitation, Round

CLUB = (Path(__file__).parent / "web" / "club.yaml").read_text(encoding="utf-8")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen-at" value="([^"]*)"')
CHECKED = re.compile(r'value="(\w+)" id="[\w-]+" checked')


@dataclass
class Pupil:
    """One browser on one link."""

    client: FlaskClient
    token: str
    round: Round
    invitation: Invitation

    def start(self) -> TestResponse:
        """Open the link, press Start, follow to the question."""
        return self.press(f"/u/{self.token}")

    def press(self, address: str, shown: TestResponse | None = None, **fields: object) -> TestResponse:
        """Open a page (or use one that was shown before), fill in the fields, press its button and follow."""
        shown = shown or self.client.get(address)
        seen = SEEN.search(shown.text)
        data = {"csrf_token": token_of(shown), **({"seen-at": unescape(seen[1])} if seen else {}), **fields}
        return self.client.post(address, data=data, follow_redirects=True)

    def answer(self, **answers: object) -> TestResponse:
        """Answer pages by id, each holding the question of that name."""
        response = None
        for page, value in answers.items():
            response = self.press(f"/v/{page}", **{page: value})
        assert response is not None
        return response

    def go_to_check(self, lid: str = "nee", bang: str = "no") -> TestResponse:
        """Start and answer everything on the shorter path."""
        self.start()
        self.answer(lid=lid, bang=bang)
        self.press("/v/uitleg")
        return self.press("/v/woorden")


def token_of(page: TestResponse) -> str:
    """Return the token of a page's forms."""
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def text_of(page: TestResponse) -> str:
    """Return the words of a page on one line."""
    return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).split()))


def count(session: Session, table: type[object]) -> int:
    """Return the number of rows of a table."""
    return session.scalars(select(func.count()).select_from(table)).one()
