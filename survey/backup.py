"""Backups: every row in one sealed file that no other key opens, cut nowhere unseen, and that either database reads."""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, MetaData, Table, func, insert, select

from survey.store.types import new_id
from survey.vault import Unreadable, Vault

MAGIC = b"overstap backup 1\n"
ID_BYTES = 20
SIZE_BYTES = 4  # before each piece
PIECE = 1 << 20  # bytes of a piece before sealing, so that a backup of any size takes little memory
LARGEST = PIECE + 1024  # bytes of a sealed piece; more is no backup
BATCH = 500  # rows of an insert
REVISIONS = "alembic_version"
QUEUE = "huey_"  # tables of the queue, when it is in the same database; a queue holds nothing that rows do not
#: Who was signed in, counters, and papers of a day that can be made again: a backup brings nobody back in, and nothing
#: of answers that were erased since.
PASSING = frozenset({"code_attempt", "sign_in_attempt", "staff_session", "kept_form", "sheet"})
_DIGITS = 2**256


class NotABackup(Exception):
    """A file that is no backup, is damaged or cut off, or was sealed by another master key."""


class NotEmpty(Exception):
    """A database that holds rows already; `args[0]` is a table with rows."""


@dataclass(slots=True)
class Count:
    """Rows of each table, and for each the sum of their SHA-256 as a number: the same in whatever order they come."""

    rows: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, values: list[Any]) -> None:
        """Count one row, its values as `write` writes them."""
        digest = hashlib.sha256(_line([table, values])).digest()
        self.rows[table] += 1
        self.sums[table] = (self.sums[table] + int.from_bytes(digest)) % _DIGITS

    def as_json(self) -> dict[str, Any]:
        """Return what stands at the end of a backup."""
        return {"rows": dict(self.rows), "sums": {table: f"{number:064x}" for table, number in self.sums.items()}}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands first in a backup."""

    revision: str  # of the migrations
    made: str  # ISO 8601, UTC
    tables: dict[str, list[str]]  # name -> columns, each table after those that it refers to


def write(connection: Connection, vault: Vault, file: BinaryIO, now: datetime) -> Count:
    """Write every row to the file, as they are at one moment; the caller gives a connection that has not begun yet."""
    _begin_reading(connection)
    tables = [table for table in reflect(connection).values() if table.name not in PASSING]
    revision = MigrationContext.configure(connection).get_current_revision()
    count = Count()

    def lines() -> Iterator[bytes]:
        columns = {table.name: [column.name for column in table.columns] for table in tables}
        yield _line({"revision": revision, "made": now.astimezone(UTC).isoformat(), "tables": columns})
        for table in tables:
            for row in connection.execute(select(table), execution_options={"yield_per": BATCH}):
                values = [_plain(value) for value in row]
                count.add(table.name, values)
                yield _line([table.name, values])
        yield _line(count.as_json())

    _seal(vault, file, lines())
    return count


def read_head(vault: Vault, file: BinaryIO) -> Head:
    """Return what a backup says of itself. Raises NotABackup."""
    head = next(_records(vault, file), None)
    if not isinstance(head, dict):
        raise NotABackup("it is empty")
    return Head(head["revision"], head["made"], head["tables"])


def read(vault: Vault, file: BinaryIO) -> Count:
    """Read a backup to its end and return what it holds. Raises NotABackup when it is not whole."""
    count = Count()
    for table, values in _rows(vault, file):
        count.add(table, values)
    return count


def restore(connection: Connection, vault: Vault, file: BinaryIO) -> Count:
    """Store every row of a backup in a database without rows at the backup's own revision; the caller commits.

    What is stored is read again and compared. Raises NotABackup, and NotEmpty before anything is stored.
    """
    refuse_rows(connection)
    tables = reflect(connection)
    head = read_head(vault, file)
    file.seek(0)
    batch: list[dict[str, Any]] = []
    name = ""
    count = Count()

    def store() -> None:
        if batch:
            connection.execute(insert(tables[name]), batch)
            batch.clear()

    for table, values in _rows(vault, file):
        if table != name or len(batch) >= BATCH:
            store()
            name = table
        count.add(table, values)
        columns = tables[table].columns
        batch.append({key: _typed(columns[key], value) for key, value in zip(head.tables[table], values, strict=True)})
    store()
    _go_on_counting(connection, tables.values())
    if _look(connection, tables, head) != count:
        raise NotABackup("what was stored reads otherwise than what stands in the file")
    return count


def refuse_rows(connection: Connection) -> None:
    """Raise NotEmpty when a table of ours holds a row."""
    for table in reflect(connection).values():
        if connection.execute(select(table).limit(1)).first() is not None:
            raise NotEmpty(table.name)


def reflect(connection: Connection) -> dict[str, Table]:
    """Return our tables as they are in the database, by name, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    ours = (table for table in found.sorted_tables if table.name != REVISIONS and not table.name.startswith(QUEUE))
    return {table.name: table for table in ours}


def _begin_reading(connection: Connection) -> None:
    """Let every query of the connection see the same moment, and no time limit end it."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    else:
        connection.execution_options(only_reads=True)


def _go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if sequence:
                highest = select(func.coalesce(func.max(column), 0)).scalar_subquery()
                connection.execute(select(func.setval(sequence, highest + 1, False)))


def _look(connection: Connection, tables: dict[str, Table], head: Head) -> Count:
    """Count what the database holds now."""
    count = Count()
    for name, columns in head.tables.items():
        chosen = select(*(tables[name].columns[column] for column in columns))
        for row in connection.execute(chosen, execution_options={"yield_per": BATCH}):
            count.add(name, [_plain(value) for value in row])
    return count


def _rows(vault: Vault, file: BinaryIO) -> Iterator[tuple[str, list[Any]]]:
    """Yield each row with its table, and compare the count at the end. Raises NotABackup."""
    records, count, is_over = _records(vault, file), Count(), False
    next(records, None)
    for record in records:  # to the last piece, also when it holds no row any more
        if is_over:
            raise NotABackup("something stands behind its end")
        if isinstance(record, dict):
            if record != count.as_json():
                raise NotABackup("its rows are not those that were counted")
            is_over = True
            continue
        count.add(*record)
        yield record[0], record[1]
    if not is_over:
        raise NotABackup("its end is missing")


def _records(vault: Vault, file: BinaryIO) -> Iterator[Any]:
    rest = b""
    for piece in _open(vault, file):
        *whole, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, whole)


def _seal(vault: Vault, file: BinaryIO, lines: Iterable[bytes]) -> None:
    """Write the lines compressed, in sealed pieces that each know their number and whether they are the last."""
    key, id_, squeeze, waiting, number = vault.backup_key(), new_id(), zlib.compressobj(), bytearray(), 0

    def put(piece: bytes, is_last: bool) -> None:
        sealed = Vault.seal(key, _identity(id_, number, is_last), piece)
        file.write(len(sealed).to_bytes(SIZE_BYTES) + sealed)

    file.write(MAGIC + id_.encode())
    for line in lines:
        waiting += squeeze.compress(line)
        while len(waiting) > PIECE:
            put(bytes(waiting[:PIECE]), False)
            del waiting[:PIECE]
            number += 1
    waiting += squeeze.flush()
    while len(waiting) > PIECE:
        put(bytes(waiting[:PIECE]), False)
        del waiting[:PIECE]
        number += 1
    put(bytes(waiting), True)


def _open(vault: Vault, file: BinaryIO) -> Iterator[bytes]:
    """Yield what the pieces hold, a bounded amount at a time. Raises NotABackup."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotABackup("it does not begin as a backup of Overstap")
    id_, key, number = file.read(ID_BYTES).decode("ascii", "replace"), vault.backup_key(), 0
    widen, size = zlib.decompressobj(), file.read(SIZE_BYTES)
    while size:
        sealed = file.read(min(int.from_bytes(size), LARGEST))
        size = file.read(SIZE_BYTES)
        try:
            piece = Vault.open_(key, _identity(id_, number, not size), sealed)
        except Unreadable:
            what = "it was sealed by another master key, or is damaged" if number == 0 else "it is damaged or cut off"
            raise NotABackup(what) from None
        number += 1
        while piece:
            yield widen.decompress(piece, PIECE)
            piece = widen.unconsumed_tail
    if number == 0:
        raise NotABackup("it is cut off")
    yield widen.flush()


def _identity(id_: str, number: int, is_last: bool) -> str:
    return f"backup:{id_}:{number}:{'last' if is_last else 'more'}"


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: moments in UTC, sealed bytes in base 64."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _typed(column: Column[Any], value: Any) -> Any:
    """Return a value as the column of a reflected table takes it."""
    for kind, make in _MAKERS.items():
        if value is not None and isinstance(column.type, kind):
            return make(value)
    return value


_MAKERS: dict[type, Callable[[str], Any]] = {
    LargeBinary: b64decode,
    DateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
}
