"""A school of many made-up students in every state, stored as the stages store them but in one go."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey.alarms import DAYS
from survey.answers import Answers
from survey.definition.model import Definition
from survey.hours import due_at
from survey.records import (
    Profile,
    school_key,
    seal_answers,
    seal_flag,
    seal_outcome,
    seal_profile,
    seal_summary,
)
from survey.route import find_path
from survey.score import ENGINE, score
from survey.sitting import Status, priority_of
from survey.store.people import Group, Staff, Student
from survey.store.surveying import Invitation, RaisedFlag, Round, Sitting, StoredOutcome
from survey.store.types import new_id
from survey.summary import Summary, summarise
from survey.vault import Vault

FIRST = (
    "Aylin", "Bilal", "Chantal", "Daan", "Emine", "Fleur", "Giovanni", "Hanna", "Ilse", "Jayden", "Kees", "Lotte",
    "Milan", "Noor", "Omar", "Pien", "Quinten", "Roos", "Selam", "Thijs", "Ümit", "Vera", "Wout", "Xander", "Yara", "Zoë",
)  # fmt: skip
LAST = (
    "Bakker", "de Boer", "van den Berg", "El Amrani", "Visser", "Öztürk", "Jansen", "Kuiper", "Tesfay", "Smit",
    "de Groot", "Mulder", "Peters", "van der Meer", "Kok", "Hofstede", "Bosman", "Çelik", "Prins", "Dekker",
)  # fmt: skip
PLACES = ("GM0439", "GM0479", "GM0363", "GM0385", None)
PER_CLASS = 25


@dataclass(frozen=True, slots=True)
class Like:
    """What a student who answers as an example of the questionnaire leaves behind, computed once."""

    answers: Answers
    outcome: Any
    summary: Summary
    begun: Summary
    priority: int | None
    pages: int


def read_examples(definition: Definition) -> list[Like]:
    """Score each example of a questionnaire."""
    likes = []
    for example in definition.examples:
        given = {id_: definition.questions[id_].accept(value) for id_, value in example.answers.items()}
        answers = Answers()
        for id_, value in given.items():
            answers = answers.with_value(id_, value)
        outcome, path = score(definition, answers.values), find_path(definition, answers.values)
        likes.append(
            Like(
                answers=answers,
                outcome=outcome,
                summary=summarise(definition, path.values, outcome),
                begun=summarise(definition, path.values, None),
                priority=priority_of(definition, outcome),
                pages=len(path.pages),
            )
        )
    return likes


@dataclass(slots=True)
class Crowd:
    """Makes students of one round; the same seed makes the same school."""

    session: Session
    vault: Vault
    round: Round
    definition: Definition
    now: datetime
    seed: int = 1

    def fill(self, mentors: Sequence[Staff], students: int, years: str = "ABCDEFGHIJ") -> list[Group]:
        """Add classes of 25 with these mentors in turn, and ask every student."""
        chance, likes = random.Random(self.seed), read_examples(self.definition)
        key, groups, made = school_key(self.session, self.vault), list[Group](), list[Any]()
        for number in range(students):
            if number % PER_CLASS == 0:
                place = len(groups)
                name = f"V{2 + place // len(years)}{years[place % len(years)]}"
                mentor = mentors[place % len(mentors)]
                groups.append(Group(id=new_id(), school_id=self.round.school_id, name=name, mentor_id=mentor.id))
                self.session.add(groups[-1])
                self.session.flush()
            made += self._student(chance, likes, key, groups[-1], number)
        for kind in (Student, Invitation, Sitting, StoredOutcome, RaisedFlag):
            self.session.add_all(row for row in made if isinstance(row, kind))
            self.session.flush()
        return groups

    def _student(
        self, chance: random.Random, likes: Sequence[Like], key: bytes, group: Group, number: int
    ) -> list[Any]:
        student_id, invitation_id, school_id = new_id(), new_id(), group.school_id
        profile = Profile(
            first_name=chance.choice(FIRST),
            last_name=chance.choice(LAST),
            phone=f"06 0000 {number % 10000:04}",
            email=f"student{number}@voorbeeld.nl",
        )
        student = Student(
            id=student_id,
            school_id=school_id,
            group_id=group.id,
            number_index=self.vault.blind(f"student number {school_id}", f"{700000 + number}"),
            municipality=chance.choice(PLACES),
            profile=seal_profile(key, student_id, profile),
        )
        invitation = Invitation(
            id=invitation_id,
            school_id=school_id,
            round_id=self.round.id,
            student_id=student_id,
            generation=1,
            token_hash=self.vault.token_hash(self.vault.link_token(invitation_id, 1)),
        )
        state = chance.choices(["", Status.STARTED, Status.SENT], [25, 10, 65])[0]
        rows: list[Any] = [student, invitation]
        if state:
            rows += self._sitting(chance.choice(likes), key, invitation, Status(state), chance.randrange(1, 6 * 24 * 60))
        return rows

    def _sitting(self, like: Like, key: bytes, invitation: Invitation, status: Status, minutes: int) -> list[Any]:
        id_, at, is_sent = new_id(), self.now - timedelta(minutes=minutes), status is Status.SENT
        own, wrapped = self.vault.new_sitting_key(key, id_)
        given = dict(list(like.answers.given.items())[: None if is_sent else 3])
        answers = replace(like.answers, given=given)
        sitting = Sitting(
            id=id_,
            school_id=invitation.school_id,
            invitation_id=invitation.id,
            digest=self.definition.digest,
            wrapped_key=wrapped,
            language="nl",
            answers=seal_answers(own, id_, answers),
            summary=seal_summary(own, id_, like.summary if is_sent else like.begun),
            status=status.value,
            done=like.pages if is_sent else 3,
            total=like.pages,
            priority=like.priority if is_sent else None,
            started_at=at - timedelta(minutes=5),
            changed_at=at,
            sent_at=at if is_sent else None,
            sendings=int(is_sent),
        )
        return [sitting, *(self._sent(like, own, sitting, at) if is_sent else [])]

    def _sent(self, like: Like, own: bytes, sitting: Sitting, at: datetime) -> list[Any]:
        id_ = new_id()
        outcome = StoredOutcome(
            id=id_,
            school_id=sitting.school_id,
            sitting_id=sitting.id,
            digest=sitting.digest,
            engine=ENGINE,
            content=seal_outcome(own, id_, like.outcome),
            receipt="ABC123",
            created_at=at,
        )
        rows: list[Any] = [outcome]
        for flag_id in like.outcome.flags if at > self.now - timedelta(days=1) else ():
            row_id = new_id()
            rows.append(
                RaisedFlag(
                    id=row_id,
                    school_id=sitting.school_id,
                    sitting_id=sitting.id,
                    content=seal_flag(own, row_id, flag_id),
                    due_at=due_at(at, DAYS[self.definition.flags[flag_id].within]),
                    raised_at=at,
                )
            )
        return rows
