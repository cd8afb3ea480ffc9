"""Column types: moments that keep their zone and are counted by the hour, random ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive one, gives an aware one back (SQLite drops the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raise ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class utc_hour(FunctionElement[str]):  # noqa: N801, named as the function that it is in a statement
    """The hour of a moment in UTC as "2026-11-23 09", to count by: a local day is made of whole hours."""

    inherit_cache = True
    type = String()


@compiles(utc_hour, "sqlite")
def _hour_of_sqlite(element: utc_hour, compiler: SQLCompiler, **more: Any) -> str:
    return f"strftime('%Y-%m-%d %H', {compiler.process(element.clauses, **more)})"


@compiles(utc_hour, "postgresql")
def _hour_of_postgresql(element: utc_hour, compiler: SQLCompiler, **more: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **more)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def new_id() -> str:
    """Return a random public id of 100 bits in 20 characters of Crockford's base 32."""
    number = secrets.randbits(100)  # at once: a call for each character is ten times slower, which lists feel
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[number >> 5 * place & 31] for place in range(20))
