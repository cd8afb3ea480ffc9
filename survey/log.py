"""Logs as one JSON object a line on standard error, with the request's id and without any link's token."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars
from structlog.typing import ExcInfo, Processor

HIDDEN = "[hidden]"
# What follows /u/ opens a student's answers; so do a bare token and a typed code; a query may hold what someone typed.
LINK = re.compile(r"(/u/)[^\s/?#\"'<>\\]+", re.IGNORECASE)
TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{26}(?![0-9A-Za-z])", re.IGNORECASE)
CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}(?![0-9A-Za-z])")
QUERY = re.compile(r"((?:https?://|/)[^\s?#\"'<>\\]*\?)[^\s\"'<>]+")
# These write addresses as they come in, or tell more of each request than our own line does.
QUIET = ("alembic", "werkzeug", "gunicorn.access", "fontTools", "weasyprint", "huey")
# The consumer says of a queue that is away that it cannot be read, many times a second.
REPEATING = ("huey.consumer.Worker", "huey.consumer.Scheduler")
SELDOM = 60  # seconds between two lines of the same text

Event = MutableMapping[str, Any]


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error, or to `stream`, as JSON."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper("iso", utc=True),
        structlog.processors.ExceptionRenderer(describe),
    ]
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        hide_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        adopt(name).setLevel(logging.WARNING)
    for name in REPEATING:
        logging.getLogger(name).filters[:] = [Seldom()]
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class Seldom(logging.Filter):
    """Lets the same text of a logger through once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether this text was not said within the last minute."""
        text, now = str(record.msg), time.monotonic()
        if now - self.said.get(text, -SELDOM) < SELDOM:
            return False
        self.said[text] = now
        return True


def describe(exc_info: ExcInfo) -> str:
    """Return where an error came from and its type; its message is left out, since it may quote what someone typed."""
    error: BaseException | None = exc_info[1]
    parts: list[str] = []
    while error is not None:
        frames = "".join(traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__)).format())
        parts.insert(0, f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return "\n\n".join(parts)


def adopt(name: str) -> logging.Logger:
    """Return a library's logger, which from now on writes through ours instead of by its own handlers."""
    logger = logging.getLogger(name)
    logger.handlers.clear()
    logger.propagate = True
    return logger


def hide_secrets(logger: Any, method: str, event: Event) -> Event:
    """Return a log event without tokens and query strings, wherever they stand in it."""
    for key, value in event.items():
        event[key] = _hide(value)
    return event


def without_secrets(text: str) -> str:
    """Return a text without tokens and query strings."""
    return CODE.sub(HIDDEN, TOKEN.sub(HIDDEN, QUERY.sub(rf"\1{HIDDEN}", LINK.sub(rf"\1{HIDDEN}", text))))


def _hide(value: Any) -> Any:
    """Return a value of a log event without secrets; what is no text or number is written as text first."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {_hide(key): _hide(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_hide(item) for item in value]
    return without_secrets(str(value))


def set_up(app: Flask) -> None:
    """Give each request an id, and write one line about it."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    """Name the request in every line that it causes; an id from outside is not believed."""
    clear_contextvars()
    g.request_id = secrets.token_hex(6)
    g.began = time.perf_counter()
    bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    """Write what was asked, by the pattern of its address only, and how it was answered."""
    if "request_id" not in g:  # refused before it began, such as a host that is not ours
        return response
    structlog.get_logger("survey.request").info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
    )
    return response
