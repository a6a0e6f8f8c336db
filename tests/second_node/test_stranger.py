"""The second node knows nothing of the first but its documents."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MAY_IMPORT = {"cryptography", "urllib3", "pytest", "hypothesis"}
WITHOUT_THE_NODE = {
    "tests.matters",
    "tests.ports",
}  # invented values, and doors that are free on this machine
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
        assert imported(source) <= STANDARD_LIBRARY | MAY_IMPORT | WITHOUT_THE_NODE, file.name
        assert not above(source), file.name


@pytest.mark.parametrize("module", sorted(WITHOUT_THE_NODE))
def test_what_it_borrows_knows_nothing_of_the_node(module: str) -> None:
    source = (HERE.parents[1] / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    assert imported(source) <= STANDARD_LIBRARY


def test_the_check_sees_what_would_be_shared() -> None:
    assert "lienlac" in imported("from lienlac.core import lane")
    assert "lienlac" in imported("import lienlac.core.lane")
    assert above("from ..core import world") == ["core"]
