"""A school's seal is kept in the vault; a file tells which school sealed it, and nobody else can."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from factories import NOW, Campus
from paper import flip, small_file
from sqlalchemy import select
from sqlalchemy.orm import Session
from stages import LATER, WORRIED, make_course

from survey import review
from survey.report.authority import make_seal
from survey.report.seal import put_seal
from survey.seals import Judgement, NoSeal, Verdict, WrongSeal, judge, open_seal, store_seal
from survey.store.people import StoredSeal
from survey.store.surveying import StoredReport
from survey.vault import Unreadable, Vault


def test_sealed_file_is_told_from_any_school(
    session: Session, school: Campus, other_school: Campus, vault: Vault
) -> None:
    store_seal(session, vault, make_seal("ROC Waterland", "Proef", NOW), NOW)
    content = put_seal(small_file(), open_seal(session, vault), NOW)
    assert judge(session, content) == Judgement(Verdict.OURS, "ROC Waterland", NOW)
    assert judge(session, flip(content)) == Judgement(Verdict.CHANGED, "ROC Waterland")
    assert judge(session, content + b"\n") == Judgement(Verdict.CHANGED, "ROC Waterland")
    assert judge(session, small_file()) == Judgement(Verdict.UNKNOWN)
    stranger = make_seal("ROC Waterland", "Proef", NOW)
    assert judge(session, put_seal(small_file(), stranger, NOW)) == Judgement(Verdict.UNKNOWN)


def test_newest_seals_and_the_older_one_still_tells(session: Session, school: Campus, vault: Vault) -> None:
    first, second = make_seal("A", "Proef", NOW), make_seal("B", "Proef", NOW)
    store_seal(session, vault, first, NOW)
    before = put_seal(small_file(), open_seal(session, vault), NOW)
    store_seal(session, vault, second, NOW + timedelta(days=1))
    assert open_seal(session, vault).certificates == second.certificates
    assert judge(session, before).verdict is Verdict.OURS


def test_key_is_sealed_for_its_own_row(session: Session, school: Campus, vault: Vault) -> None:
    made = make_seal("A", "Proef", NOW)
    row = store_seal(session, vault, made, NOW)
    assert made.key not in row.key
    assert open_seal(session, vault).key == made.key
    with pytest.raises(Unreadable):
        vault.open_(school.key, "seal:other:key", row.key)
    assert repr(made) == object.__repr__(made)


def test_school_without_a_certificate_has_no_seal(session: Session, school: Campus, vault: Vault) -> None:
    with pytest.raises(NoSeal):
        open_seal(session, vault)


def test_certificate_that_cannot_seal_is_refused(session: Session, school: Campus, vault: Vault) -> None:
    made = make_seal("A", "Proef", NOW)
    keys = [ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())]
    others = [each.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) for each in keys]
    large = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for key, words in ((others[0], "not the certificate's"), (others[1], "P-256"), (large, "P-256")):
        with pytest.raises(WrongSeal, match=words):
            store_seal(session, vault, replace(made, key=key), NOW)
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=4 * 365)):
        with pytest.raises(WrongSeal, match="not valid now"):
            store_seal(session, vault, made, moment)
    assert session.scalars(select(StoredSeal)).all() == []


def test_concept_of_a_worker_here_is_known_as_one(session: Session, school: Campus, vault: Vault) -> None:
    course = make_course(school)
    begun = course.send(WORRIED)
    review.finalise(session, vault, begun, course.mentor, review.Judgement(), LATER)
    session.flush()
    report = session.scalars(select(StoredReport).where(StoredReport.sitting_id == begun.id)).one()
    report.digest, report.ready_at = hashlib.sha256(b"Hello World\n").hexdigest(), LATER
    session.flush()
    assert judge(session, b"Hello World\n") == Judgement(Verdict.CONCEPT, school.school.name, LATER)
    assert judge(session, b"Hello World") == Judgement(Verdict.UNKNOWN)
