"""Imports every module named on the command line twice and prints what the second time touched.

The first time loads whatever libraries are needed, so that what happens the second time is our own
doing. Run by test_imports in a process of its own.
"""

import importlib
import os
import sys
from collections.abc import Iterator, MutableMapping

PACKAGES = {"alerting", "classifiers", "config", "streams", "vigie"}
FORBIDDEN = {
    "os.mkdir",
    "os.putenv",
    "socket.__new__",
    "subprocess.Popen",
}
SOURCES = (".py", ".pyc", ".so")
READ_BY_PYDANTIC = "PYDANTIC_DISABLE_PLUGINS"
"""Looked up for each model class that is defined; it changes nothing of ours."""

watching = ""
touched: list[str] = []


class WatchedEnvironment(MutableMapping[str, str]):
    """The environment, telling who looks."""

    def __init__(self, real: MutableMapping[str, str]) -> None:
        self._real = real

    def __getitem__(self, name: str) -> str:
        if name != READ_BY_PYDANTIC:
            note(f"reads the variable {name}")
        return self._real[name]

    def __iter__(self) -> Iterator[str]:
        note("lists the environment")
        return iter(self._real)

    def __len__(self) -> int:
        return len(self._real)

    def __setitem__(self, name: str, value: str) -> None:
        note(f"sets the variable {name}")
        self._real[name] = value

    def __delitem__(self, name: str) -> None:
        note(f"unsets the variable {name}")
        del self._real[name]


def note(what: str) -> None:
    """Remember it if one of our modules is being imported."""
    if watching:
        touched.append(f"{watching} {what}")


def audit(event: str, arguments: tuple[object, ...]) -> None:
    """Note sockets, processes, folders, and files that are not code."""
    if event in FORBIDDEN:
        note(f"does {event}")
    if event == "open" and not str(arguments[0]).endswith(SOURCES):
        note(f"opens {arguments[0]}")


def main(modules: list[str]) -> None:
    """Import all, forget ours, watch, and import them again."""
    global watching  # noqa: PLW0603 - the audit hook is called by the interpreter
    for module in modules:
        importlib.import_module(module)
    for loaded in list(sys.modules):
        if loaded.partition(".")[0] in PACKAGES:
            del sys.modules[loaded]
    os.environ = WatchedEnvironment(os.environ)  # type: ignore[assignment] # noqa: B003
    sys.addaudithook(audit)
    for module in modules:
        watching = module
        importlib.import_module(module)
        watching = ""
    print("\n".join(touched))  # noqa: T201 - this is the answer


if __name__ == "__main__":
    main(sys.argv[1:])
