"""Addresses of static files that change with their content, without a build step at start."""

from __future__ import annotations

import hashlib
from pathlib import Path

SOURCES_ONLY = frozenset({".gz", ".br"})  # compressed when the wheel is built; not content of their own


def digest(root: Path) -> str:
    """Return 12 hex digits that change when any file below `root` changes."""
    total = hashlib.sha256()
    for file in sorted(
        path for path in root.rglob("*") if path.is_file() and path.suffix not in SOURCES_ONLY
    ):
        total.update(file.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:12]


def is_immutable(_path: str, url: str) -> bool:
    """Every file below the versioned address may be kept by a browser for ever."""
    return url.startswith("/static/")
