"""Whatever the protocol names has bytes to compare with: a new structure without a vector is found here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import lienlac
from lienlac.apps.mailroom.actions import Receivers
from lienlac.peer.https.door import Door
from tests.house.named import ROOT
from tests.vectors.make import HERE, kept

SOURCE = Path(lienlac.__file__).parent
PAGES = ROOT / "docs/protocol"
NAMED = re.compile(
    r"application/vnd\.lienlac\.[a-z+-]+|lienlac/[a-z-]+/\d|LIENLAC-[A-Z]+/|lienlac-(?:export|fork|opening)"
)

VECTORS = {
    # what it is called in its bytes -> file, and where in it a whole one stands
    "application/vnd.lienlac.message+json": ("messages", "messages", "R2", "signed"),
    "application/vnd.lienlac.envelope": ("envelope/envelope", "opens", "envelope"),
    "application/vnd.lienlac.hello+json": ("transport", "hello", "signed"),
    "application/vnd.lienlac.card+json": ("card", "cards", 0, "signed"),
    "application/vnd.lienlac.state-root+json": ("directory", "root", "signed"),
    "application/vnd.lienlac.state-directory+json": ("directory", "directory", "signed"),
    "application/vnd.lienlac.roots+json": ("roots", "first", "list"),
    "application/vnd.lienlac.bundle": ("bundle", "opens", "file"),
    "application/vnd.lienlac.letter": ("letter", "full", "letter"),
    "application/vnd.lienlac.export-end": ("export", "export"),
    "LIENLAC-BUNDLE/": ("bundle", "opens", "file"),
    "LIENLAC-LETTER/": ("letter", "full", "letter"),
    "lienlac-export": ("export", "export"),
    "lienlac-fork": ("export", "fork"),
    "lienlac-opening": ("export", "opening"),
    "application/vnd.lienlac.commitment+json": ("export", "commitment"),
    "lienlac/lane-position/1": ("lane", "positions", 0, "signed"),
    "lienlac/lane/1": ("lane", "links", 1, "link"),
}
STAYS_AT_HOME = {"LIENLAC-ARCHIVE/", "LIENLAC-LOCK/", "LIENLAC-SEALED/"}
"""Files of a node's own, which no other node ever reads."""
OTHERS_FORMATS = {"kinds.md"}
"""Made from the tables of the node, whose bodies stand among the messages."""


@cache
def named_in_source() -> dict[str, str]:
    """Return what names a structure in the source, and where."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for text in constants(path):
            for name in NAMED.findall(text):
                found[name] = str(path.relative_to(SOURCE))
    return found


def constants(path: Path) -> Iterator[str]:
    """Give the texts and bytes of a module but its docstrings, which tell of others' structures."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told:
            if isinstance(node.value, str):
                yield node.value
            elif isinstance(node.value, bytes):
                yield node.value.decode("latin-1")


def at(value: Any, *steps: str | int) -> Any:
    for step in steps:
        value = value[step]
    return value


def test_each_structure_of_the_source_has_a_vector() -> None:
    assert set(named_in_source()) - STAYS_AT_HOME == set(VECTORS)
    assert set(named_in_source()) >= STAYS_AT_HOME


@pytest.mark.parametrize("name", VECTORS)
def test_its_vector_is_there_and_its_page_names_it(name: str) -> None:
    file, *steps = VECTORS[name]
    raw = at(kept(file), *steps)
    assert isinstance(raw, str)
    assert len(raw) >= 64
    assert any(name in page.read_text("utf-8") for page in PAGES.glob("*.md"))


def test_each_question_at_the_door_and_its_answer_have_a_vector() -> None:
    there = set(kept("transport")) | set(kept("relay"))
    routes = set(Door(Receivers(by_kind={}, receipt=lambda _delivery: None))._routes)
    bare = {"challenge"}  # a request without a body
    elsewhere = {"fetch"}  # its answer is `fetched`
    assert {"fetched", "error"} <= there
    assert {name for name in routes - bare if name not in there} == set()
    assert {name for name in routes - elsewhere if f"answer_to_{name}" not in there} == set()


def rows() -> dict[str, list[str]]:
    """Return, by page, the files of vectors that the README names beside it."""
    lines = (PAGES / "README.md").read_text("utf-8").splitlines()
    found = [re.match(r"\| \[([\w.-]+\.md)\]\(\1\) \|.*\|([^|]*)\|$", line) for line in lines]
    return {row[1]: re.findall(r"`([\w./-]+)`", row[2]) for row in found if row}


def test_each_page_has_vectors_that_exist_and_each_vector_a_page() -> None:
    assert set(rows()) == {page.name for page in PAGES.glob("*.md")} - {"README.md"}
    assert {page for page, files in rows().items() if not files} == OTHERS_FORMATS
    files = {file for named in rows().values() for file in named}
    assert {file for file in files if not (HERE / file).exists()} == set()
    made = {path.name for path in HERE.glob("*.json")} - {"kinds.json"}
    assert made <= files
