"""The deployment file as written: YAML with the line of every value, and `${…}` filled in.

It knows YAML and variables, and nothing of what the settings mean.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vigie.errors import Misconfigured

Place = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top."""

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Document:
    """Plain values, and for every place the file and line it was written at."""

    values: dict[str, Any]
    lines: dict[Place, str]


def read(path: Path, environ: Mapping[str, str]) -> Document:
    """Return the file's values with references replaced.

    A string may hold `${NAME}`, a variable of `environ`, and `${file:PATH}`, the text of a file
    (a relative path starts at the deployment file's folder), so that secrets stay out of the YAML.

    Raises:
        Misconfigured: the file cannot be read, is not YAML, says a key twice or names a variable
            or file that does not exist; the sentence names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read ({error}); name the deployment file with --config"
        raise Misconfigured(message) from error
    return parse(text, path, environ)


def parse(text: str, path: Path, environ: Mapping[str, str]) -> Document:
    """Do the same for a text that was read from `path`."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        line, problem = _fault(error, text)
        message = f"{path}:{line}: not YAML: {problem}; check indentation and quotes"
        raise Misconfigured(message) from error
    if not isinstance(node, yaml.MappingNode):
        message = f"{path}:1: write sections such as `organisation:`; the file holds none"
        raise Misconfigured(message)
    reader = _Reader(path, environ)
    return Document(reader.mapping(node, ()), reader.lines)


def _fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return the line and the parser's words, which do not quote the file."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return error.problem_mark.line + 1, str(error.problem)
    position = getattr(error, "position", 0)
    return text.count("\n", 0, position) + 1, "a character that no text file holds"


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    environ: Mapping[str, str]
    lines: dict[Place, str] = field(default_factory=dict)
    scalars: yaml.constructor.SafeConstructor = field(
        default_factory=yaml.constructor.SafeConstructor
    )

    def value(self, node: yaml.Node, place: Place) -> Any:  # noqa: ANN401 - whatever was written
        self.lines.setdefault(place, self._line(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        scalar = self._scalar(node)
        return self._filled(scalar, node) if isinstance(scalar, str) else scalar

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        return {key: self.value(value, (*place, key)) for key, value in self._entries(node, place)}

    def _entries(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, yaml.Node]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in seen:
                raise self._mistake(key_node, f"the key `{key}` stands twice; keep one of them")
            seen.add(key)
            self.lines[*place, key] = self._line(key_node)
            yield key, value_node

    def _scalar(self, node: yaml.Node) -> Hashable:
        try:
            constructed: Hashable = self.scalars.construct_object(node)
        except (yaml.constructor.ConstructorError, ValueError) as error:
            sentence = f"`{node.tag}` is not understood here; write the value plainly or in quotes"
            raise self._mistake(node, sentence) from error
        return constructed

    def _filled(self, text: str, node: yaml.Node) -> str:
        return _REFERENCE.sub(lambda match: self._lookup(match[1], node), text)

    def _lookup(self, reference: str, node: yaml.Node) -> str:
        if reference.startswith("file:"):
            return self._secret(self.path.parent / reference.removeprefix("file:"), node)
        if not _VARIABLE.fullmatch(reference):
            sentence = f"write ${{NAME}} or ${{file:PATH}}, not ${{{reference}}}"
            raise self._mistake(node, sentence)
        if not (value := self.environ.get(reference)):
            sentence = f"the environment variable {reference} is not set; set it before the start"
            raise self._mistake(node, sentence)
        return value

    def _secret(self, path: Path, node: yaml.Node) -> str:
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            sentence = f"the file {path} cannot be read; create it or correct its path"
            raise self._mistake(node, sentence) from error

    def _line(self, node: yaml.Node) -> str:
        return f"{self.path}:{node.start_mark.line + 1}"

    def _mistake(self, node: yaml.Node, sentence: str) -> Misconfigured:
        return Misconfigured(f"{self._line(node)}: {sentence}")
