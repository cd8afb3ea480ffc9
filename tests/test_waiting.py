"""What waits in a browser: only this server opens it, only for its owner, and not for ever."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from factories import MASTER_KEY, NOW
from sealing import seal_as_browser

from survey.vault import Unreadable, Vault
from survey.waiting import Waited, open_waiting, owner, public_key

VAULT = Vault(MASTER_KEY)
FORMS = [("/v/lid", "lid=ja&seen-at=lid%3A0"), ("/v/keer", "keer=2")]
WEEK = timedelta(weeks=1)


def sealed(now: datetime = NOW, owned_by: str = "yara") -> str:
    """Return two forms as a browser seals them."""
    return seal_as_browser(public_key(VAULT, now), owned_by, FORMS)


def test_server_opens_what_a_browser_sealed_in_its_order() -> None:
    assert open_waiting(VAULT, sealed(), "yara", NOW) == [Waited(*one) for one in FORMS]


def test_nothing_of_it_can_be_read() -> None:
    content = base64.b64decode(sealed().partition(".")[2])
    assert b"lid" not in content and b"ja" not in content


def test_same_form_is_sealed_differently_each_time() -> None:
    assert sealed() != sealed()


def test_key_is_another_one_each_week_and_the_same_within_it() -> None:
    keys = {public_key(VAULT, NOW + days * timedelta(days=1)) for days in range(14)}
    assert 2 <= len(keys) <= 3


@pytest.mark.parametrize("weeks", [0, 1, 2])
def test_key_of_an_earlier_week_still_opens(weeks: int) -> None:
    assert open_waiting(VAULT, sealed(NOW - weeks * WEEK), "yara", NOW)


@pytest.mark.parametrize("weeks", [-1, 3, 100])
def test_other_keys_do_not(weeks: int) -> None:
    with pytest.raises(Unreadable):
        open_waiting(VAULT, sealed(NOW - weeks * WEEK), "yara", NOW)


def test_another_student_cannot_send_it() -> None:
    with pytest.raises(Unreadable):
        open_waiting(VAULT, sealed(owned_by="daan"), "yara", NOW)


def test_another_server_cannot_open_it() -> None:
    with pytest.raises(Unreadable):
        open_waiting(Vault(bytes(32)), sealed(), "yara", NOW)


@pytest.mark.parametrize("text", ["", ".", "x", "2968", "2968.", "2968.!", "٣.AAAA", "9" * 40 + ".AAAA", "2968." + "A" * 200])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        open_waiting(VAULT, text, "yara", NOW)


def test_changed_content_is_refused() -> None:
    week, _, content = sealed().partition(".")
    raw = bytearray(base64.b64decode(content))
    raw[-1] ^= 1
    with pytest.raises(Unreadable):
        open_waiting(VAULT, f"{week}.{base64.b64encode(raw).decode()}", "yara", NOW)


def test_each_sitting_has_another_owner() -> None:
    names = {owner(VAULT, name) for name in ("abc", "abd", "abe")}
    assert len(names) == 3 and {len(name) for name in names} == {16}
