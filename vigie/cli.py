"""The commands. Each reads the settings, calls one function of a room and prints what came of it.

Rooms are imported inside their command, so that `vigie --help` answers at once.
"""

import asyncio
import errno
import os
import sys
from collections.abc import Coroutine
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from config.load import load, redacted
from config.settings import Settings
from streams.roles import Role
from vigie import __version__
from vigie.commands import ack, classify, detect_series, evaluate, model
from vigie.domain.action import Action
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.errors import Misconfigured, Rejected, VigieError

if TYPE_CHECKING:
    from vigie.bootstrap import Bootstrap

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
topics = typer.Typer(no_args_is_help=True, help="The topics in Kafka.")
db = typer.Typer(no_args_is_help=True, help="The database.")
config = typer.Typer(no_args_is_help=True, help="The deployment file.")
alert = typer.Typer(no_args_is_help=True, help="People and the channels that reach them.")
practice = typer.Typer(no_args_is_help=True, help="Servers for drills, without a public.")
for name, group in {
    "topics": topics,
    "db": db,
    "config": config,
    "alert": alert,
    "practice": practice,
    "model": model.app,
}.items():
    app.add_typer(group, name=name)
app.command(epilog=classify.EXAMPLES)(classify.classify)
app.command(epilog=ack.EXAMPLES)(ack.ack)
app.command("detect-series", epilog=detect_series.EXAMPLES)(detect_series.detect_series)
app.command("eval", epilog=evaluate.EXAMPLES)(evaluate.evaluate)

out = Console()
err = Console(stderr=True)

#: A disk, a quota or a file that is full.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Host = Annotated[str, typer.Option(help="Address to listen on.")]


def _show_version(asked: bool) -> None:
    if asked:
        out.print(f"vigie {__version__}")
        raise typer.Exit


@app.callback(epilog="Start with `make demo`, then `vigie --config vigie.yaml config check`.")
def options(
    context: typer.Context,
    file: Annotated[
        Path, typer.Option("--config", envvar="VIGIE_CONFIG", help="The deployment file.")
    ] = Path("vigie.yaml"),
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Vigie: a lookout for organisations that live from public trust."""
    del version  # its callback has answered
    context.obj = file


def _settings(context: typer.Context) -> Settings:
    return load(context.obj, os.environ)


def _bootstrap(settings: Settings) -> "Bootstrap":
    from prometheus_client import CollectorRegistry

    from vigie.bootstrap import Bootstrap
    from vigie.telemetry.metrics import Metrics

    return Bootstrap(settings, Metrics(CollectorRegistry()))


def _finished(bootstrap: "Bootstrap", work: Coroutine[Any, Any, T]) -> T:
    """Do the work on an event loop of its own, and close what was opened for it."""

    async def and_close() -> T:
        try:
            return await work
        finally:
            await bootstrap.close()

    return asyncio.run(and_close())


def _review(action: Action, reviewer: str) -> Review:
    """Return the word that tells the roles of an undo."""
    return Review(
        id=f"undo:{action.id}",
        subject=Subject.ACTION,
        subject_id=action.id,
        key=action.conversation,
        verdict=ReviewVerdict.UNDO,
        reviewer=reviewer,
        at=action.at,
    )


@app.command(epilog="Example: `vigie worker` or `vigie worker classify detect`")
def worker(
    context: typer.Context,
    roles: Annotated[list[Role] | None, typer.Argument(help="Roles; all of them if none.")] = None,
) -> None:
    """Start one process per role and start it again when it dies."""
    from streams.supervisor import supervise
    from vigie.telemetry.logging import configure_logging

    _settings(context)
    configure_logging("worker")
    command = [sys.executable, "-m", "vigie", "--config", str(context.obj), "role"]
    raise typer.Exit(supervise(roles or list(Role), lambda role: [*command, role]))


@app.command(hidden=True)
def role(context: typer.Context, role: Role) -> None:
    """Play one role in this process, unsupervised."""
    from streams.worker import run_role
    from vigie.bootstrap import build
    from vigie.telemetry.logging import configure_logging

    configure_logging(role)
    raise typer.Exit(run_role(_settings(context), role, build))


@topics.command("create", epilog="Example: `vigie topics create`")
def create_topics(context: typer.Context) -> None:
    """Create what is missing, apply changed retention, and refuse to shrink."""
    from vigie.kafka.topics import create

    table = Table("topic", "partitions", "retention", "cleanup", "outcome")
    for plan in create(_settings(context).kafka):
        table.add_row(*plan.cells())
    out.print(table)


@app.command(epilog="Examples: `vigie ingest posts.jsonl`, `zcat old.gz | vigie ingest -`")
def ingest(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON Lines, or - for standard input.")],
    as_live: Annotated[
        bool, typer.Option("--as-live", help="Shift event times so that it happens now.")
    ] = False,
    speed: Annotated[float, typer.Option(min=0.001, help="With --as-live: times faster.")] = 1.0,
) -> None:
    """Write posts from a file to Kafka; an interrupted run goes on where it stopped."""
    from vigie.kafka.ingest import ingest as run
    from vigie.kafka.producer import PostWriter

    if speed != 1.0 and not as_live:
        message = "--speed paces a replay: give --as-live with it"
        raise Misconfigured(message)
    settings = _settings(context)
    bootstrap = _bootstrap(settings)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with (
        PostWriter(settings.kafka, source="/vigie/ingest") as writer,
        Progress(*columns, console=err) as progress,
    ):
        task = progress.add_task(file, total=None)
        report = run(
            file,
            writer=writer,
            intake=bootstrap.intake(),
            clock=bootstrap.clock,
            data_dir=settings.worker.data_dir,
            speed=speed if as_live else None,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    out.print(report.sentence())


@app.command(epilog="Example: `vigie connect`")
def connect(context: typer.Context) -> None:
    """Listen to every configured source and write what comes to Kafka."""
    from vigie.commands.interrupts import until_told
    from vigie.connectors.connect import connect as run
    from vigie.kafka.producer import PostWriter
    from vigie.telemetry.logging import configure_logging

    configure_logging("connect")
    settings = _settings(context)
    bootstrap = _bootstrap(settings)
    _finished(
        bootstrap,
        until_told(
            run(
                bootstrap.listeners(),
                open_writer=lambda: PostWriter(settings.kafka, source="/vigie/connect"),
                intake=bootstrap.intake(),
                clock=bootstrap.clock,
                data_dir=settings.worker.data_dir,
            )
        ),
    )


@app.command(epilog="Example: `vigie receive`, behind whatever ends TLS")
def receive(context: typer.Context, host: Host = "127.0.0.1", port: int = 8880) -> None:
    """Take in answers by link and text message, and delivery receipts, on a port of its own."""
    from vigie.commands.receive import receive as run

    run(_settings(context), host, port)


@app.command(epilog="Example: `vigie canary`, or `vigie canary --test` once")
def canary(
    context: typer.Context,
    test: Annotated[
        bool, typer.Option("--test", help="Only send a test to those who would be told.")
    ] = False,
) -> None:
    """Let a post of our own through the flow each minute, and tell people when none comes out."""
    from vigie.commands import canary as command

    settings = _settings(context)
    if not test:
        command.run(settings)
    elif not command.test(settings, out):
        raise typer.Exit(1)


@app.command(epilog="Example: `vigie undo hide:practice:4711#created`")
def undo(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="The action's id, as the board shows it.")],
    reviewer: Annotated[str, typer.Option(help="Who decides.")] = "operator",
) -> None:
    """Show a hidden comment again, and read the platform back to be sure."""
    from vigie.kafka.producer import PostWriter

    settings = _settings(context)
    bootstrap = _bootstrap(settings)
    restored = _finished(bootstrap, bootstrap.moderate().executor.undo(action, reviewer=reviewer))
    out.print(f"{restored.id}: {restored.state}, read back from {restored.platform}", markup=False)
    with PostWriter(settings.kafka, source="/vigie/undo") as writer:
        writer.write([_review(restored, reviewer)])


@db.command("upgrade", epilog="Example: `vigie db upgrade`")
def upgrade_database(context: typer.Context) -> None:
    """Bring the database to this version's schema."""
    from vigie.storage.database import open_engine, upgrade

    upgrade(open_engine(_settings(context).database.url.get_secret_value()))
    out.print("The database is up to date.")


@config.command("check", epilog="Example: `vigie --config vigie.yaml config check`")
def check_config(context: typer.Context) -> None:
    """Print the effective configuration, secrets hidden."""
    out.print(redacted(_settings(context)), end="", highlight=False, markup=False)


@alert.command("test", epilog="Example: `vigie alert test astreinte direction`")
def test_alert(
    context: typer.Context,
    persons: Annotated[list[str], typer.Argument(help="Ids of people in the deployment file.")],
) -> None:
    """Send people a marked test on every channel; only then may they be paged there."""
    bootstrap = _bootstrap(_settings(context))
    people = bootstrap.people()
    if unknown := set(persons) - people.keys():
        message = (
            f"no person has the id {', '.join(sorted(unknown))}; there are {', '.join(people)}"
        )
        raise Misconfigured(message)
    reached = _finished(bootstrap, bootstrap.test_people([people[id_] for id_ in persons]))
    table = Table("person", "channel", "outcome")
    for person, result in reached:
        outcome = "reached" if result.reached else result.error or "no receipt came"
        table.add_row(person.id, result.channel, outcome)
    out.print(table)
    if not all(result.reached for _, result in reached):
        message = "who was not reached on a channel will not be paged there"
        raise Rejected(message)


@practice.command("platform", epilog="Example: `vigie practice platform --port 8090`")
def practice_platform(
    token: Annotated[str, typer.Option(envvar="VIGIE_PRACTICE_TOKEN", help="What clients send.")],
    host: Host = "127.0.0.1",
    port: int = 8090,
    journal: Annotated[Path | None, typer.Option(help="Remembers across restarts.")] = None,
) -> None:
    """Run a platform whose comments can be hidden."""
    from vigie.demo.platform import serve

    serve(host, port, token, journal)


@practice.command("mail", epilog="Example: `vigie practice mail --port 8025 --folder mails`")
def practice_mail(
    host: Host = "127.0.0.1", port: int = 8025, folder: Path = Path("var/mail")
) -> None:
    """Run a mail server that keeps everything in a folder."""
    from vigie.demo.mail_catcher import serve

    serve(host, port, folder)


@practice.command("sms", epilog="Example: `vigie practice sms --port 8091`")
def practice_sms(
    token: Annotated[str, typer.Option(envvar="VIGIE_PRACTICE_TOKEN", help="What clients send.")],
    account: str = "AC00000000000000000000000000000000",
    host: Host = "127.0.0.1",
    port: int = 8091,
    answers_to: Annotated[
        str | None, typer.Option(help="Where people's answers are told: …/sms/twilio.")
    ] = None,
) -> None:
    """Run a gateway that answers like Twilio, OVHcloud, Brevo and Free Mobile; sends nothing."""
    from vigie.demo.sms.app import build_app, serve

    serve(build_app(account, token, answers_to=answers_to), host, port)


@app.command(epilog="Example: `make demo`, or `make demo KEEP=1`")
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Stay up afterwards, to explore.")] = False,
) -> None:
    """Play an invented NGO's evening through the whole of Vigie."""
    from vigie.demo.run import run

    try:
        raise typer.Exit(run(out, keep=keep))
    except TimeoutError as error:
        message = f"the demo gave up ({error}): the logs in var/demo/ say why"
        raise Rejected(message) from error


def main() -> None:
    """Run a command; what we know how to say is said in one sentence, without a trace."""
    _open_streams()
    try:
        app()
    except VigieError as error:
        _give_up(str(error))
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        # What is still buffered has no room either: without this, Python ends with a trace.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _give_up(f"cannot write ({error.strerror}): make room, or write elsewhere")


def _open_streams() -> None:
    """Let output say any character; where whoever started us closed it, nobody hears it."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - till the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - till the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _give_up(sentence: str) -> NoReturn:
    err.print(f"[red]vigie:[/] {escape(sentence)}", highlight=False)
    sys.exit(2)
