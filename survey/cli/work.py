"""`survey worker`: the work behind the pages, in a process of its own because setting documents takes memory."""

from __future__ import annotations

import click
from flask import Flask

from survey import jobs, tasks
from survey.cli.serve import close_connections, forget_connections, keep_made, ready_app
from survey.report import seal


@click.command()
def worker() -> None:
    """Make the documents and send the mail that wait, until stopped."""
    app, settings = ready_app()
    with app.app_context():
        jobs.enqueue("sweep")
    close_connections(app)
    seal.load()
    keep_made()
    jobs.work(app, settings.workers, lambda: begin(app))


def begin(app: Flask) -> None:
    """Get a worker's process ready before its first task."""
    forget_connections(app)
    with app.app_context():
        tasks.warm()
