"""Nothing leaves without a person who made it final and everyone's agreement to this very version."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from survey.handover.events import (
    Agreed,
    Event,
    Finalised,
    NotSent,
    Offered,
    ParentAgreed,
    ParentRefused,
    Read,
    Refused,
    Sent,
    Withdrawn,
)
from survey.handover.state import NotAllowed, Stage, State, begin, fold, follow, needs_parent

AT = datetime(2026, 6, 4, 10, tzinfo=UTC)
SECTIONS = frozenset({"student", "domains", "review"})
SOME = frozenset({"student", "review"})


def offer(version: int = 1, sections: frozenset[str] = SECTIONS) -> Offered:
    return Offered(version, "staff:1", AT, sections, "d" * 64)


def agree(version: int = 1, sections: frozenset[str] = SECTIONS, paper: str = "", by: str = "student") -> Agreed:
    return Agreed(version, by, AT, sections, "t" * 64, 1, "nl", paper)


def parent(version: int = 1, sections: frozenset[str] = SECTIONS) -> ParentAgreed:
    return ParentAgreed(version, "parent", AT, sections, "t" * 64, 1, "nl")


READ, FINAL = Read(1, "student", AT), Finalised(1, "staff:1", AT)
NO, NEVER, BACK = Refused(1, "student", AT), ParentRefused(1, "parent", AT), Withdrawn(1, "student", AT)
SENT, UNSENT = Sent(1, "staff:1", AT, AT.date(), "Loket"), NotSent(1, "staff:1", AT)


@pytest.mark.parametrize(
    ("kind", "events", "stage"),
    [
        ("mbo", [], Stage.NONE),
        ("mbo", [offer()], Stage.CONCEPT),
        ("mbo", [offer(), READ], Stage.READ),
        ("mbo", [offer(), READ, agree()], Stage.AGREED),
        ("mbo", [offer(), agree(paper="staff:1")], Stage.AGREED),
        ("mbo", [offer(), READ, NO], Stage.REFUSED),
        ("mbo", [offer(), READ, NO, agree()], Stage.AGREED),
        ("mbo", [offer(), READ, agree(), NO], Stage.REFUSED),
        ("mbo", [offer(), READ, agree(), FINAL], Stage.FINAL),
        ("mbo", [offer(), READ, agree(), FINAL, READ], Stage.FINAL),
        ("mbo", [offer(), READ, agree(), FINAL, BACK], Stage.WITHDRAWN),
        ("mbo", [offer(), READ, agree(), FINAL, BACK, offer(2)], Stage.CONCEPT),
        ("mbo", [offer(), READ, agree(), FINAL, offer(2)], Stage.CONCEPT),
        ("mbo", [offer(), READ, agree(), FINAL, SENT], Stage.SENT),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, UNSENT], Stage.FINAL),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, BACK], Stage.WITHDRAWN),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, offer(2)], Stage.CONCEPT),
        ("pro", [offer(), READ, agree()], Stage.READ),
        ("pro", [offer(), parent()], Stage.CONCEPT),
        ("pro", [offer(), parent(), READ, agree(), FINAL], Stage.FINAL),
        ("vso", [offer(), READ, agree(), NEVER], Stage.REFUSED),
        ("vso", [offer(), READ, NO, parent()], Stage.REFUSED),
        ("vso", [offer(), READ, agree(sections=frozenset({"review"})), parent(sections=frozenset({"student"}))], Stage.REFUSED),
    ],
)
def test_events_lead_to_a_stage(kind: str, events: list[Event], stage: Stage) -> None:
    state = fold(kind, events)
    assert state.stage is stage
    assert state.may_leave is (stage in (Stage.FINAL, Stage.SENT))


@pytest.mark.parametrize(
    ("kind", "events", "code"),
    [
        ("mbo", [READ], "other_version"),
        ("mbo", [FINAL], "other_version"),
        ("mbo", [offer(2)], "other_version"),
        ("mbo", [offer(sections=frozenset())], "nothing_to_share"),
        ("mbo", [Offered(1, "student", AT, SECTIONS, "")], "not_staff"),
        ("mbo", [offer(), agree()], "not_read"),
        ("mbo", [offer(), FINAL], "not_agreed"),
        ("mbo", [offer(), READ, FINAL], "not_agreed"),
        ("mbo", [offer(), READ, NO, FINAL], "not_agreed"),
        ("mbo", [offer(), READ, agree(sections=frozenset())], "nothing_to_share"),
        ("mbo", [offer(), READ, agree(sections=SECTIONS | {"money"})], "unknown_section"),
        ("mbo", [offer(), READ, agree(by="staff:1")], "not_student"),
        ("mbo", [offer(), READ, agree(), Finalised(1, "student", AT)], "not_staff"),
        ("mbo", [offer(), READ, agree(), FINAL, agree(sections=SOME)], "closed"),
        ("mbo", [offer(), READ, agree(), FINAL, NO], "closed"),
        ("mbo", [offer(), READ, agree(), offer(2), Finalised(1, "staff:1", AT)], "other_version"),
        ("mbo", [offer(), READ, agree(), offer(2), Finalised(2, "staff:1", AT)], "not_agreed"),
        ("mbo", [offer(), READ, agree(), FINAL, BACK, FINAL], "not_agreed"),
        ("mbo", [offer(), READ, agree(), FINAL, Withdrawn(1, "parent", AT)], "not_theirs"),
        ("mbo", [offer(), READ, agree(), SENT], "not_final"),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, SENT], "not_final"),
        ("mbo", [offer(), READ, agree(), FINAL, BACK, SENT], "not_final"),
        ("mbo", [offer(), READ, agree(), FINAL, Sent(1, "student", AT, AT.date())], "not_staff"),
        ("mbo", [offer(), READ, agree(), FINAL, UNSENT], "not_sent"),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, NotSent(1, "student", AT)], "not_staff"),
        ("mbo", [offer(), READ, agree(), FINAL, SENT, NO], "closed"),
        ("mbo", [offer(), parent()], "not_parent"),
        ("mbo", [offer(), NEVER], "not_parent"),
        ("pro", [offer(), READ, agree(), FINAL], "not_agreed"),
        ("vso", [offer(), parent(), FINAL], "not_agreed"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(kind: str, events: list[Event], code: str) -> None:
    fold(kind, events[:-1])
    with pytest.raises(NotAllowed) as refused:
        fold(kind, events)
    assert refused.value.code == code


def test_only_what_both_let_be_shared_is() -> None:
    state = fold("vso", [offer(), parent(sections=SOME), READ, agree(sections=frozenset({"domains", "review"}))])
    assert state.shared == {"review"}
    assert fold("mbo", [offer(), READ, agree(sections=SOME), BACK]).shared == frozenset()


VERSIONS = st.integers(0, 4)
PEOPLE = st.sampled_from(["student", "parent", "staff:1", "staff:2", "system"])
CHOICES = st.frozensets(st.sampled_from(sorted(SECTIONS | {"money"})))
STEPS = st.one_of(
    st.builds(Offered, VERSIONS, PEOPLE, st.just(AT), CHOICES, st.just("d")),
    st.builds(Agreed, VERSIONS, PEOPLE, st.just(AT), CHOICES, st.just("t"), st.just(1), st.just("nl"), st.sampled_from(["", "staff:1"])),
    st.builds(ParentAgreed, VERSIONS, PEOPLE, st.just(AT), CHOICES, st.just("t"), st.just(1), st.just("nl")),
    *(st.builds(kind, VERSIONS, PEOPLE, st.just(AT)) for kind in (Read, Refused, ParentRefused, Finalised, NotSent, Withdrawn)),
    st.builds(Sent, VERSIONS, PEOPLE, st.just(AT), st.just(AT.date())),
)


class Handover(RuleBasedStateMachine):
    """People do whatever they like; beside the state stands the plain list of what was let through."""

    @initialize(kind=st.sampled_from(["mbo", "pro", "vso"]))
    def start(self, kind: str) -> None:
        self.kind, self.events = kind, list[Event]()
        self.state: State = begin(kind)

    def attempt(self, event: Event) -> None:
        """Let an event happen, or see that a refused one changes nothing."""
        before = self.state
        try:
            self.state = follow(self.state, event)
        except NotAllowed:
            assert self.state is before
        else:
            self.events.append(event)

    @rule(event=STEPS)
    def anything(self, event: Event) -> None:
        self.attempt(event)

    @rule(sections=st.frozensets(st.sampled_from(sorted(SECTIONS)), min_size=1))
    def the_usual_next(self, sections: frozenset[str]) -> None:
        """Go on as most do, so that the later stages are reached often."""
        version, part = self.state.version, sections & self.state.sections
        steps: dict[Stage, list[Event]] = {
            Stage.CONCEPT: [Read(version, "student", AT), parent(version, part)],
            Stage.READ: [agree(version, part), parent(version, part)],
            Stage.AGREED: [Finalised(version, "staff:1", AT)],
            Stage.FINAL: [Sent(version, "staff:1", AT, AT.date())],
        }
        for event in steps.get(self.state.stage, [offer(version + 1, sections)]):
            self.attempt(event)

    @invariant()
    def nothing_leaves_without_everyone(self) -> None:
        state, version = self.state, self.state.version
        mine = [event for event in self.events if event.version == version]
        if state.may_leave:
            assert isinstance(mine[-1], Finalised | Sent | NotSent | Read)
            assert [event.by.startswith("staff:") for event in mine if isinstance(event, Finalised)] == [True]
            assert not any(isinstance(event, Withdrawn) for event in mine)
            said = [event for event in mine if isinstance(event, Agreed | Refused)]
            assert isinstance(said[-1], Agreed) and said[-1].by == "student"
            assert state.shared and state.shared <= said[-1].sections
            if self.kind != "mbo":
                theirs = [event for event in mine if isinstance(event, ParentAgreed | ParentRefused)]
                assert isinstance(theirs[-1], ParentAgreed) and state.shared <= theirs[-1].sections
        assert state.shared <= state.sections

    @invariant()
    def versions_only_grow_and_the_events_tell_all(self) -> None:
        offered = [event.version for event in self.events if isinstance(event, Offered)]
        assert all(later == earlier + 1 for earlier, later in pairwise(offered))
        assert fold(self.kind, self.events) == self.state


TestHandover = Handover.TestCase
TestHandover.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize(
    ("kind", "born", "needed"),
    [
        ("mbo", None, False),
        ("mbo", date(2010, 1, 1), False),
        ("pro", None, True),
        ("pro", date(2008, 11, 24), True),
        ("pro", date(2008, 11, 23), False),
        ("vso", date(2009, 1, 1), True),
        ("vso", date(2008, 2, 29), False),
    ],
)
def test_parent_is_asked_in_practical_and_special_education_of_who_is_not_of_age(
    kind: str, born: date | None, needed: bool
) -> None:
    assert needs_parent(kind, born, date(2026, 11, 23)) is needed
