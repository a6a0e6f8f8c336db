"""In which order test files run, and which of them hold tests of a kind."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
APART = ("browser", "processes")  # markers of the kinds that run by themselves

# The files that take longest, the longest first: one that began last would keep one worker busy beside an idle one.
LONGEST = (
    "journeys/test_sabotages.py",
    "web/test_pages.py",
    "journeys/test_demo_check.py",
    "cli/test_backup.py",
    "core/lane/test_simulation.py",
    "journeys/test_kill.py",
    "web/test_query_counts.py",
    "cli/test_keys.py",
    "journeys/test_files.py",
    "peer/bundle/test_exchange.py",
    "second_node/test_exchange.py",
    "cli/test_upgrade.py",
)
_PLACES = {TESTS / name: place for place, name in enumerate(LONGEST)}


def place(file: Path) -> int:
    """Return where a file stands in the order: those that are not among the longest come after them."""
    return _PLACES.get(file, len(LONGEST))


def names_marker(file: Path, marker: str) -> bool:
    """Say whether a file's text names a marker; that no other file's tests bear it is held at each run."""
    return f"mark.{marker}" in file.read_text(encoding="utf-8")
