"""What tests share: both databases, an application on them, a fictional school; and the rules that tests keep.

A test that asks for `session`, `app` or `client` runs on SQLite and on PostgreSQL, inside a savepoint that is undone.
One that needs transactions which really end, or another process, asks for `own_database`. A test that asks for none
of these may not open a database at all.
"""

from __future__ import annotations

import gc
import getpass
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
import redis
from factories import MASTER_KEY, Campus, make_campus, make_settings
from flask import Flask, has_request_context, request
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from missing import miss
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from survey import audit
from survey.config import Settings
from survey.i18n import catalogue
from survey.store.database import connect, db, engine_options, upgrade
from survey.store.traces import Event
from survey.vault import Vault
from survey.web.happened import say

DATABASES = ("sqlite", "postgresql")
#: Where `.ci/services` starts them when nothing answers on the usual ports.
OWN_POSTGRES, OWN_REDIS = 55432, 56379
OPENERS = {"database", "own_database", "opens_database"}

_may_open = False

if os.environ.get("CI") != "true":  # there Hypothesis has a profile of its own, without time limits too
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that need a database run after those that need none: a broken rule is seen first."""
    items.sort(key=lambda item: bool(OPENERS & set(getattr(item, "fixturenames", ()))))


def pytest_collection_finish() -> None:
    """Leave what every test needs alone when garbage is looked for: it is a million objects by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def build_once(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """Compile how an address is built from its rule once for all applications of the tests: 200 rules, 60 ms each time.

    What comes of it reads everything else from the rule that it is bound to.
    """
    key = (self.rule, self.endpoint, repr(self.defaults), self.subdomain, self.host, self.websocket, append_unknown)
    if key not in BUILDERS:
        BUILDERS[key] = compile_builder(self, append_unknown)
    return BUILDERS[key]


def record_named(session: Session, vault: Vault, actor: str, action: str, subject: str, now: datetime) -> Event:
    """Record an event; fail where the privacy officer would read code, as survey/web/happened.py has no words for it."""
    assert say(catalogue("en"), action) != action, f"{action} has no words"
    return record(session, vault, actor, action, subject, now)


record = audit.record
audit.record = record_named

BUILDERS: dict[tuple[Any, ...], Callable[..., Any]] = {}
compile_builder = Rule._compile_builder
Rule._compile_builder = build_once  # type: ignore[method-assign]


@contextmanager
def opening() -> Iterator[None]:
    """Allow databases to be opened meanwhile."""
    global _may_open
    before, _may_open = _may_open, True
    try:
        yield
    finally:
        _may_open = before


@event.listens_for(Engine, "do_connect")
def _refuse_connection(*arguments: Any) -> None:
    """Fail a test that opens a database without saying so."""
    assert _may_open, "this test opens a database; a unit test works without one, others ask for a fixture"


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Allow databases exactly in tests that asked for one."""
    global _may_open
    _may_open = bool(OPENERS & set(request.fixturenames))
    yield
    _may_open = False


@pytest.fixture
def opens_database() -> None:
    """Say that a test opens a database of its own making."""


@pytest.fixture(scope="session")
def allow_database() -> Callable[[], AbstractContextManager[None]]:
    """Return `opening`, for a fixture that lives longer than one test."""
    return opening


# Databases


@pytest.fixture(scope="session")
def postgres() -> str:
    """Return the address of a PostgreSQL server, as user@host:port, where databases may be made."""
    given = os.environ.get("SURVEY_TEST_POSTGRES", "")
    users = (os.environ.get("PGUSER", ""), "postgres", getpass.getuser())
    usual = [f"postgresql://{user}@127.0.0.1:5432" for user in dict.fromkeys(users) if user]
    addresses = [given] if given else [*usual, f"postgresql://postgres@127.0.0.1:{OWN_POSTGRES}"]
    reasons = []
    for address in addresses:
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=5).close()
            return address
        except psycopg.OperationalError as error:
            reasons.append(str(error).strip().splitlines()[-1])
    miss(f"no PostgreSQL (set SURVEY_TEST_POSTGRES=postgresql://user:password@host:port): {reasons}")
    raise AssertionError


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Return a function that gives the address of a migrated, empty database of a kind; each is made once."""
    made: dict[str, str] = {}
    servers: list[str] = []
    name = f"survey_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"

    def get(kind: str) -> str:
        if kind not in made:
            if kind == "sqlite":
                made[kind] = f"sqlite:///{tmp_path_factory.mktemp('database') / 'survey.sqlite'}"
            else:
                servers.append(request.getfixturevalue("postgres"))
                made[kind] = _make_postgres(servers[0], name)
            with opening():
                migrate(made[kind])
            if kind != "sqlite":  # nobody may be connected to what others are copied from
                made[kind] = _make_postgres(servers[0], f"{name}_shared", like=name)
        return made[kind]

    yield get
    for server in servers:
        for each in (name, f"{name}_shared", f"{name}_own"):
            _drop_postgres(server, each)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, templates: Callable[[str], str]) -> str:
    """Return the address of a migrated database that tests share; what a test stores in it is undone."""
    return templates(request.param)


@pytest.fixture(params=DATABASES)
def own_database(request: pytest.FixtureRequest, templates: Callable[[str], str], tmp_path: Path) -> str:
    """Return the address of a migrated, empty database of this test alone, for real commits and other processes."""
    source = templates(request.param)
    if request.param == "sqlite":
        target = tmp_path / "own.sqlite"
        shutil.copy(source.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    server, name = request.getfixturevalue("postgres"), urlsplit(source).path[1:].removesuffix("_shared")
    if not _is_emptied(f"{server}/{name}_own", f"{server}/{name}"):
        _make_postgres(server, f"{name}_own", like=name)
    return f"{source.removesuffix('_shared')}_own"


def _is_emptied(url: str, template: str) -> bool:
    """Empty the tables of the database that an earlier test left; return whether it is as good as a new one.

    Making and dropping a database costs PostgreSQL two seconds, emptying one a tenth.
    """
    version = "SELECT version_num FROM alembic_version"
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    try:
        with psycopg.connect(template) as newest, psycopg.connect(url, autocommit=True) as own:
            own.execute(others)
            if own.execute(version).fetchone() != newest.execute(version).fetchone():
                return False
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in own.execute(tables))
            own.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
            return True
    except psycopg.OperationalError:
        return False


def migrate(url: str) -> None:
    """Bring a database to the newest migration."""
    app = Flask("survey")
    connect(app, make_settings(url, Path("var")))
    upgrade(app)
    with app.app_context():
        db.engine.dispose()


def _make_postgres(server: str, name: str, like: str = "template0") -> str:
    """Make a database on a server; return its address for SQLAlchemy."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))
    return f"{server.replace('postgresql://', 'postgresql+psycopg://', 1)}/{name}"


def _drop_postgres(server: str, name: str) -> None:
    """Remove a database with whoever is still connected to it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Return the address of an empty Redis database, another for each process that runs tests."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    given = os.environ.get("SURVEY_TEST_REDIS", "")
    addresses = [given] if given else ["redis://127.0.0.1:6379", f"redis://127.0.0.1:{OWN_REDIS}"]
    for address in addresses:
        url = f"{address}/{1 + int(worker) % 15}"
        client = redis.Redis.from_url(url)
        try:
            client.flushdb()
        except redis.ConnectionError:
            client.close()
            continue
        yield url
        client.flushdb()
        client.close()
        return
    miss(f"no Redis (set SURVEY_TEST_REDIS=redis://host:port): nothing answers at {addresses}")


# The application and its data


class Compiled(BytecodeCache):
    """Keeps compiled templates for the applications that the next tests make."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Return settings on a shared test database, everything else in the test's own folder."""
    return make_settings(database, tmp_path)


@pytest.fixture
def vault() -> Vault:
    """Return the vault of the test settings' master key."""
    return Vault(MASTER_KEY)


@pytest.fixture(scope="session")
def engines() -> Iterator[Callable[[str], Engine]]:
    """Return a function that gives the engine of an address; one for all tests, since it keeps compiled statements."""
    made: dict[str, Engine] = {}

    def get(url: str) -> Engine:
        if url not in made:
            made[url] = create_engine(url, **engine_options(url))
        return made[url]

    yield get
    for engine in made.values():
        engine.dispose()


@pytest.fixture
def connection(database: str, engines: Callable[[str], Engine]) -> Iterator[Connection]:
    """Return a connection in a transaction that is undone at the end; every session of the test joins it."""
    with engines(database).connect() as connected:
        transaction = connected.begin()
        yield connected
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """Return a session as stages get it, in no school yet; it sees afresh what a request committed meanwhile."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as opened:

        def see(other: Session) -> None:
            if other is not opened:
                opened.expire_all()

        event.listen(Session, "after_commit", see)
        yield opened
        event.remove(Session, "after_commit", see)


@pytest.fixture
def school(session: Session, vault: Vault) -> Campus:
    """Return a school that the session is bound to; requests see it too."""
    campus = make_campus(session, vault)
    session.commit()
    return campus


@pytest.fixture
def other_school(connection: Connection, vault: Vault) -> Iterator[Campus]:
    """Return another school, in a session of its own."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as opened:
        campus = make_campus(opened, vault, "Deltion Voorbeeld")
        opened.commit()
        yield campus


@pytest.fixture
def app(settings: Settings, connection: Connection) -> Iterator[Flask]:
    """Return the application; its sessions join the test's transaction, and each request has to leave none dirty."""
    from survey import create_app

    made = create_app(settings)
    made.testing = True
    made.jinja_env.bytecode_cache = COMPILED
    dirty: list[str] = made.extensions.setdefault("left_dirty", [])
    with made.app_context():
        db.engine.dispose()
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    db._app_engines[made] = {None: connection}  # type: ignore[dict-item]  # Flask-SQLAlchemy binds to it as it is

    @made.teardown_request
    def note_dirty(error: BaseException | None) -> None:
        if has_request_context() and db.session.registry.has() and is_dirty(db.session()):
            dirty.append(f"{request.method} {request.path}")

    yield made
    assert not dirty, f"these requests ended with changes that nobody committed: {dirty}"


@pytest.fixture
def own_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    """Return the application on a database of its own, where transactions really end."""
    from survey import create_app

    made = create_app(make_settings(own_database, tmp_path))
    made.testing = True
    made.jinja_env.bytecode_cache = COMPILED
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without JavaScript."""
    return app.test_client()


def is_dirty(session: Session) -> bool:
    """Return whether a session holds changes, flushed or not, that were neither committed nor undone."""
    return bool(session.new or session.deleted or session.info.get("is_flushed") or session.dirty)


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, context: object) -> None:
    """Remember that something waits for a commit."""
    session.info["is_flushed"] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_flush(session: Session) -> None:
    """Remember that nothing waits any more."""
    session.info.pop("is_flushed", None)
