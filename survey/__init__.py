"""Ask leaving students what is not arranged yet, score it, review it, and render the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.config import Settings


def create_app(settings: Settings) -> Flask:
    """Return the web application; a table of contents that decides nothing."""
    # Imported here, because `survey score` starts faster without a web framework and a database.
    from importlib.resources import files

    from flask import Flask

    from survey import jobs, municipalities, web
    from survey.store import database
    from survey.vault import Vault

    app = Flask(__name__, static_folder=None, template_folder=str(files("survey.templates")))
    vault = Vault(settings.master_key)
    app.extensions.update(settings=settings, vault=vault)
    municipalities.use(settings.var / municipalities.FOLDER)
    app.secret_key = vault.session_secret()
    database.connect(app, settings)
    jobs.connect(app, settings)
    web.register(app, settings)
    return app
