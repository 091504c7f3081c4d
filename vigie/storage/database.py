"""Opens a database and brings it to this version's schema."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from vigie.errors import Misconfigured, Transient, Unprocessable

BUSY_TIMEOUT_MS = 20_000
"""How long a SQLite writer waits for another; longer than any transaction of ours."""

_BUSY_PAUSE_S = 0.01

CONNECT_TIMEOUT_S = 10
"""After so long without an answer PostgreSQL counts as away."""

LEDGER_LOCK = 0x5649_4749
"""Key of PostgreSQL's advisory lock that makes the ledger's writers take turns."""


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`; it connects when used.

    Raises:
        Misconfigured: not such a URL, or no folder for the file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        message = (
            "database.url is not a URL: write sqlite:///var/vigie.db or postgresql+psycopg://…"
        )
        raise Misconfigured(message) from error
    if parsed.drivername == "postgresql+psycopg":
        limits = {"connect_timeout": CONNECT_TIMEOUT_S}
        return create_engine(parsed, pool_pre_ping=True, connect_args=limits)
    if parsed.drivername != "sqlite" or not parsed.database:
        message = "database.url must begin with sqlite:/// or postgresql+psycopg://"
        raise Misconfigured(message)
    return _open_sqlite(parsed, Path(parsed.database).parent)


def _open_sqlite(url: URL, folder: Path) -> Engine:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"database.url: the folder {folder} cannot be made ({error.strerror})"
        raise Misconfigured(message) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
    del record
    # Transactions begin where we say, so that a writer takes its lock before it reads.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - as above
    """Switch the file to WAL: of two that do so to a new file SQLite lets only one wait."""
    given_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > given_up:
                raise
            time.sleep(_BUSY_PAUSE_S)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into ours.

    Raises:
        Transient: it does not answer or cannot go on, or another writer was in the way.
        Unprocessable: a value that it cannot hold.
    """
    try:
        yield
    except DataError as error:
        message = f"the database refuses a value ({type(error.orig).__name__})"
        raise Unprocessable(message) from error
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        message = "the database does not answer: start it, or correct database.url"
        raise Transient(message) from error
    except ProgrammingError as error:
        message = "the database has another schema than this version: run `vigie db upgrade`"
        raise Transient(message) from error
    except DatabaseError as error:
        message = f"the database fails ({type(error.orig).__name__}): read its log"
        raise Transient(message) from error
    except StatementError as error:
        message = f"the database cannot hold a value ({error.orig})"
        raise Unprocessable(message) from error


def take_ledger_lock(connection: Connection) -> None:
    """Wait until no other transaction writes the ledger; SQLite's BEGIN IMMEDIATE already did."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LEDGER_LOCK})


def upgrade(engine: Engine) -> None:
    """Migrate to this version's schema; a database that has it stays as it is.

    Raises:
        Misconfigured: a newer version of Vigie made its schema.
        Transient: the database does not answer.
    """
    with (
        as_file(files("vigie.storage") / "migrations") as scripts,
        translated(),
        engine.begin() as connection,
    ):
        take_ledger_lock(connection)  # two that start together migrate one after the other
        config = _config(scripts)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            message = f"the database was made by a newer Vigie: install that one ({error})"
            raise Misconfigured(message) from error


def check_schema(engine: Engine) -> None:
    """Return if the database has this version's schema.

    Raises:
        Misconfigured: it has another, or none.
        Transient: the database does not answer.
    """
    with as_file(files("vigie.storage") / "migrations") as scripts:
        directory = ScriptDirectory.from_config(_config(scripts))
        expected, known = (
            directory.get_current_head(),
            {s.revision for s in directory.walk_revisions()},
        )
    with translated(), engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found == expected:
        return
    advice = (
        "run `vigie db upgrade`" if found is None or found in known else "install a newer Vigie"
    )
    message = f"the database has schema {found or 'none'}, this version needs {expected}: {advice}"
    raise Misconfigured(message)


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    return config
