"""`vigie model …`: what a model is, and what would change if another took its place."""

from datetime import timedelta
from typing import Annotated

import typer

from config.durations import parse
from vigie.commands.options import MODELS, examples
from vigie.commands.sections import section_for, settings_if_any, wording_for
from vigie.errors import Misconfigured

app = typer.Typer(no_args_is_help=True, help="Models: what they know, and what a switch changes.")


@app.command(epilog=examples("vigie model show", "vigie model show fast"))
def show(
    context: typer.Context,
    model: Annotated[
        str | None, typer.Argument(help=f"{MODELS}; the configured one if none.")
    ] = None,
) -> None:
    """Show heads, hide thresholds, calibration and files of a model, without running it."""
    from vigie.commands.model_view import print_model  # noqa: PLC0415 - loads the room

    settings = settings_if_any(context)
    print_model(section_for(settings, model), wording_for(settings))


@app.command(
    epilog=examples(
        "vigie model compare shipped fast --file posts.jsonl",
        "vigie model compare shipped models/new --from-kafka --since 24h",
    )
)
def compare(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help=f"The model in use: {MODELS}.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The model that would replace it.")],
    *,
    file: Annotated[
        str | None,
        typer.Option(help="JSON Lines with `text`, or exported assessments; - for standard input."),
    ] = None,
    from_kafka: Annotated[
        bool, typer.Option("--from-kafka", help="Take what the assessments topic still holds.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="With --from-kafka: not older than this, as 24h or 7d.")
    ] = None,
    largest: Annotated[int, typer.Option(min=0, help="How many changes to list.")] = 10,
    show_texts: Annotated[
        bool, typer.Option("--show-texts", help="List texts too: they are people's own words.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Judge a recorded stream with both models and show what the switch would change.

    Nothing is switched. Each model's scores are held against its own hide thresholds.
    """
    if bool(file) == from_kafka:
        message = "name a file with --file (- is standard input), or give --from-kafka, not both"
        raise Misconfigured(message)
    if since and not from_kafka:
        message = "--since bounds what is read from Kafka: give --from-kafka with it"
        raise Misconfigured(message)
    from vigie.commands.comparing import Request, compare_models  # noqa: PLC0415 - loads the room

    settings = settings_if_any(context)
    request = Request(
        before=section_for(settings, before),
        after=section_for(settings, after),
        file=file,
        since=_duration(since) if since else None,
        largest=largest,
        show_texts=show_texts,
        as_json=as_json,
    )
    raise typer.Exit(compare_models(request, settings, wording_for(settings)))


def _duration(written: str) -> timedelta:
    try:
        return parse(written)
    except ValueError as error:
        message = f"--since: {error}"
        raise Misconfigured(message) from error
