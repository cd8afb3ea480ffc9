"""The staff's menu: one line for each room that a role may enter; a room adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from survey.access import Action, Role, may
from survey.web.current import words


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the staff's pages: what it is called, its first page, and what one must be allowed to do there."""

    name: str  # in English, translated in the catalogue
    endpoint: str
    action: Action | None  # None: everyone who is signed in


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu in words."""

    name: str
    url: str
    current: bool


#: Blueprints that are within the room of another.
WITHIN = {"lists_in": "roster", "mending": "roster", "residence": "roster", "exports": "roster"}

ROOMS = (
    Room("Overview", "staff.home", Action.see_overview),
    Room("Students", "students.show_list", Action.see_classes),
    Room("Rounds", "rounds.show_all", Action.manage_rounds),
    Room("Student data", "roster.show", Action.keep_students),
    Room("Questionnaires", "questionnaires.show_all", Action.see_questionnaires),
    Room("Colleagues", "colleagues.show", Action.manage_accounts),
    Room("Settings", "school_page.show", Action.manage_settings),
    Room("Counts of schools", "region_page.show", Action.see_region),
    Room("Who saw what", "trail_page.show", Action.read_audit),
    Room("Server", "server_page.show", Action.see_server),
    Room("Quality", "quality.show", Action.see_quality),
)


def menu(role: Role) -> list[Entry]:
    """Return the menu of a role; the room of this page, known by its blueprint, is marked."""
    said = words()
    here = request.endpoint or ""
    return [
        Entry(
            said.text(room.name), url_for(room.endpoint), _room_of(here) == _room_of(room.endpoint)
        )
        for room in ROOMS
        if room.action is None or may(role, room.action)
    ]


def _room_of(endpoint: str) -> str:
    """Return the blueprint by which a room is known; some rooms have more than one."""
    blueprint = endpoint.partition(".")[0]
    return WITHIN.get(blueprint, blueprint)
