"""A real Apache Kafka of one node on this machine, for tests, benches and development.

Its jars come from Maven once and are kept. It needs Java 17 and, for the first fetch, Maven.
"""

import base64
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from vigie.errors import Misconfigured, Transient
from vigie.testing.ports import free_ports

VERSION: Final = "4.3.0"
LIBRARY_VARIABLE: Final = "VIGIE_KAFKA_LIB"
READY_WITHIN_S: Final = 60.0
"""Four to seven seconds are usual; a busy machine takes longer."""

STOP_WITHIN_S: Final = 40.0
READY_LINE: Final = "Kafka Server started"

_POM: Final = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.vigie</groupId><artifactId>kafka-server</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <!-- Kafka 4 brings slf4j-api 1.7, which the slf4j2 binding does not serve. -->
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.1</version>
    </dependency>
  </dependencies>
</project>
"""

_LOGGING: Final = """\
<Configuration status="ERROR">
  <Appenders><Console name="out"><PatternLayout pattern="%d %p %c{1} %m%n"/></Console></Appenders>
  <Loggers>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
    <Root level="WARN"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
"""

# One broker, so one copy of everything; few internal partitions, which start faster; a short
# broker session, so that a restart after kill -9 does not wait for its own old registration.
_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=2
"""

_JAVA: Final = (
    "java", "-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
)  # fmt: skip


class KafkaServer:
    """A broker with its data in `folder`, on free ports that it keeps over restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_ports(2)
        self._controller = self._port + 1
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the broker, on the data it left if it ran before, and wait until it serves.

        Raises:
            Misconfigured: Java, Maven or the jars cannot be had.
            Transient: the broker ended, or is not ready within a minute; its log says why.
        """
        class_path = f"{library()}/*"
        self._write_files()
        if not (self._folder / "data" / "meta.properties").exists():
            self._format(class_path)
        log = self._folder / "server.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [*self._java(class_path), "kafka.Kafka", str(self._folder / "server.properties")],
                stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, "LOG_DIR": str(self._folder)},
            )  # fmt: skip
        self._wait_until_ready(log)

    def stop(self) -> None:
        """Let the broker end in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the broker as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in order and start again on the same ports and data."""
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _java(self, class_path: str) -> list[str]:
        logging = self._folder / "log4j2.xml"
        return [*_JAVA, f"-Dlog4j2.configurationFile=file:{logging}", "-cp", class_path]

    def _write_files(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        properties = _PROPERTIES.format(
            port=self._port, controller=self._controller, data=self._folder / "data"
        )
        (self._folder / "server.properties").write_text(properties, encoding="utf-8")
        (self._folder / "log4j2.xml").write_text(_LOGGING, encoding="utf-8")

    def _format(self, class_path: str) -> None:
        # The cluster id is 16 bytes in URL-safe base64; a leading dash would read as an option.
        cluster = "A" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[1:22]
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c"]
        _run([*self._java(class_path), *tool, str(self._folder / "server.properties")])

    def _wait_until_ready(self, log: Path) -> None:
        assert self._process is not None  # noqa: S101 - start() made it
        deadline = time.monotonic() + READY_WITHIN_S
        while READY_LINE not in log.read_text(encoding="utf-8", errors="replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                message = f"the broker did not start: see {log}"
                raise Transient(message)
            time.sleep(0.1)


def library() -> Path:
    """Return the folder of Kafka's jars, filled by Maven the first time.

    Raises:
        Misconfigured: Maven is missing or could not fetch them.
    """
    default = Path.home() / ".cache" / "vigie" / f"kafka-{VERSION}"
    folder = Path(os.environ.get(LIBRARY_VARIABLE, default))
    if not any(folder.glob("kafka_2.13-*.jar")):
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Fetched beside and renamed, so that an interrupted fetch leaves no folder that looks whole.
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        pom, jars = Path(scratch, "pom.xml"), Path(scratch, "jars")
        pom.write_text(_POM, encoding="utf-8")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        _run(["mvn", "-q", "-B", "-f", str(pom), *goal, f"-DoutputDirectory={jars}"])
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
        jars.rename(folder)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        message = f"{command[0]} is not installed: Kafka needs Java 17, and Maven to be fetched"
        raise Misconfigured(message) from error
    if done.returncode:
        message = f"{command[0]} failed: {(done.stderr or done.stdout)[-2000:]}"
        raise Misconfigured(message)
