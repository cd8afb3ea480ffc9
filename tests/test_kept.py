"""A form that came too late is given back to who sent it, for a while, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

from factories import NOW, Campus
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import kept
from survey.store.credentials import KeptForm
from survey.store.scope import in_school
from survey.vault import Vault

FORM = kept.Kept("/staff/students/x/finalise?round=y", (("remark", "Samen gebeld."), ("remark", "Nog eens.")))


def test_form_comes_back_as_it_was_sent(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    id_ = kept.keep(session, vault, staff.id, FORM, NOW)
    assert kept.find(session, vault, id_, staff.id, NOW + kept.KEPT_FOR) == FORM
    assert b"gebeld" not in session.scalars(select(KeptForm.content)).one()


def test_form_is_nobody_elses_and_not_for_ever(session: Session, vault: Vault, school: Campus) -> None:
    staff, other = school.staff(), school.staff()
    id_ = kept.keep(session, vault, staff.id, FORM, NOW)
    assert kept.find(session, vault, id_, other.id, NOW) is None
    assert kept.find(session, vault, "geenrij", staff.id, NOW) is None
    assert kept.find(session, vault, id_, staff.id, NOW + kept.KEPT_FOR + timedelta(seconds=1)) is None
    kept.keep(session, vault, other.id, FORM, NOW + timedelta(hours=1))
    assert session.scalars(select(KeptForm.staff_id)).all() == [other.id]


def test_old_forms_of_every_school_are_forgotten(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    kept.keep(other_school.session, vault, other_school.staff().id, FORM, NOW)
    other_school.session.commit()
    young = kept.keep(session, vault, school.staff().id, FORM, NOW + timedelta(minutes=20))
    session.flush()
    kept.purge(session, NOW + kept.KEPT_FOR + timedelta(minutes=1))
    left = session.scalars(select(KeptForm.id).execution_options(across_schools="a look over all"))
    assert left.all() == [young]


def test_form_of_another_school_is_not_found(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    in_school(session, school.school.id)
    staff = school.staff()
    id_ = kept.keep(session, vault, staff.id, FORM, NOW)
    session.flush()
    in_school(session, other_school.school.id)
    assert kept.find(session, vault, id_, staff.id, NOW) is None


def test_person_has_a_few_kept_forms_at_most(session: Session, vault: Vault, school: Campus) -> None:
    staff = school.staff()
    for number in range(kept.MOST + 3):
        kept.keep(session, vault, staff.id, kept.Kept(f"/staff/{number}", ()), NOW + timedelta(seconds=number))
    session.flush()
    rows = session.scalars(select(KeptForm).order_by(KeptForm.kept_at)).all()
    left = [kept.find(session, vault, row.id, staff.id, NOW) for row in rows]
    assert [one.path for one in left if one] == [f"/staff/{number}" for number in range(3, kept.MOST + 3)]
    kept.drop_all(session, staff.id)
    assert session.scalars(select(KeptForm)).all() == []
