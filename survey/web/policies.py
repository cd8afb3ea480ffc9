"""Who may open a page: each view carries its policy, and nothing opens without one."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from survey.access import Anyone, Arriving, NoPolicy, Respondent, Staff, policy_of
from survey.web import respondent, sign_in


def set_up(app: Flask) -> None:
    """Check the policy before each view."""
    app.before_request(enforce)


def enforce() -> ResponseReturnValue | None:
    """Let the visitor in as the view's policy says, or answer with the page that says where the door is.

    Raises NoPolicy for a view that carries none: deny by default.
    """
    if request.endpoint is None:  # no such page: answered with 404 or 405
        return None
    policy = policy_of(current_app.view_functions[request.endpoint])
    match policy:
        case Anyone():
            return None
        case Respondent():
            return respondent.enter()
        case Arriving():
            return sign_in.enter_arriving()
        case Staff():
            return sign_in.enter(policy)
    raise NoPolicy(request.endpoint)
