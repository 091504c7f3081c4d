"""Who imports whom, and that importing does nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("alerting", "classifiers", "config", "streams", "vigie")
WATCHED_IMPORT = Path(__file__).parent / "watched_import.py"


def modules(package: str) -> list[str]:
    """Return the modules of a package that are meant to be imported."""
    paths = (path.relative_to(ROOT) for path in sorted((ROOT / package).rglob("*.py")))
    names = (path.with_suffix("").parts for path in paths if _in_packages(path))
    return [".".join(parts).removesuffix(".__init__") for parts in names if not _is_script(parts)]


def _in_packages(path: Path) -> bool:
    return all((ROOT / folder / "__init__.py").exists() for folder in path.parents[:-1])


def _is_script(parts: tuple[str, ...]) -> bool:
    """Say whether it is run rather than imported: by Python or by Alembic."""
    return parts[-1] == "__main__" or parts[-2:] == ("migrations", "env")


def test_the_import_contracts_hold() -> None:
    """Dependencies point inwards, adapters ignore each other, frameworks stay in their room."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "vigie/domain").glob("*.py")), ids=lambda p: p.stem)
def test_the_domain_needs_the_standard_library_only(path: Path) -> None:
    """The words of the house can be read, tested and moved without any library."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            known = name.partition(".")[0] in sys.stdlib_module_names
            assert known or name.startswith("vigie.domain"), f"{path.name} imports {name}"


def test_importing_does_nothing() -> None:
    """No module reads the environment, opens a file or socket, or starts a process."""
    named = [module for package in PACKAGES for module in modules(package)]
    run = subprocess.run(
        [sys.executable, "-B", WATCHED_IMPORT, *named],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == ""


@pytest.mark.parametrize(
    ("statement", "noticed"),
    [
        ("import os; os.getenv('HOME')", "reads the variable HOME"),
        ("import socket; socket.socket().close()", "does socket.__new__"),
        ("open('data.txt', 'w').close()", "opens data.txt"),
        ("import os; os.makedirs('var', exist_ok=True)", "does os.mkdir"),
    ],
)
def test_work_at_import_would_be_noticed(statement: str, noticed: str, tmp_path: Path) -> None:
    """The check above can fail."""
    (tmp_path / "vigie.py").write_text(statement, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-B", WATCHED_IMPORT, "vigie"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "HOME": "/"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == f"vigie {noticed}"
