"""THREAT_MODEL.md names a test for each attack; each of them must exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(test_\w+)`")


def defined() -> set[str]:
    found = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
    return {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in found.findall(file.read_text("utf-8"))
    }


def test_every_attack_has_a_test_that_exists():
    named = set(NAMED.findall((ROOT / "THREAT_MODEL.md").read_text("utf-8")))
    assert len(named) > 35
    assert named - defined() == set()
