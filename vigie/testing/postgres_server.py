"""A private PostgreSQL server on this machine, for tests and development.

Its owner comes in through a socket without a password; over TCP a password is asked for. It runs
as the account `postgres` where we are root, because PostgreSQL refuses root.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from vigie.errors import Misconfigured

OWNER: Final = "vigie"
PROGRAMS: Final = Path("/usr/lib/postgresql")


class PostgresServer:
    """A server in a folder of its own, on a free port that it keeps over restarts."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="vigie-postgres-")
        self.folder = Path(self._folder.name)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def __enter__(self) -> Self:
        self._initialise()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Start on the data that is there and wait until it serves."""
        # Nothing here outlives the server, so nothing waits for the disk.
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.folder}"
        self._control("-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """End at once, as a power cut would; stopping what is stopped does nothing."""
        if (self._data / "postmaster.pid").exists():
            self._control("-m", "immediate", "stop")

    def create_database(self, name: str) -> str:
        """Create an empty database and return its owner's URL."""
        self.run(_program("createdb"), "-U", OWNER, name)
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}&port={self.port}"

    def run(self, *command: str | Path, **variables: str) -> None:
        """Run a program that finds this server, as the account that runs it."""
        become = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        reach = {"PGHOST": str(self.folder), "PGPORT": str(self.port)}
        subprocess.run(
            [*become, *map(str, command)],
            check=True,
            capture_output=True,
            cwd=self.folder,
            env=os.environ | reach | variables,
        )

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _initialise(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        password = self.folder / "password"
        password.write_text("owner-secret", encoding="utf-8")
        password.chmod(0o644)
        entry = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password}")
        self.run(_program("initdb"), "-D", self._data, "-U", OWNER, "-E", "UTF8", *entry)

    def _control(self, *arguments: str | Path) -> None:
        self.run(_program("pg_ctl"), "-D", self._data, "-w", *arguments)


def _program(name: str) -> Path:
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"))
    if not found:
        message = f"{name} is not there: install PostgreSQL's server"
        raise Misconfigured(message)
    return found[-1]
