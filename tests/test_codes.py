"""Typed codes: printed and read, found or not without telling why, and never guessed in time."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from factories import MASTER_KEY, Campus
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session
from stages import FINE, NOW, Course, make_course

from survey import codes, sitting
from survey.store.inviting import CodeAttempt, TypedCode
from survey.store.surveying import Invitation
from survey.vault import ALPHABET, CODE_CHARACTERS, Vault

SCHOOL = "192.0.2.7"
CODE = st.text(ALPHABET, min_size=CODE_CHARACTERS, max_size=CODE_CHARACTERS)


@pytest.fixture
def course(school: Campus) -> Course:
    """Give a class in an open round."""
    return make_course(school)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let guessing cost little here."""
    monkeypatch.setitem(codes_cost(), "n", 2)


def codes_cost() -> dict[str, int]:
    from survey import vault

    return vault.SCRYPT


def issue(course: Course, *invitations: Invitation) -> list[str]:
    """Issue codes as a view does; return them as they are printed."""
    course.session.flush()
    waiting = codes.find_unissued(course.session, invitations)
    codes.store(course.session, codes.hash_codes(course.vault, waiting), NOW)
    return [codes.issued_code(course.vault, invitation) for invitation in invitations]


def find(course: Course, code: str, visitor: str = SCHOOL, now: object = NOW) -> Invitation | None:
    return codes.find_by_code(course.session, course.vault, code, visitor, now)  # type: ignore[arg-type]


def wrong(number: int) -> str:
    """Return a well-formed code of nobody."""
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_CHARACTERS))
    return body + codes.check_character(body)


# How it reads


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f" {code} ", lambda code: code.replace("0", "O").replace("1", "l")])  # fmt: skip
def test_code_is_read_as_people_type_it(write: object) -> None:
    code = Vault(MASTER_KEY).typed_code("a", 1)
    printed = codes.issued_code(Vault(MASTER_KEY), Invitation(id="a", generation=1))
    assert codes.read(write(printed)) == code  # type: ignore[operator]
    assert len(printed) == 13 and printed[4] == printed[9] == "-"


@given(CODE, st.integers(0, CODE_CHARACTERS), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code: str, place: int, other: str) -> None:
    whole = code + codes.check_character(code)
    assert codes.read(whole) == code
    changed = whole[:place] + other + whole[place + 1 :]
    if changed != whole:
        with pytest.raises(codes.Mistyped):
            codes.read(changed)


@given(CODE, st.integers(0, CODE_CHARACTERS), st.integers(0, CODE_CHARACTERS))
def test_two_characters_that_changed_places_are_noticed(code: str, one: int, other: int) -> None:
    whole = list(code + codes.check_character(code))
    before = list(whole)
    whole[one], whole[other] = whole[other], whole[one]
    if whole != before:
        with pytest.raises(codes.Mistyped):
            codes.read("".join(whole))


@pytest.mark.parametrize("text", ["", "x", "0" * 10, "0" * 12, "é" * 11, "U" * 11, "0" * 5000, "\0" * 11])
def test_what_is_no_code_is_mistyped(text: str) -> None:
    with pytest.raises(codes.Mistyped):
        codes.read(text)


# Strength


def test_codes_spread_over_fifty_bits_and_follow_from_no_link() -> None:
    vault = Vault(MASTER_KEY)
    many = [vault.typed_code(f"student {number}", 1) for number in range(4000)]
    assert len(set(many)) == len(many)
    for place in range(CODE_CHARACTERS):
        counts = [sum(code[place] == letter for code in many) for letter in ALPHABET]
        # 31 degrees of freedom: above 80 comes once in 300,000 places of a fair alphabet
        assert sum((count - 125) ** 2 / 125 for count in counts) < 80
    assert vault.typed_code("a", 1) not in vault.link_token("a", 1)
    assert vault.typed_code("a", 1) != vault.typed_code("a", 2) != Vault(bytes(32)).typed_code("a", 2)


def test_breaker_keeps_guessing_hopeless_for_a_year() -> None:
    guesses = codes.TRIES_OF_ALL * timedelta(days=365) / codes.WINDOW
    chance = -math.expm1(guesses * math.log1p(-15_000 / 32**CODE_CHARACTERS))
    assert chance < 0.0005


def test_stolen_database_finds_no_code_without_the_pepper(course: Course) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    (stored,) = course.session.scalars(select(TypedCode))
    code = codes.read(printed)
    assert stored.code_hash == course.vault.code_hash(code)
    assert stored.code_hash != Vault(bytes(32)).code_hash(code)
    assert code not in stored.code_hash


# Finding


def test_code_opens_the_own_invitation_and_binds_the_school(course: Course, connection: Connection) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    with Session(connection, join_transaction_mode="create_savepoint") as visitor:
        found = codes.find_by_code(visitor, course.vault, printed.lower(), SCHOOL, NOW)
        assert found is not None and found.id == invitation.id
        assert visitor.info["school_id"] == course.campus.school.id
    assert course.session.scalar(select(func.count()).select_from(CodeAttempt)) == 0


def test_who_began_goes_on_by_the_code(course: Course) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    sitting.start(course.session, course.vault, invitation, "nl", NOW)
    course.session.flush()
    assert find(course, printed) is invitation


def test_renewed_link_takes_a_new_code_and_the_old_one_is_nobodys(course: Course) -> None:
    _, invitation, _ = course.invite()
    (old,) = issue(course, invitation)
    invitation.generation = 2
    course.session.flush()
    assert find(course, old) is None
    (new,) = issue(course, invitation)
    assert new != old and find(course, old) is None and find(course, new) is invitation
    assert codes.find_unissued(course.session, [invitation]) == []


def test_code_survives_a_rotation_of_the_master_key(course: Course) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    rotated = Vault(course.vault.rotated())
    assert codes.find_by_code(course.session, rotated, printed, SCHOOL, NOW) is invitation


def dead_codes(course: Course) -> dict[str, tuple[str, object]]:
    """Return codes that let nobody answer, each with its moment."""
    _, revoked, _ = course.invite("Link Ingetrokken")
    _, renewed, _ = course.invite("Kaart Kwijt")
    sent = course.session.get_one(Invitation, course.send(FINE, "Al Klaar").invitation_id)
    _, usual, _ = course.invite("Gewoon Zo")
    printed = issue(course, revoked, renewed, sent, usual)
    revoked.revoked_at, renewed.generation = NOW, 2
    course.session.flush()
    early, late = course.round.opens_at - timedelta(seconds=1), course.round.closes_at
    return {
        "unknown": (wrong(7), NOW),
        "revoked": (printed[0], NOW),
        "renewed": (printed[1], NOW),
        "sent": (printed[2], NOW),
        "too early": (printed[3], early),
        "too late": (printed[3], late),
    }


def test_unknown_revoked_renewed_sent_early_and_late_look_the_same(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No oracle: the same answer by the same statements after one slow hash, whatever the reason."""
    cases, traces, hashed = dead_codes(course), {}, []
    slow = Vault.code_hash
    monkeypatch.setattr(Vault, "code_hash", lambda self, code: hashed.append(code) or slow(self, code))
    connection = course.session.connection()
    for name, (code, moment) in cases.items():
        sent: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object, to: list[str] = sent) -> None:
            to.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        assert find(course, code, now=moment) is None, name
        course.session.flush()
        event.remove(connection, "before_cursor_execute", note)
        traces[name] = sent
    assert len(hashed) == len(cases)
    assert all(trace == traces["unknown"] for trace in traces.values())


def test_code_of_another_school_opens_there(course: Course, other_school: Campus) -> None:
    other = make_course(other_school)
    _, invitation, _ = other.invite()
    (printed,) = issue(other, invitation)
    other.session.commit()
    found = find(course, printed)
    assert found is not None and found.school_id == other_school.school.id == course.session.info["school_id"]


# The breaker


def test_wrong_codes_shut_the_door_for_an_address_and_it_opens_again(course: Course) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    for number in range(codes.TRIES):
        assert find(course, wrong(number)) is None
    with pytest.raises(codes.TooManyCodes):
        find(course, wrong(1000))
    with pytest.raises(codes.TooManyCodes):
        find(course, printed)  # so that nobody learns from the refusal whether a code is right
    assert find(course, printed, visitor="198.51.100.1") is invitation
    assert find(course, printed, now=NOW + codes.WINDOW + timedelta(seconds=1)) is invitation


@pytest.mark.parametrize("visitor", ["127.0.0.1", "::1"])
def test_behind_a_proxy_one_class_with_old_cards_shuts_out_no_other(course: Course, visitor: str) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    for number in range(codes.TRIES):
        assert find(course, wrong(number), visitor=visitor) is None
    assert find(course, printed, visitor=visitor) is invitation


def test_wrong_codes_from_everywhere_shut_it_for_all(course: Course) -> None:
    _, invitation, _ = course.invite()
    (printed,) = issue(course, invitation)
    for number in range(codes.TRIES_OF_ALL):
        course.session.add(CodeAttempt(visitor_index=f"{number:064}", at=NOW))
    with pytest.raises(codes.TooManyCodes):
        find(course, printed, visitor="198.51.100.1")


def test_typing_mistakes_never_shut_the_door(course: Course) -> None:
    for _ in range(codes.TRIES + 1):
        with pytest.raises(codes.Mistyped):
            find(course, "0000-0000-001")
    assert course.session.scalar(select(func.count()).select_from(CodeAttempt)) == 0


def test_count_keeps_no_address_and_nothing_old(course: Course) -> None:
    find(course, wrong(1))
    course.session.flush()
    (kept,) = course.session.scalars(select(CodeAttempt.visitor_index))
    assert SCHOOL not in kept and len(kept) == 64
    find(course, wrong(2), now=NOW + codes.WINDOW + timedelta(seconds=1))
    course.session.flush()
    assert course.session.scalar(select(func.count()).select_from(CodeAttempt)) == 1
