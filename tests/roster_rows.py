"""Who may open the pages of lists, facts of students, where they live and exports; and a list to fill addresses with."""

from __future__ import annotations

from stages import LATER, Course

from survey import imports
from survey.access import Role
from survey.intake import Checked, Mistake, make_plan

KEEPERS, MENDERS = frozenset({Role.coordinator, Role.administrator}), frozenset({Role.coordinator})
EXPORTERS = frozenset({Role.mentor, Role.coordinator})
#: As the rows of STAFF in tests/web/test_policies.py.
OF_ROSTER: dict[str, tuple[frozenset[Role], bool]] = {
    "roster.show": (KEEPERS, False),
    "roster.show_new": (KEEPERS, False),
    "roster.add": (KEEPERS, False),
    "roster.show_student": (KEEPERS, True),
    "roster.correct": (KEEPERS, True),
    "asking_some.confirm": (MENDERS, False),
    "asking_some.ask": (MENDERS, False),
    "lists_in.show": (KEEPERS, False),
    "lists_in.receive": (KEEPERS, False),
    "lists_in.show_import": (KEEPERS, True),
    "lists_in.show_columns": (KEEPERS, True),
    "lists_in.choose": (KEEPERS, True),
    "lists_in.store": (KEEPERS, True),
    "lists_in.drop": (KEEPERS, True),
    "lists_in.show_undo": (KEEPERS, True),
    "lists_in.undo": (KEEPERS, True),
    "lists_in.download_refused": (KEEPERS, True),
    "mending.show_merge": (MENDERS, True),
    "mending.merge": (MENDERS, True),
    "mending.show_remove": (MENDERS, True),
    "mending.remove": (MENDERS, True),
    "residence.show": (KEEPERS, False),
    "residence.confirm": (KEEPERS, False),
    "exports.show": (EXPORTERS, False),
    "exports.choose": (EXPORTERS, False),
    "exports.download": (EXPORTERS, False),
}


def bring_in(course: Course) -> str:
    """Bring a list in of one row, which is refused; return its id."""
    session, vault = course.session, course.vault
    row = imports.receive(session, vault, course.coordinator.id, "lijst.csv", b"nummer;naam\n1;Noor\n", LATER)
    wrong = Checked(2, {"number": "1"}, (Mistake("group", "empty"),))
    imports.keep_plan(session, vault, row, make_plan([wrong], [], []))
    session.flush()
    return row.id
