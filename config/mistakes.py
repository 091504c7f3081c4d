"""What is wrong with a deployment file, said to the person who wrote it.

Each sentence names file and line (or the variable), the dotted place and what to do. No value is
repeated, since it may be a secret.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.document import Place
from config.values import HOW_TO_WRITE

_KINDS = {
    "model_type": "write a section of `key: value` lines here",
    "tuple_type": "write a list here, each entry after a hyphen",
    "too_short": "write at least one entry here",
}


def explain(
    error: ValidationError, root: type[BaseModel], lines: Mapping[Place, str], file: str
) -> str:
    """Return one line per mistake, in the order of the file."""
    mistakes = [mistake for mistake in error.errors() if not _follows(mistake, error.errors())]
    return "\n".join(_described(mistake, root, lines, file) for mistake in mistakes)


def _follows(mistake: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Say whether a list only counts as too short because an entry in it is wrong."""
    place = mistake["loc"]
    inner = (other["loc"][: len(place)] == place and other["loc"] != place for other in others)
    return mistake["type"] == "too_short" and any(inner)


def sentence(place: Place, advice: str, lines: Mapping[Place, str], file: str) -> str:
    """Return the line for one mistake: file and line, dotted place, what to do."""
    return f"{lines.get(_written(place, lines), file)}: {_dotted(place)}{advice}"


def _described(
    mistake: ErrorDetails, root: type[BaseModel], lines: Mapping[Place, str], file: str
) -> str:
    place = mistake["loc"]
    if mistake["type"] != "missing":
        place = _written(place, lines)
    return sentence(place, _advice(mistake, root), lines, file)


def _written(place: Place, lines: Mapping[Place, str]) -> Place:
    """Drop what pydantic adds behind the place (members of unions) or what is missing there."""
    while place and place not in lines:
        place = place[:-1]
    return place


def _dotted(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{text.lstrip('.')}: " if text else ""


def _advice(mistake: ErrorDetails, root: type[BaseModel]) -> str:
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(mistake["loc"], root)
    if kind == "missing":
        return "is missing; add it"
    if kind == "string_pattern_mismatch":
        return HOW_TO_WRITE[context["pattern"]]
    if kind in _KINDS:
        return _KINDS[kind]
    return mistake["msg"].removeprefix("Value error, ").replace("Input should", "the value should")


def _unknown_key(place: Place, root: type[BaseModel]) -> str:
    known = list(_section(root, place[:-1]).model_fields)
    if close := get_close_matches(str(place[-1]), known, n=1):
        return f"unknown key; did you mean `{close[0]}`?"
    return f"unknown key; remove it or write one of {', '.join(known)}"


def _section(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """Return the model that describes the section at this place."""
    for step in place:
        if isinstance(step, str):
            model = _models(model.model_fields[step].annotation)[0]
    return model


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
