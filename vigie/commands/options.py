"""Options that several commands share, and how their help shows commands to copy."""

from typing import Annotated, Final

import typer

from vigie.commands.sections import Runtime

MODELS: Final = "shipped, fast, a folder or a Hugging Face id"
"""By what a model may be named."""

ModelOption = Annotated[
    str | None, typer.Option("--model", help=f"{MODELS}; else the configured one.")
]
EngineOption = Annotated[
    Runtime | None, typer.Option("--engine", help="What runs the model; else as configured.")
]


def examples(*commands: str) -> str:
    """Return what `--help` ends with: a line for each command."""
    return "\n\n".join(["Examples:", *(f"- `{command}`" for command in commands)])
