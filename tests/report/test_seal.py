"""A sealed file tells by whom and when, keeps what it claims, and shows every change."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st
from missing import miss
from paper import DOCUMENT
from verapdf import lacking, validate

from survey.report import pdf
from survey.report.authority import make_seal
from survey.report.seal import Seal, find_seal, put_seal

NOW = datetime(2026, 6, 4, 10, 30, tzinfo=UTC)
SCHOOL = "ROC Waterland"


@cache
def seal() -> Seal:
    """Give a school's seal."""
    return make_seal(SCHOOL, "Proefautoriteit", NOW)


@cache
def plain() -> bytes:
    """Give a rendered document."""
    return pdf.render(DOCUMENT)


@cache
def sealed() -> bytes:
    """Give the document with the seal."""
    return put_seal(plain(), seal(), NOW)


def hole() -> tuple[int, int]:
    """Give where the seal's digits begin and end."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) ", sealed())
    assert found
    return int(found[1]) + 1, int(found[2]) - 1


def holds(content: bytes) -> bool:
    """Give whether the school's seal holds for a file."""
    found = find_seal(content)
    return found is not None and found.holds(seal().certificates)


def pdfsig(content: bytes, folder: Path) -> str:
    """Give what poppler says of the signatures in a file."""
    file = folder / "sealed.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True).stdout


def test_seal_says_by_whom_and_when_and_holds() -> None:
    found = find_seal(sealed())
    assert found is not None
    assert found.certificate == seal().certificates[0].public_bytes(Encoding.DER)
    assert found.moment == NOW
    assert found.holds(seal().certificates)


def test_rendered_bytes_stay_before_the_seal() -> None:
    assert sealed().startswith(plain())
    assert len(sealed()) - len(plain()) < 8 * 1024


def test_longer_chain_of_issuers_has_room() -> None:
    long = Seal(seal().certificates + seal().certificates[1:] * 20, seal().key)
    content = put_seal(plain(), long, NOW)
    found = find_seal(content)
    assert found is not None and len(content) > len(sealed())


def test_poppler_finds_the_seal_valid_for_the_whole_file(tmp_path: Path) -> None:
    said = pdfsig(sealed(), tmp_path)
    for words in (SCHOOL, "ETSI.CAdES.detached", "Total document signed", "Signature is Valid"):
        assert words in said


def test_one_flipped_bit_shows_in_poppler_and_here(tmp_path: Path) -> None:
    changed = bytearray(sealed())
    changed[len(plain()) // 2] ^= 1
    assert "Digest Mismatch" in pdfsig(bytes(changed), tmp_path)
    assert not holds(bytes(changed))


@given(st.integers(0, 60_000), st.integers(0, 7))
@settings(max_examples=250, deadline=None)
def test_any_flipped_bit_shows(place: int, bit: int) -> None:
    changed = bytearray(sealed())
    changed[place % len(changed)] ^= 1 << bit
    assert not holds(bytes(changed))


@given(st.integers(0, 60_000), st.integers(0, 7))
@settings(max_examples=250, deadline=None)
def test_no_bit_of_the_seal_itself_is_free(place: int, bit: int) -> None:
    changed = bytearray(sealed())
    start, end = hole()
    changed[start + place % (end - start)] ^= 1 << bit
    assert not holds(bytes(changed))


@pytest.mark.parametrize("more", [b"\n", b"%", b"\n%%EOF\n", b"/ByteRange [0 1 2 3]"])
def test_what_follows_the_seal_shows(more: bytes) -> None:
    assert not holds(sealed() + more)


def test_another_seal_upon_it_is_not_ours() -> None:
    other = make_seal(SCHOOL, "Proefautoriteit", NOW)
    assert not holds(put_seal(plain(), other, NOW))
    found = find_seal(sealed())
    assert found is not None and not found.holds(other.certificates)


def test_seal_of_another_file_does_not_fit() -> None:
    start, end = hole()
    later = put_seal(plain(), seal(), datetime(2026, 6, 5, tzinfo=UTC))
    assert not holds(later[:start] + sealed()[start:end] + later[end:])


def test_file_without_a_seal_has_none() -> None:
    assert find_seal(plain()) is None


DEEP = b"/Contents<" + b"3080" * 8000 + b">/ByteRange [0 10 32012 0]"


@given(st.binary(max_size=2000))
@example(b"")
@example(b"/ByteRange [0 0 0 0]")
@example(b"/ByteRange [0 999999999 999999999 999999999]")
@example(b"<00>/ByteRange [0 0 4 32]")
@example(b"/ByteRange" * 1000)
@example(DEEP)
def test_anything_else_has_none(content: bytes) -> None:
    assert find_seal(content) is None


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_no_structure_in_its_place_breaks_the_reading(changes: list[tuple[int, int]]) -> None:
    start, end = hole()
    raw = bytearray(bytes.fromhex(sealed()[start:end].decode()))
    before = bytes(raw)
    for place, value in changes:
        raw[place] = value
    content = sealed()[:start] + bytes(raw).hex().upper().encode() + sealed()[end:]
    assert holds(content) is (bytes(raw) == before)


def test_both_standards_hold_under_the_seal(tmp_path: Path) -> None:
    if missing := lacking():
        miss(f"veraPDF needs {', '.join(missing)} (Debian: default-jdk-headless, libjaxb-java)")
    said = validate({"sealed": sealed()}, tmp_path)
    assert list(said.values()) == ["", ""], said
