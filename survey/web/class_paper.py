"""The overview of a class as a mentor takes it along: the rows of the list, in words."""

from __future__ import annotations

from survey import lists
from survey.choosing import Wish
from survey.hours import ZONE
from survey.list_rows import get_rows
from survey.report.papers import Overview
from survey.store.people import Group, School
from survey.store.surveying import Round
from survey.web import reach, table
from survey.web.current import now, session, vault, words

#: After the name.
COLUMNS = ("state", "destination", "asked", "arranged", "priority", "spoken", "document")


def compose(group: Group, round_: Round, mentor: str) -> Overview:
    """Return a class in a round as it stands now, by name: every student within reach who is asked."""
    said, day = words(), words().date(now().astimezone(ZONE))
    wish = Wish(mentor_id=reach.own_id(), group=group.id, round=round_.id, sort="name")
    rows = get_rows(session(), vault(), lists.find_ids(session(), vault(), wish, now()))
    school = session().get_one(School, group.school_id)
    heads = table.say_columns(said)
    page, of, _ = said.text("page {page} of {pages}", page="\0", pages="\0").split("\0")
    return Overview(
        language=said.language,
        title=said.text("Class {name}", name=group.name),
        about=" · ".join((school.name, round_.name, said.text("mentor {name}", name=mentor), day)),
        day=day,
        confidential=said.text("Confidential"),
        page=page,
        of=of,
        heads=tuple(heads[name] for name in ("name", *COLUMNS)),
        rows=tuple((line.name, *map(_say, line.cells)) for line in table.make_lines(rows, COLUMNS, said)),
        none=said.text("Nobody of this class is asked in this round."),
        foot=said.text("Priorities follow from open rules; people decide. Throw this paper away safely after use."),
    )


def _say(cell: table.Cell) -> str:
    """Return what a cell says without colour."""
    return f"{cell.sign.mark} {cell.sign.text}".strip() if cell.sign else cell.text
