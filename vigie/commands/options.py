"""Options that several commands share, and how their help shows commands to copy."""

from typing import Annotated, Final

import typer

from vigie.commands.sections import Runtime
from vigie.errors import Misconfigured

MODELS: Final = "shipped, fast, a folder or a Hugging Face id"
"""By what a model may be named."""


def _language(written: str | None) -> str | None:
    from classifiers.language import primary_language  # noqa: PLC0415 - --help stays quick

    if written is None:
        return None
    if language := primary_language(written):
        return language
    message = f"--lang: {written} is no language code: write one of ISO 639, as fr or en"
    raise Misconfigured(message)


ModelOption = Annotated[
    str | None, typer.Option("--model", help=f"{MODELS}; else the configured one.")
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        callback=_language,
        help="Language of texts that bring none, as fr.",
    ),
]
EngineOption = Annotated[
    Runtime | None, typer.Option("--engine", help="What runs the model; else as configured.")
]


def examples(*commands: str) -> str:
    """Return what `--help` ends with: a line for each command."""
    return "\n\n".join(["Examples:", *(f"- `{command}`" for command in commands)])
