"""Which pages and questions are visible for these answers, in which order; the only truth of visibility."""

from survey.route.checks import find_broken
from survey.route.consents import asks_consent, consented, without_consent
from survey.route.pages import first_open, next_page, offered, previous_page, questions_on
from survey.route.path import Path, find_path
from survey.route.progress import progress

__all__ = [
    "Path",
    "asks_consent",
    "consented",
    "find_broken",
    "find_path",
    "first_open",
    "next_page",
    "offered",
    "previous_page",
    "progress",
    "questions_on",
    "without_consent",
]
