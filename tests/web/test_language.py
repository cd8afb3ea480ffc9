"""The language of a student's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from club import Pupil, text_of, token_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.store.surveying import Sitting

pytestmark = pytest.mark.usefixtures("school_day")


# Language


def test_language_changes_and_the_page_stays(pupil: Pupil) -> None:
    page = pupil.start()
    assert '<html lang="nl" dir="ltr">' in page.text
    data = {"csrf_token": token_of(page), "language": "en", "here": "/v/lid"}
    page = pupil.client.post("/taal", data=data, follow_redirects=True)
    assert page.request.path == "/v/lid"
    assert '<html lang="en" dir="ltr">' in page.text
    assert "Are you a member of a club?" in page.text and "Question 1 of 6" in page.text


def test_language_can_be_chosen_before_start_and_is_kept(pupil: Pupil, session: Session) -> None:
    address = f"/u/{pupil.token}"
    data = {"csrf_token": token_of(pupil.client.get(address)), "language": "en", "here": address}
    assert "Hi Yara." in pupil.client.post("/taal", data=data, follow_redirects=True).text
    assert "Are you a member" in pupil.start().text
    assert session.scalars(select(Sitting.language)).one() == "en"


def test_browser_language_is_spoken_first(invite: Callable[..., Pupil]) -> None:
    assert "6 short questions." in text_of((english := invite(language="en-GB")).client.get(f"/u/{english.token}"))


@pytest.mark.parametrize("here", ["//evil.example", "https://evil.example", "/staff/", "/v/lid\\x", "/v/../staff", ""])
def test_language_leads_to_own_pages_only(pupil: Pupil, here: str) -> None:
    data = {"csrf_token": token_of(pupil.start()), "language": "en", "here": here}
    assert pupil.client.post("/taal", data=data).status_code == 400


def test_language_that_the_questionnaire_lacks_is_refused(pupil: Pupil) -> None:
    data = {"csrf_token": token_of(pupil.start()), "language": "xx", "here": "/v/lid"}
    assert pupil.client.post("/taal", data=data).status_code == 400
