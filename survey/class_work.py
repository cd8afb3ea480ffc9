"""Classes in all rounds: how many students each has, and how much work of each kind is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.choosing import Wish, count_classes
from survey.list_rows import names_of_staff
from survey.store.people import Group
from survey.vault import Vault


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A class in a round."""

    group_id: str
    round_id: str
    name: str
    mentor: str
    work: Counter[str]  # choosing.COUNTED, and "all" of its students


def get_groups(
    session: Session, vault: Vault, now: datetime, mentor_id: str | None = None, rounds: Collection[str] = ()
) -> list[GroupRow]:
    """Return the classes in each round by name, or those with one person's students; few queries, however many.

    Of `rounds` in their order, by id; a class that is asked in none of them is not there.
    """
    counted = count_classes(session, Wish(mentor_id=mentor_id), now)
    groups = {group.id: group for group in session.scalars(select(Group))}
    mentors, place = names_of_staff(session, vault), {id_: number for number, id_ in enumerate(rounds)}
    rows = [
        GroupRow(group_id, round_id, groups[group_id].name, mentors[groups[group_id].mentor_id], work)
        for (round_id, group_id), work in counted.items()
        if round_id in place
    ]
    return sorted(rows, key=lambda row: (place[row.round_id], row.name, row.group_id))
