"""Sealing: what was sealed opens in its own place only, and secrets follow from the master key."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.vault import ALPHABET, Unreadable, Vault

MASTER = bytes(range(32))
KEY = bytes(range(100, 132))
texts = st.text(st.characters(exclude_categories=("Cs",)))


@dataclass
class Row:
    """A school or a sitting, as far as the vault sees it."""

    id: str
    wrapped_key: bytes = b""


@pytest.fixture
def vault() -> Vault:
    return Vault(MASTER)


@given(st.binary(), texts)
def test_sealed_content_opens_in_its_place(plain: bytes, identity: str) -> None:
    assert Vault.open_(KEY, identity, Vault.seal(KEY, identity, plain)) == plain


@given(st.binary(max_size=60), st.data())
def test_any_changed_byte_makes_it_unreadable(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(Vault.seal(KEY, "student:1:profile", plain))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        Vault.open_(KEY, "student:1:profile", bytes(sealed))


@given(st.binary(max_size=60), st.data())
def test_cut_content_is_unreadable(plain: bytes, data: st.DataObject) -> None:
    sealed = Vault.seal(KEY, "a", plain)
    with pytest.raises(Unreadable):
        Vault.open_(KEY, "a", sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@given(texts, texts)
def test_content_of_another_row_is_unreadable(identity: str, other: str) -> None:
    sealed = Vault.seal(KEY, identity, b"Ik woon nu bij mijn oma.")
    if identity == other:
        assert Vault.open_(KEY, other, sealed)
        return
    with pytest.raises(Unreadable):
        Vault.open_(KEY, other, sealed)


def test_another_key_does_not_open(vault: Vault) -> None:
    with pytest.raises(Unreadable):
        vault.open_(bytes(32), "a", vault.seal(KEY, "a", b"x"))


def test_same_content_is_sealed_differently_each_time(vault: Vault) -> None:
    assert vault.seal(KEY, "a", b"ja") != vault.seal(KEY, "a", b"ja")


def test_json_comes_back_as_it_was(vault: Vault) -> None:
    value = {"naam": "Zoë", "lijst": [1, None, True]}
    assert vault.open_json(KEY, "a", vault.seal_json(KEY, "a", value)) == value


def test_keys_form_a_chain_from_master_to_sitting(vault: Vault) -> None:
    school_key, wrapped = vault.new_school_key("s1")
    school = Row("s1", wrapped)
    sitting_key, wrapped_sitting = vault.new_sitting_key(school_key, "t1")
    assert Vault(MASTER).school_key(school) == school_key
    assert vault.sitting_key(school_key, Row("t1", wrapped_sitting)) == sitting_key
    assert len({MASTER, school_key, sitting_key}) == 3


def test_wrapped_key_moved_to_another_row_is_unreadable(vault: Vault) -> None:
    school_key, wrapped = vault.new_school_key("s1")
    with pytest.raises(Unreadable):
        vault.school_key(Row("s2", wrapped))
    _, wrapped_sitting = vault.new_sitting_key(school_key, "t1")
    with pytest.raises(Unreadable):
        vault.sitting_key(school_key, Row("t2", wrapped_sitting))


def test_destroyed_sitting_key_leaves_answers_unreadable(vault: Vault) -> None:
    with pytest.raises(Unreadable):
        vault.sitting_key(KEY, Row("t1", b""))


def test_link_token_is_128_bits_in_26_plain_characters(vault: Vault) -> None:
    token = vault.link_token("invitation1", 1)
    assert re.fullmatch(f"[{ALPHABET}]{{26}}", token)
    assert token == Vault(MASTER).link_token("invitation1", 1)
    others = {vault.link_token("invitation1", 2), vault.link_token("invitation2", 1), Vault(KEY).link_token("invitation1", 1)}
    assert len(others | {token}) == 4


def test_link_tokens_use_every_bit(vault: Vault) -> None:
    numbers = []
    for invitation in range(300):
        number = 0
        for character in vault.link_token(str(invitation), 1):
            number = number * 32 + ALPHABET.index(character)
        numbers.append(number)
    assert all(number < 2**128 for number in numbers)
    for bit in range(128):
        assert 80 < sum(number >> bit & 1 for number in numbers) < 220


@given(st.text(ALPHABET, min_size=26, max_size=26))
def test_token_typed_over_finds_the_same_hash(token: str) -> None:
    vault = Vault(MASTER)
    typed = token.lower().replace("0", "o").replace("1", "l")
    assert vault.token_hash(typed) == vault.token_hash(token)
    assert token not in vault.token_hash(token).upper()


@pytest.mark.parametrize("token", ["", "x" * 10_000, "ß", "\x00", "İ", "../../etc"])
def test_malformed_token_has_a_hash_too(vault: Vault, token: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", vault.token_hash(token))


@given(texts, texts, texts, texts)
def test_blind_indexes_meet_only_for_the_same_purpose_and_text(one: str, text: str, other: str, more: str) -> None:
    vault = Vault(MASTER)
    assert (vault.blind(one, text) == vault.blind(other, more)) == ((one, text) == (other, more))


def test_secrets_of_different_purposes_differ(vault: Vault) -> None:
    found = {vault.session_secret(), vault.chain_key("s1"), vault.chain_key("s2"), bytes.fromhex(vault.blind("", ""))}
    assert len(found | {MASTER}) == 5


def test_rotation_keeps_content_links_indexes_and_chain(vault: Vault) -> None:
    school_key, wrapped = vault.new_school_key("s1")
    school = Row("s1", wrapped)
    successor = Vault(vault.rotated())
    school.wrapped_key = vault.rewrap(school, successor)
    assert successor.school_key(school) == school_key
    assert successor.link_token("i1", 1) == vault.link_token("i1", 1)
    assert successor.blind("email", "a@voorbeeld.nl") == vault.blind("email", "a@voorbeeld.nl")
    assert successor.chain_key("s1") == vault.chain_key("s1")


def test_after_rotation_the_old_key_opens_and_signs_nothing(vault: Vault) -> None:
    school = Row("s1", vault.new_school_key("s1")[1])
    successor = Vault(vault.rotated())
    school.wrapped_key = vault.rewrap(school, successor)
    with pytest.raises(Unreadable):
        vault.school_key(school)
    assert successor.session_secret() != vault.session_secret()


def test_second_rotation_works_as_the_first(vault: Vault) -> None:
    first = Vault(vault.rotated())
    second = Vault(first.rotated())
    key, wrapped = first.new_school_key("s1")
    assert second.school_key(Row("s1", first.rewrap(Row("s1", wrapped), second))) == key
    assert second.link_token("i1", 1) == vault.link_token("i1", 1)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 63, 65])
def test_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(bytes(length))


def test_vault_shows_no_key(vault: Vault) -> None:
    assert repr(vault) == "Vault(...)"
    with pytest.raises(Unreadable) as caught:
        vault.open_(KEY, "student:1:profile", b"rommel")
    assert "rommel" not in str(caught.value)
