"""Logs: one JSON object a line, found by the request's id, without a token, a query or a body."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

from survey import log
from survey.codes import issued_code
from survey.store.surveying import Invitation
from survey.vault import Vault

TOKEN = Vault(bytes(32)).link_token("invitation1", 1)
CANARY = "kanarie"


class Lines(io.StringIO):
    """What was logged."""

    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    lines = Lines()
    log.configure(lines)
    yield lines
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def app() -> Flask:
    """Return an application with nothing but logging and a few pages."""
    app = Flask("probe")
    log.set_up(app)

    @app.route("/u/<token>", methods=["GET", "POST"])
    def start(token: str) -> str:
        logging.getLogger("survey.web").warning("opened %s", f"/u/{token}")
        return "Welkom"

    @app.get("/broken/<token>")
    def broken(token: str) -> Response:
        raise RuntimeError(f"no invitation {token}")

    return app


def test_line_is_json_with_moment_level_and_source(lines: Lines) -> None:
    logging.getLogger("survey.mail").warning("sent %d mails", 3)
    structlog.get_logger("survey.jobs").info("enqueued", task="render_report")
    first, second = lines.read_all()
    assert (first["event"], first["level"], first["logger"]) == ("sent 3 mails", "warning", "survey.mail")
    assert (second["event"], second["task"], second["logger"]) == ("enqueued", "render_report", "survey.jobs")
    assert first["timestamp"].endswith("Z")


def test_request_leaves_one_line_with_its_pattern(lines: Lines, app: Flask) -> None:
    app.test_client().post(f"/u/{TOKEN}?naam={CANARY}", data={"antwoord": CANARY})
    *_, line = lines.read_all()
    assert (line["method"], line["route"], line["status"]) == ("POST", "/u/<token>", 200)
    assert line["milliseconds"] >= 0


def test_lines_of_a_request_share_its_id(lines: Lines, app: Flask) -> None:
    client = app.test_client()
    client.get(f"/u/{TOKEN}", headers={"X-Request-Id": "van buiten"})
    client.get(f"/u/{TOKEN}")
    ids = [line["request_id"] for line in lines.read_all()]
    assert ids[0] == ids[1] and ids[2] == ids[3] and ids[0] != ids[2]
    assert "van buiten" not in ids


def test_unknown_address_is_not_written(lines: Lines, app: Flask) -> None:
    app.test_client().get(f"/{CANARY}/{TOKEN}")
    (line,) = lines.read_all()
    assert (line["status"], line["route"]) == (404, None)
    assert CANARY not in lines.getvalue()


@pytest.mark.parametrize("address", [f"/u/{TOKEN}", f"/u/{TOKEN.lower()}", f"/broken/{TOKEN}", f"/x/{TOKEN}"])
def test_no_token_query_or_body_in_the_log(lines: Lines, app: Flask, address: str) -> None:
    app.test_client().post(f"{address}?q={CANARY}", data={"antwoord": CANARY})
    app.test_client().get(f"{address}?q={CANARY}", headers={"Referer": f"https://x/u/{TOKEN}", "User-Agent": CANARY})
    assert lines.read_all()
    assert TOKEN not in lines.getvalue().upper() and CANARY not in lines.getvalue()


def test_failure_is_logged_with_its_trace_and_without_its_message(lines: Lines, app: Flask) -> None:
    assert app.test_client().get(f"/broken/{TOKEN}").status_code == 500
    trace = next(line for line in lines.read_all() if "exception" in line)
    assert trace["exception"].endswith("builtins.RuntimeError") and "test_log.py" in trace["exception"]
    assert TOKEN not in lines.getvalue() and "no invitation" not in trace["exception"].splitlines()[-1]
    assert trace["request_id"]


@pytest.mark.parametrize("name", ["werkzeug", "gunicorn.access"])
def test_access_logs_of_the_servers_are_silent(lines: Lines, name: str) -> None:
    logging.getLogger(name).info('127.0.0.1 "GET /u/%s HTTP/1.1" 200', TOKEN)
    assert lines.getvalue() == ""


def test_library_that_writes_by_itself_is_adopted(lines: Lines) -> None:
    logger = logging.getLogger("gunicorn.error")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    log.adopt("gunicorn.error").error("Error handling request /u/%s?x=1", TOKEN)
    (line,) = lines.read_all()
    assert line["event"] == "Error handling request /u/[hidden]?[hidden]"


def test_warning_is_logged(lines: Lines) -> None:
    warnings.showwarning(UserWarning("verouderd"), UserWarning, "a.py", 1)
    assert "verouderd" in lines.getvalue()


def test_nested_values_are_cleaned(lines: Lines) -> None:
    log_ = structlog.get_logger("x")
    log_.info("a", links=[f"/u/{TOKEN}"], by={"url": f"http://x/u/{TOKEN}"}, raw=f"token={TOKEN}".encode(), n=3, no=None)
    (line,) = lines.read_all()
    assert TOKEN not in lines.getvalue()
    assert (line["links"], line["n"], line["no"]) == (["/u/[hidden]"], 3, None)


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 10**6))
def test_token_is_hidden_between_any_words(before: str, after: str, invitation: int) -> None:
    token = Vault(bytes(32)).link_token(str(invitation), 1)
    assert token not in log.without_secrets(f"{before} {token} {after}")
    assert token.lower() not in log.without_secrets(f"{before}/u/{token.lower()}/{after}")


@pytest.mark.parametrize(
    "text",
    [
        "render_report 7k3m9p2q4r6s8t0v1w5x",  # the id of a row has 20 characters
        "sha256 " + "0123456789abcdef" * 4,
        "Is dit een vraag? Ja.",
        "/v/wonen",
        "internationalizationofthing",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert log.without_secrets(text) == text


def test_queue_that_is_away_is_said_once_a_minute(lines: Lines) -> None:
    for _ in range(20):
        logging.getLogger("huey.consumer.Worker").error("Error reading from queue")
    assert len(lines.read_all()) == 1


def test_printed_code_is_hidden_and_a_date_is_not() -> None:
    code = issued_code(Vault(bytes(32)), Invitation(id="invitation1", generation=1))
    assert log.without_secrets(f"code {code}.") == f"code {log.HIDDEN}."
    assert log.without_secrets("op 2026-11-23 om 12-30") == "op 2026-11-23 om 12-30"
