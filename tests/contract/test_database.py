"""Opening, migrating and losing a database, on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, inspect, select, text

from vigie.domain.action import ActionState
from vigie.errors import Misconfigured, Transient
from vigie.storage.database import _config, check_schema, open_engine, upgrade
from vigie.storage.ledger import SqlLedger
from vigie.storage.outbox import SqlOutbox
from vigie.storage.read_models import SqlReadModels, _post_row
from vigie.storage.schema import metadata, posts
from vigie.testing.alerts import a_notification
from vigie.testing.builders import an_assessment
from vigie.testing.clock import START
from vigie.testing.postgres_server import PostgresServer


def test_the_migrations_make_what_the_tables_in_code_describe(engine: Engine) -> None:
    """One upgrade from nothing; types, keys and indexes are compared."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert len(inspect(engine).get_table_names()) == len(metadata.tables) + 1


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    """What is stored stays."""
    SqlOutbox(engine).enqueue([a_notification()])
    upgrade(engine)
    check_schema(engine)
    assert len(SqlOutbox(engine).deliveries()) == 1


def test_a_database_of_the_first_version_keeps_its_posts(reopen: Callable[[], Engine]) -> None:
    """What was stored before targets existed says nothing of them and is read as before."""
    engine = reopen()
    row = _post_row(an_assessment())
    with as_file(files("vigie.storage") / "migrations") as scripts, engine.begin() as connection:
        config = _config(scripts)
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        before = Table("posts", MetaData(), autoload_with=connection)
        connection.execute(before.insert(), {column.name: row[column.name] for column in before.c})
    upgrade(engine)
    with engine.connect() as connection:
        (stored,) = connection.execute(select(posts)).mappings()
    assert (stored["target"], stored["unknown"]) == (None, None)
    assert SqlReadModels(engine).posts(["practice:1"]) == [an_assessment().post]


def test_two_that_upgrade_at_the_same_time_take_turns(reopen: Callable[[], Engine]) -> None:
    """Containers that start together."""
    engines = [reopen() for _ in range(12)]
    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(upgrade, engines))
    check_schema(engines[0])


def test_a_database_without_schema_is_refused_with_the_command(
    reopen: Callable[[], Engine],
) -> None:
    """A worker does not begin."""
    with pytest.raises(Misconfigured, match=r"schema none, .* run `vigie db upgrade`"):
        check_schema(reopen())


def test_a_database_of_a_newer_version_is_left_alone(engine: Engine) -> None:
    """Neither used nor migrated; the advice is not to upgrade the database."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match=r"schema 9999, .*: install a newer Vigie"):
        check_schema(engine)
    with pytest.raises(Misconfigured, match="made by a newer Vigie"):
        upgrade(engine)


def test_a_table_that_is_missing_is_no_crash(engine: Engine) -> None:
    """Somebody dropped it while we ran."""
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE outbox"))
    with pytest.raises(Transient):
        SqlOutbox(engine).deliveries()


@pytest.mark.parametrize(
    "url",
    [
        "vigie.db",
        "",
        "mysql://host/vigie",
        "sqlite://",
        "sqlite+other:///v.db",
        "postgresql+x://h/v",
    ],
)
def test_what_is_no_database_url_of_ours_is_refused(url: str) -> None:
    """The sentence shows what to write, and not what was written: it may hold a password."""
    with pytest.raises(Misconfigured, match=r"^database\.url .*sqlite:///"):
        open_engine(url)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """There is a file where the folder should be."""
    (tmp_path / "var").touch()
    with pytest.raises(Misconfigured, match=r"database\.url: the folder .* cannot be made"):
        open_engine(f"sqlite:///{tmp_path / 'var' / 'deep' / 'vigie.db'}")


def test_a_file_that_is_no_database_is_no_crash(tmp_path: Path) -> None:
    """The sentence says where to look."""
    (tmp_path / "vigie.db").write_text("not a database, however long this line is made" * 20)
    engine = open_engine(f"sqlite:///{tmp_path / 'vigie.db'}")
    with pytest.raises(Transient, match="the database fails"):
        check_schema(engine)
    engine.dispose()


@pytest.mark.postgres
def test_a_database_that_is_away_is_a_passing_failure_and_comes_back_whole(
    postgres: PostgresServer,
) -> None:
    """Every port says Transient while it is away; afterwards everything is there."""
    engine = open_engine(postgres.create_database("away"))
    upgrade(engine)
    outbox, ledger, models = SqlOutbox(engine), SqlLedger(engine), SqlReadModels(engine)
    outbox.enqueue([a_notification()])
    postgres.stop()
    try:
        for call in (
            lambda: outbox.enqueue([a_notification()]),
            lambda: ledger.advance("a", ActionState.APPLIED, at=START, actor="machine"),
            lambda: list(ledger.entries()),
            lambda: models.assessments([an_assessment()]),
            lambda: check_schema(engine),
        ):
            with pytest.raises(Transient, match="does not answer"):
                call()
    finally:
        postgres.start()
    assert outbox.enqueue([a_notification()]) == 0
    engine.dispose()
