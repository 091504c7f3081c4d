"""`vigie eval`: how well the model judges labelled texts of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from vigie.commands.options import EngineOption, LanguageOption, ModelOption, examples
from vigie.commands.sections import section_for, settings_if_any, wording_for
from vigie.errors import Misconfigured

EXAMPLES = examples(
    "vigie eval labelled.jsonl",
    "vigie eval labelled.jsonl --model fast --out var/fast",
    "vigie eval tests/functional/criticism_fr.jsonl --lang fr",
)

#: What the extra `eval` brings.
_EXTRA = frozenset({"sklearn", "scipy", "matplotlib"})


def evaluate(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines with `text` and `lang`, and any of `sentiment`, `labels` (a category"
            " with 1, 0 or null, or the list of those that hold), `target`, `source`, `variety` and"
            " `function`; gzipped if its name ends in .gz."
        ),
    ],
    *,
    model: ModelOption = None,
    engine: EngineOption = None,
    lang: LanguageOption = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the pictures and the JSON file of all figures.")
    ] = Path("var/evaluation"),
) -> None:
    """Measure the model on labelled texts; every figure comes with its 95 % interval.

    Prints macro-F1, area under the curve, recall at few false alarms, calibration errors and what
    would reach the hide threshold, by language, source, variety and function.
    """
    settings = settings_if_any(context)
    section = section_for(settings, model, engine)
    try:
        from vigie.commands import evaluating  # noqa: PLC0415 - loads the room
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        message = f"measuring needs {error.name}: install Vigie with its extra `eval`"
        raise Misconfigured(message) from error
    evaluating.run(file, section, language=lang or "", out=out, wording=wording_for(settings))
