"""The second node knows nothing of the first but its documents."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
MAY_IMPORT = {"cryptography", "urllib3", "pytest", "hypothesis", "tests.matters"}
MATTERS = HERE.parent / "matters.py"
STANDARD_LIBRARY = set(__import__("sys").stdlib_module_names)


def imported(source: str) -> set[str]:
    """Return the first words of what a module imports, ours whole; relative imports have none."""
    tree = list(ast.walk(ast.parse(source)))
    names = [one.module or "" for one in tree if isinstance(one, ast.ImportFrom) and not one.level]
    names += [alias.name for one in tree if isinstance(one, ast.Import) for alias in one.names]
    return {name if name.startswith("tests.") else name.partition(".")[0] for name in names}


def above(source: str) -> list[str]:
    """Return relative imports that leave this directory."""
    tree = ast.walk(ast.parse(source))
    return [one.module or "" for one in tree if isinstance(one, ast.ImportFrom) and one.level > 1]


def test_it_shares_no_code_with_the_node_it_talks_to() -> None:
    for file in HERE.glob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert imported(source) <= STANDARD_LIBRARY | MAY_IMPORT, file.name
        assert not above(source), file.name


def test_the_matters_it_asks_about_are_plain_values() -> None:
    parts = ast.parse(MATTERS.read_text(encoding="utf-8")).body
    assert imported(MATTERS.read_text(encoding="utf-8")) == {"typing"}
    assert not [part for part in parts if isinstance(part, ast.FunctionDef | ast.ClassDef)]


def test_the_check_sees_what_would_be_shared() -> None:
    assert "lienlac" in imported("from lienlac.core import lane")
    assert "lienlac" in imported("import lienlac.core.lane")
    assert above("from ..core import world") == ["core"]
