"""With which model and in which language a command speaks: as configured, or as named there."""

import os
from enum import StrEnum

import typer

from config.load import PREFIX, load
from config.settings import Classifier, Model, Settings
from vigie.commands.wording import Wording, choose_language


class Runtime(StrEnum):
    """What `--engine` takes, as `classifier.engine` in the deployment file does."""

    AUTO = "auto"
    ONNX = "onnx"
    TORCH = "torch"


def settings_if_any(context: typer.Context) -> Settings | None:
    """Return the deployment's settings; None where nobody named a file and none lies here.

    Judging a text needs no deployment, so that a newcomer can try it at once. Variables that
    override the file are not ignored in silence: where one is set, the file is asked for.

    Raises:
        Misconfigured: the file cannot be read, or holds a mistake.
    """
    root = context.find_root()
    source = root.get_parameter_source("file")
    named = source is not None and source.name != "DEFAULT"
    overridden = any(name.startswith(PREFIX) for name in os.environ)
    if named or overridden or root.obj.exists():
        return load(root.obj, os.environ)
    return None


def section_for(
    settings: Settings | None, model: str | None = None, engine: Runtime | None = None
) -> Classifier:
    """Return the section to load: the deployment's own, or one for another model or engine.

    What the deployment file says of the model that is named, its labels for example, holds.
    """
    own = settings.classifier if settings else Classifier()
    section = own if model in (None, own.model) else _named(own, str(model))
    return section.model_copy(update={"engine": engine.value}) if engine else section


def wording_for(settings: Settings | None) -> Wording:
    """Return the person's language, else the organisation's; French where nobody said any."""
    default = settings.organisation.language if settings else "fr"
    return Wording(choose_language(os.environ, default))


def _named(own: Classifier, model: str) -> Classifier:
    """Return how to load `model`: as a part of the configured one, or as nothing is said of it."""
    known = next((one for one in own.also if one.model == model), Model(model=model))
    return own.model_copy(update={**known.model_dump(), "also": ()})
