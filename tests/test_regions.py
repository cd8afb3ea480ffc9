"""Counts for a region: of schools that agreed, in tens, so that nobody is seen in a difference."""

from __future__ import annotations

from itertools import combinations

import pytest
from factories import NOW, Campus
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from survey import regions
from survey.access import Role
from survey.sitting import Status
from survey.store.scope import in_school
from survey.store.surveying import Sitting
from survey.store.types import new_id
from survey.vault import Vault


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=8))
def test_no_two_numbers_tell_of_fewer_than_ten(counts: list[int]) -> None:
    shown = [regions.blur(n) for n in (*counts, sum(counts))]
    assert all(a == b or abs(a - b) >= regions.LEAST for a, b in combinations(shown, 2))
    assert all(shown_n <= n < shown_n + regions.LEAST for n, shown_n in zip(counts, shown, strict=False))


def fill(campus: Campus, invited: int, sent: int) -> None:
    """Give a school a round with so many students."""
    group, round_ = campus.group(campus.staff()), campus.round()
    for number in range(invited):
        invitation, _ = campus.invitation(round_, campus.student(group))
        if number < sent:
            row = Sitting(
                id=new_id(),
                school_id=campus.school.id,
                invitation_id=invitation.id,
                digest=round_.digest,
                wrapped_key=b"",
                language="nl",
                answers=b"",
                status=Status.SENT,
                started_at=NOW,
                changed_at=NOW,
            )
            campus.session.add(row)
    campus.session.flush()


def test_region_sees_tens_of_schools_that_agreed_and_of_no_other(
    session: Session, vault: Vault, school: Campus, other_school: Campus
) -> None:
    fill(school, 23, 14)
    region_id = other_school.school.id
    other_school.staff(Role.region, "Rian Regio")
    other_school.session.commit()
    in_school(session, region_id)
    assert regions.count(session, region_id) == []
    in_school(session, school.school.id)
    regions.grant(session, vault, " deltion VOORBEELD ", "staff:x", NOW)
    session.flush()
    assert [name for _, name in regions.get_grants(session)] == ["Deltion Voorbeeld"]
    in_school(session, region_id)
    (counts,) = regions.count(session, region_id)
    assert (counts.school, counts.invited, counts.started, counts.sent, counts.reviewed) == ("ROC Waterland", 20, 10, 10, 0)
    assert session.info["school_id"] == region_id


def test_school_ends_what_it_granted(session: Session, vault: Vault, school: Campus, other_school: Campus) -> None:
    other_school.staff(Role.region, "Rian Regio")
    other_school.session.commit()
    region_id = other_school.school.id
    granted = regions.grant(session, vault, "Deltion Voorbeeld", "staff:x", NOW)
    assert regions.grant(session, vault, "Deltion Voorbeeld", "staff:x", NOW) is granted
    regions.revoke(session, vault, granted, "staff:x", NOW)
    session.flush()
    in_school(session, region_id)
    assert regions.count(session, region_id) == []


@pytest.mark.parametrize("name", ["Deltion Voorbeeld", "ROC Waterland", "", "Nergens"])
def test_only_a_region_can_be_granted(
    session: Session, vault: Vault, school: Campus, other_school: Campus, name: str
) -> None:
    with pytest.raises(regions.NoRegion):
        regions.grant(session, vault, name, "staff:x", NOW)
