"""The tests that a document names as its proof, and those that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(test_\w+)`")
_DEFINED = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)


def named_in(document: str) -> set[str]:
    """Return the tests that a document names; it stands at a path below the root."""
    return set(_NAMED.findall((ROOT / document).read_text("utf-8")))


def defined() -> set[str]:
    """Return the names of all tests."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for file in files for name in _DEFINED.findall(file.read_text("utf-8"))}
