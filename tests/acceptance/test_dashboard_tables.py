"""Every SQL query of the board, on a real PostgreSQL, as the account that compose gives it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from config.grafana.build import PATH
from config.grafana.tables import ACTIONS, DEAD_LETTERS, INCIDENTS
from vigie.domain.action import Action, ActionKind, ActionState, Decision, DecisionReason, Verdict
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal, SignalKind
from vigie.storage.database import open_engine, upgrade
from vigie.storage.read_models import SqlReadModels
from vigie.testing.clock import START
from vigie.testing.postgres_server import PostgresServer

pytestmark = pytest.mark.postgres

BOARD_ACCOUNT = Path(__file__).parents[2] / "config" / "postgres" / "board.sh"
QUERIES = [
    pytest.param(target["rawSql"], id=panel["title"])
    for panel in json.loads(PATH.read_text(encoding="utf-8"))["panels"]
    for target in panel.get("targets", ())
    if "rawSql" in target
]

OPENED = IncidentEvent(
    watch="eau",
    number=7,
    version=1,
    change=IncidentChange.OPENED,
    level=Level.ORANGE,
    previous=Level.VERT,
    at=START,
    opened=START,
    since=START,
    signals=(
        Signal(SignalKind.NEGATIVE, 21, 30, 4.5, 0.52, 0.83),
        Signal(SignalKind.TOXIC, 12, 30, 0.5, 0.25, 0.58, attacks=9),
    ),
)
ESCALATED = replace(
    OPENED,
    version=2,
    change=IncidentChange.ESCALATED,
    level=Level.ROUGE,
    previous=Level.ORANGE,
    at=START + timedelta(minutes=5),
    since=START + timedelta(minutes=5),
    caught_up=True,
)
PROPOSED = Action(
    id="hide:practice:1#created",
    kind=ActionKind.HIDE,
    state=ActionState.PROPOSED,
    post="practice:1",
    platform="practice",
    conversation="practice:pub-1",
    author="author-1",
    decision=Decision(
        verdict=Verdict.PROPOSE,
        reason=DecisionReason.SHADOW_MODE,
        category="insult",
        score=0.97,
        threshold=0.9,
    ),
    published=START,
    at=START,
)


@dataclass(frozen=True)
class Database:
    """The database that compose sets up: its owner's URL, and where the board comes in."""

    owner: str
    port: int

    def board(self, password: str) -> str:
        """Return the URL of the board's account."""
        return f"postgresql+psycopg://board:{password}@127.0.0.1:{self.port}/vigie"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """Start PostgreSQL as its image does and run our script as the image would."""
    with PostgresServer() as server:
        owner = server.create_database("vigie")
        script = server.folder / "board.sh"
        shutil.copyfile(BOARD_ACCOUNT, script)
        script.chmod(0o644)
        account = {"POSTGRES_USER": "vigie", "POSTGRES_DB": "vigie"}
        server.run("sh", script, BOARD_PASSWORD="board-secret", **account)
        yield Database(owner, server.port)


@pytest.fixture(scope="module")
def board(database: Database) -> Iterator[Engine]:
    """Migrate, store what a crisis leaves behind, and connect as the board."""
    owner = open_engine(database.owner)
    upgrade(owner)
    models = SqlReadModels(owner)
    models.incidents([OPENED, ESCALATED])
    models.actions([PROPOSED])
    models.dead_letters(
        [
            DeadLetter(
                id=f"d-{offset}",
                origin="vigie.comments",
                position=f"0:{offset}",
                reason="not JSON",
                payload=b"",
                at=START + timedelta(seconds=offset),
            )
            for offset in range(3)
        ]
    )
    owner.dispose()
    engine = open_engine(database.board("board-secret"))
    yield engine
    engine.dispose()


def _rows(engine: Engine, sql: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.exec_driver_sql(sql).mappings()]


@pytest.mark.parametrize("sql", QUERIES)
def test_a_table_has_rows_with_french_headings(board: Engine, sql: str) -> None:
    """Each query of the committed board runs and finds what was stored."""
    rows = _rows(board, sql)
    assert rows
    assert all(heading[0].isupper() for heading in rows[0])


def test_an_incident_is_shown_once_with_its_latest_step_and_why(board: Engine) -> None:
    """The second step took the place of the first; the figures stand beside the normal ones."""
    (row,) = _rows(board, INCIDENTS)
    assert (row["Niveau"], row["Dernière étape"], row["N°"]) == ("ROUGE", "escalated", 7)
    assert row["Pourquoi"] == (
        "21 négatifs sur 30 (normal 4,5)\u202f; "
        "12 toxiques sur 30, dont 9 qui nous visent (normal 0,5)"
    )
    assert row["Pris par"] == "personne"
    assert row["Remarque"] == "détecté au rattrapage"


def test_an_action_is_shown_with_state_and_reason_and_without_the_author(board: Engine) -> None:
    """The board says what was done and why; who wrote it is nobody's business there."""
    (row,) = _rows(board, ACTIONS)
    assert (row["État"], row["Décision"], row["Motif"]) == ("proposed", "propose", "shadow_mode")
    assert "author-1" not in row.values()


def test_dead_letters_are_counted_by_reason(board: Engine) -> None:
    """Three of a kind are one line."""
    (row,) = _rows(board, DEAD_LETTERS)
    assert (row["Origine"], row["Motif"], row["Nombre"]) == ("vigie.comments", "not JSON", 3)
    assert row["Dernier"] == START + timedelta(seconds=2)


def test_the_board_cannot_write(board: Engine) -> None:
    """Not even after lifting its own default of reading only."""
    with board.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.commit()
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM incidents"))


def test_the_board_needs_its_password(database: Database) -> None:
    """The script gave the account the password from the environment."""
    engine = open_engine(database.board("wrong"))
    with pytest.raises(OperationalError, match="password authentication failed"):
        engine.connect()
