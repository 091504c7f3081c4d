"""What every section of the deployment file has in common."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A section: unknown keys are errors and values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
