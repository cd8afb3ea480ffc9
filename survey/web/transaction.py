"""One transaction a request: stored before the answer leaves, undone when the request was refused.

Tasks planned with `jobs.plan` follow the commit.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g
from sqlalchemy.orm.exc import StaleDataError

from survey.store.database import db
from survey.web import errors


def set_up(app: Flask) -> None:
    """Finish the transaction of each request."""
    app.after_request(finish)


def keep() -> None:
    """Store the changes of this request although it is refused: a counted attempt, an audited refusal."""
    g.keep = True


def finish(response: Response) -> Response:
    """Commit what an accepted request changed, before any byte of the answer leaves; undo a refused one's."""
    if not db.session.registry.has():
        return response
    if response.status_code >= 400 and not g.pop("keep", False):
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except errors.AWAY as error:
        return current_app.make_response(errors.unavailable(error))
    except StaleDataError as error:
        db.session.rollback()
        return current_app.make_response(errors.overtaken(error))
    return response
