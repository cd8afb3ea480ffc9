"""The pages, one blueprint an audience, in one frame: limits, policies, transactions, headers, errors."""

from __future__ import annotations

from flask import Flask

from survey import log
from survey.config import Settings


def register(app: Flask, settings: Settings) -> None:
    """Give the application its pages and their frame.

    What comes before a view runs in this order; what comes after it in the reverse one, so that the commit is the
    first thing done with an answer and compression the last.
    """
    from survey.web import (
        afterwards,
        agree,
        agreed,
        code_entry,
        compress,
        confirm,
        content,
        downloads,
        errors,
        headers,
        health,
        keep,
        limits,
        municipality,
        notice,
        overviews,
        own_account,
        pages,
        policies,
        preview,
        quality,
        questionnaires,
        respond,
        second_step,
        sheets,
        sign_in,
        slow,
        sound,
        staff,
        transaction,
        verify,
    )

    log.set_up(app)
    pages.set_up(app)
    register_roster(app)
    limits.set_up(app, settings)
    compress.set_up(app)
    headers.set_up(app, settings)
    policies.set_up(app)
    transaction.set_up(app)
    register_rounds(app)
    register_office(app)
    register_casework(app)
    errors.set_up(app)
    for_students = (health, respond, code_entry, agree, afterwards, notice, slow, sound, keep)
    door = (sign_in, second_step, confirm, own_account)
    papers = (agreed, content, downloads, municipality)
    staff_rooms = (staff, sheets, quality, questionnaires, overviews, preview)
    for room in (*for_students, *door, *staff_rooms, *papers, verify):
        app.register_blueprint(room.bp)


def register_roster(app: Flask) -> None:
    """Give the application the rooms of who the students are: lists in, facts, where they live, exports."""
    from survey.web import exports, lists_in, mending, residence, roster

    for room in (roster, lists_in, mending, residence, exports):
        app.register_blueprint(room.bp)


def register_office(app: Flask) -> None:
    """Give the application the rooms in which a school looks after itself: accounts, settings, oversight."""
    from survey.web import colleagues, region_page, school_page, server_page, trail_page, welcome

    for room in (welcome, colleagues, school_page, region_page, trail_page, server_page):
        app.register_blueprint(room.bp)


def register_casework(app: Flask) -> None:
    """Give the application the rooms in which a school works on its students: lists, many at once, a student's case."""
    from survey.web import bulk, case_pages, students, together

    for room in (students, bulk, case_pages, together):
        app.register_blueprint(room.bp)


def register_rounds(app: Flask) -> None:
    """Give the application the rooms in which a school asks and reminds, the lesson with its wall, and the way out."""
    from survey.web import asking, asking_some, lesson, quiet, rounds, wall

    for room in (rounds, asking, asking_some, lesson, wall, quiet):
        app.register_blueprint(room.bp)
