"""Databases for the ports that are kept by one: SQLite in a file, and a real PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from vigie.storage.database import open_engine, upgrade

if TYPE_CHECKING:
    from vigie.testing.postgres_server import PostgresServer

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
_NUMBERS = count(1)


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Give what makes a database of a kind, with nothing in it, and returns its URL."""

    def _new(kind: str) -> str:
        number = next(_NUMBERS)
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'vigie-{number}.db'}"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.create_database(f"contract_{number}")

    return _new


@pytest.fixture(params=["sqlite", POSTGRES])
def empty_url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    """Give a database with nothing in it, of each kind."""
    return new_url(request.param)


@pytest.fixture
def reopen(empty_url: str) -> Iterator[Callable[[], Engine]]:
    """Give what opens the database anew, as another process would."""
    engines: list[Engine] = []

    def _open() -> Engine:
        engines.append(open_engine(empty_url))
        return engines[-1]

    yield _open
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(reopen: Callable[[], Engine]) -> Engine:
    """Give a database with this version's schema."""
    opened = reopen()
    upgrade(opened)
    return opened
