"""Every setting as a page, made from the settings' own schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.settings import Settings

Schema = dict[str, Any]

_HEAD = """# Configuration

One YAML file, named by `--config` or `VIGIE_CONFIG`; `config/example.yaml` is a commented one to
start from. `vigie config check` prints what is in force, without secrets, or every mistake with its
line.

- `${NAME}` in a value is replaced by an environment variable, `${file:PATH}` by a file's text; a
  relative path starts at the deployment file's folder.
- A variable overrides the file: `VIGIE__KAFKA__BOOTSTRAP` is `kafka.bootstrap`. Lists are JSON
  there, and an empty variable counts as not set.
- Durations are written `500ms`, `90s`, `15m`, `2h` or `35d`.
- `[]` marks the entries of a list. A setting without a default must be given where its section is.

This page is made from `config/settings.py` by `python docs/generate.py`.
"""

_FORMATS = {
    "duration": "duration",
    "password": "secret",
    "path": "path",
    "date-time": "time, UTC",
}

_BOUNDS = {"minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the page."""

    place: str
    meaning: str
    rows: tuple[str, ...]


def page() -> str:
    """Return docs/configuration.md."""
    schema = Settings.model_json_schema()
    return _HEAD + "".join(_table(section) for section in _sections(schema, schema["$defs"], ""))


def _table(section: Section) -> str:
    head = "| key | type | default | meaning |\n|---|---|---|---|\n"
    title = f"\n## `{section.place}`\n\n{section.meaning}\n"
    return title + ("\n" + head + "".join(section.rows) if section.rows else "")


def _sections(schema: Schema, definitions: Schema, place: str) -> Iterator[Section]:
    """Yield the section at this place, then those within it, in the order of the file."""
    required = schema.get("required", ())
    inner: list[tuple[str, Schema]] = []
    rows: list[str] = []
    for key, value in schema["properties"].items():
        section = _object_in(value, definitions)
        if section is None:
            rows.append(_row(key, value, definitions, needed=key in required))
        else:
            many = "[]" if value.get("type") == "array" else ""
            inner.append((f"{place}.{key}{many}".lstrip("."), section))
    if place:
        yield Section(place, schema.get("description", "").partition("\n")[0], tuple(rows))
    for name, section in inner:
        yield from _sections(section, definitions, name)


def _object_in(value: Schema, definitions: Schema) -> Schema | None:
    """Return the section that this value is, or that its entries are."""
    for part in (value, value.get("items", {}), *value.get("anyOf", ())):
        named: Schema = definitions.get(part.get("$ref", "").removeprefix("#/$defs/"), {})
        if "properties" in named:
            return named
    return None


def _row(key: str, value: Schema, definitions: Schema, *, needed: bool) -> str:
    default = "" if needed or value.get("writeOnly") else _shown(value.get("default"))
    meaning = value.get("description", "")
    return f"| `{key}` | {_type(value, definitions)} | {default} | {meaning} |\n"


def _shown(default: object) -> str:
    if default is None or default in ([], {}):
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _type(value: Schema, definitions: Schema) -> str:
    if "$ref" in value:
        return _type(definitions[value["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in value:
        kinds = (_type(kind, definitions) for kind in value["anyOf"] if kind.get("type") != "null")
        return " or ".join(kinds)
    if choices := value.get("enum", [value["const"]] if "const" in value else None):
        return ", ".join(f"`{choice}`" for choice in choices)
    if value["type"] == "array":
        return f"list of {_type(value['items'], definitions)}"
    if value.get("format") in _FORMATS:
        return _FORMATS[value["format"]]
    bounds = (f" {sign} {value[name]}" for name, sign in _BOUNDS.items() if name in value)
    kind: str = value["type"]
    return kind.replace("string", "text").replace("object", "mapping") + ",".join(bounds)
