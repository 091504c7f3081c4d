"""`vigie classify`: what the model says of a text, or of every line of a file."""

from typing import Annotated

import typer

from vigie.commands.options import EngineOption, LanguageOption, ModelOption, examples
from vigie.commands.sections import section_for, settings_if_any, wording_for
from vigie.commands.texts import Text
from vigie.errors import Misconfigured
from vigie.lines import Place

EXAMPLES = examples(
    'vigie classify "Merci à toute l\'équipe !"',
    "vigie classify --file posts.jsonl",
    "vigie classify --file posts.jsonl --json > scores.jsonl",
    'vigie classify -- "-10 % de dons"',
    "zcat posts.gz | vigie classify --file - --json",
)


def classify(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts to judge.")] = None,
    *,
    file: Annotated[
        str | None,
        typer.Option(
            help="JSON Lines with `text`, and `id` and `lang` where there are any; - for standard"
            " input."
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Write one JSON line per text, in order, for programs."),
    ] = False,
    lang: LanguageOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
) -> None:
    """Show what the model says of texts: sentiment, toxicity, who is attacked, and why.

    Without a deployment file the shipped model answers. A line that cannot be read is named on
    standard error and keeps its place in the output; the exit status is then 1.
    """
    if bool(texts) == bool(file):
        message = "name texts to judge, or a file with --file (- is standard input), not both"
        raise Misconfigured(message)
    from vigie.commands import judging  # noqa: PLC0415 - loads the room, which takes its time

    settings = settings_if_any(context)
    section = section_for(settings, model, engine)
    wording = wording_for(settings)
    if file:
        raise typer.Exit(
            judging.write_file(section, file, lang)
            if as_json
            else judging.summarise_file(section, file, lang, wording)
        )
    named = [
        Text(text, number, lang, Place(line=number)) for number, text in enumerate(texts or (), 1)
    ]
    judge = judging.Judge(section)
    if as_json:
        judging.write_answers(judge, named)
    else:
        judging.show_texts(judge, named, wording)
