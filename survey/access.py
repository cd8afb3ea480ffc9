"""Who may do what: the roles, what each may do, and the policy that every view carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "access_policy"


class Role(StrEnum):
    """What a member of staff is in the school."""

    mentor = "mentor"  # own classes
    coordinator = "coordinator"  # every class, and what leaves the school
    administrator = "administrator"  # accounts and settings, no answers
    region = "region"  # counts only
    privacy_officer = "privacy_officer"  # the record of who saw what
    operator = "operator"  # keeps the server running, sees no content


class Action(StrEnum):
    """What can be allowed or refused."""

    see_classes = "see_classes"
    see_every_class = "see_every_class"  # without it only the classes that one mentors
    see_student = "see_student"
    take_flag = "take_flag"
    finalise = "finalise"
    hand_out_links = "hand_out_links"
    download_document = "download_document"
    download_municipality = "download_municipality"  # all documents for one municipality at once
    see_overview = "see_overview"  # the first page, with classes and what is left to do
    keep_students = "keep_students"  # bring lists in, correct facts and say where people live; no answers
    merge_students = "merge_students"  # two records with what was answered into one, and remove
    export = "export"  # tables of students with their answers
    manage_accounts = "manage_accounts"
    manage_settings = "manage_settings"
    see_counts = "see_counts"
    manage_rounds = "manage_rounds"  # plan, ask, remind
    see_quality = "see_quality"  # figures of a questionnaire over all answers
    see_questionnaires = "see_questionnaires"  # every version, its preview and its overview
    manage_questionnaires = "manage_questionnaires"  # upload, publish, retire
    read_audit = "read_audit"
    see_region = "see_region"  # counts of schools that agreed
    see_server = "see_server"  # is it well?


OF_A_CLASS = frozenset(
    {
        Action.see_overview,
        Action.see_classes,
        Action.see_student,
        Action.take_flag,
        Action.finalise,
        Action.hand_out_links,
        Action.download_document,
        Action.see_counts,
        Action.export,
    }
)
GRANTS: dict[Role, frozenset[Action]] = {
    Role.mentor: OF_A_CLASS,
    Role.coordinator: OF_A_CLASS
    | {Action.see_every_class, Action.download_municipality, Action.see_quality, Action.manage_rounds}
    | {Action.see_questionnaires}
    | {Action.keep_students, Action.merge_students},
    Role.administrator: frozenset({Action.see_overview, Action.manage_accounts, Action.manage_settings})
    | {Action.see_quality}
    | {Action.see_questionnaires, Action.manage_questionnaires}
    | {Action.keep_students},
    Role.region: frozenset({Action.see_region}),
    Role.privacy_officer: frozenset({Action.read_audit}),
    Role.operator: frozenset({Action.see_server}),
}


def may(role: Role, action: Action) -> bool:
    """Return whether a role is granted an action; what is not written in GRANTS is refused."""
    return action in GRANTS.get(role, frozenset())


class NoPolicy(Exception):
    """A view that does not say who may open it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may open a view."""


@dataclass(frozen=True, slots=True)
class Anyone(Policy):
    """Whoever has the address: a link's start page, the sign-in page, health."""


@dataclass(frozen=True, slots=True)
class Respondent(Policy):
    """A student who pressed Start on a valid link."""


@dataclass(frozen=True, slots=True)
class Arriving(Policy):
    """Staff whose password was right, also while the second proof is still asked: the pages of that proof."""


@dataclass(frozen=True, slots=True, init=False)
class Staff(Policy):
    """Signed-in staff in one of these roles."""

    roles: frozenset[Role]

    def __init__(self, *roles: Role) -> None:
        """Name the roles; raise ValueError without any, since that would let nobody in."""
        if not roles:
            raise ValueError("name at least one role")
        object.__setattr__(self, "roles", frozenset(roles))


def policy(who: Policy | type[Policy]) -> Callable[[View], View]:
    """Mark a view with who may open it; stands below the route, so that the route registers the marked view."""
    chosen = who() if isinstance(who, type) else who

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, chosen)
        return view

    return mark


def policy_of(view: Callable[..., Any]) -> Policy:
    """Return the policy that a view carries; raise NoPolicy for a view without one."""
    found = getattr(view, ATTRIBUTE, None)
    if not isinstance(found, Policy):
        raise NoPolicy(getattr(view, "__qualname__", repr(view)))
    return found
