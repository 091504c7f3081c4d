"""An answer given on the command line reaches the roles as a review."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.settings import Kafka
from vigie.cli import app
from vigie.demo.broker import EmbeddedBroker
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.testing.kafka_records import stored_records
from vigie.topics import REVIEWS, Topics
from vigie.wire import Decoder

SETTINGS = """
organisation: {{name: Sourcebelle}}
intake: {{author_key: a-key-for-tests}}
kafka: {{bootstrap: "{bootstrap}", embedded: true}}
watches:
  - {{id: campagne-eau, name: Campagne Eau, match: [{{words: [eau]}}]}}
alerting:
  people: [{{id: amina, name: Amina Kervella}}]
"""


def answer(folder: Path, bootstrap: str, *words: str) -> tuple[int, str]:
    """Run `vigie ack` and return its exit code and what it said."""
    file = folder / "vigie.yaml"
    file.write_text(SETTINGS.format(bootstrap=bootstrap), encoding="utf-8")
    done = CliRunner().invoke(app, ["--config", str(file), "ack", *words])
    return done.exit_code, done.output or str(done.exception)


def test_an_answer_is_written_for_the_watch_it_is_about(tmp_path: Path) -> None:
    """Keyed by the watch, so that it meets its incident."""
    topics = Topics("vigie.", 2)
    with EmbeddedBroker((name, topics.partitions) for name, _ in topics) as broker:
        words = ("campagne-eau-184", "--person", "amina", "--answer", "pass")
        code, said = answer(tmp_path, broker.bootstrap, *words)
        assert code == 0, said
        assert "the next person is told" in said
        kafka = Kafka(bootstrap=broker.bootstrap, embedded=True)
        (record,) = stored_records(kafka, topics.name(REVIEWS))
    review = Decoder(Review)(record.value)
    assert record.key == b"campagne-eau"
    assert (review.subject, review.subject_id) == (Subject.INCIDENT, "campagne-eau-184")
    assert (review.verdict, review.reviewer) == (ReviewVerdict.PASS, "amina")


@pytest.mark.parametrize(
    ("incident", "person", "advice"),
    [
        ("campagne-eau", "amina", "write watch and number; watches: campagne-eau"),
        ("forage-3", "amina", "write watch and number"),
        ("campagne-eau-184", "zoé", "write one of amina"),
    ],
)
def test_what_names_nothing_is_refused_before_anything_is_sent(
    tmp_path: Path, incident: str, person: str, advice: str
) -> None:
    """No broker is needed to say so."""
    code, said = answer(tmp_path, "127.0.0.1:1", incident, "--person", person)
    assert code != 0
    assert advice in said
