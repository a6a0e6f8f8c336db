"""Two nodes of the demo that post to each other: look into them from outside, wait for them, let them be examined."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from lienlac.cli.demo.nodes import RunningNode

ASKING, ASKED, HUB = "vn-tra-linh", "cn-jingxi", "xr-lmlecc"
QUIET_WITHIN_S = 120.0
PLACED_WITHIN_S = 60.0


def rows(node: RunningNode, query: str) -> list[tuple[object, ...]]:
    """Ask a node's database as an inspector would, from outside."""
    with sqlite3.connect(f"file:{node.path / 'db.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        return database.execute(query).fetchall()


def unsettled(node: RunningNode) -> int:
    """Return how many parcels still wait for a receipt or an ack."""
    ((count,),) = rows(node, "SELECT count(*) FROM mailroom_parcel WHERE in_outbox")
    return int(str(count))


def wait_until_quiet(*nodes: RunningNode) -> None:
    """Wait until every outbox is empty."""
    ends = time.monotonic() + QUIET_WITHIN_S
    while left := [unsettled(node) for node in nodes if unsettled(node)]:
        assert time.monotonic() < ends, left
        time.sleep(0.1)


def wait_until_placed(node: RunningNode) -> None:
    """Wait until each leaf has its place: an export says nothing of the others."""
    ends = time.monotonic() + PLACED_WITHIN_S
    while (waiting := rows(node, "SELECT count(*) FROM audit_leaf WHERE place IS NULL")) != [(0,)]:
        assert time.monotonic() < ends, waiting
        time.sleep(0.1)


def export_that_holds(node: RunningNode, partner: str, file: Path) -> bytes:
    """Export what was exchanged with a partner and hold that it verifies; return the file's bytes."""
    wait_until_placed(node)
    command = [sys.executable, "-m", "lienlac.cli", "--home", str(node.path), "audit"]
    subprocess.run([*command, "export", partner, str(file)], check=True, capture_output=True)
    verified = subprocess.run([*command, "verify", str(file)], check=False, capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout
    return file.read_bytes()


def can_only_dial_out(node: RunningNode, partner: RunningNode) -> None:
    """Start a node anew as one that nobody can ring: in its settings and in both books it has no address."""
    node.stop()
    settings = node.path / "node.toml"
    before, peer = settings.read_text().split("[peer]\n", 1)
    settings.write_text(before + "[peer]\n" + re.sub('host = "[^"]*"', 'host = ""', peer, count=1))
    for book in (node, partner):
        with sqlite3.connect(book.path / "db.sqlite3", timeout=20) as database:
            database.execute("UPDATE directory_node SET endpoint = '' WHERE code = ?", (node.player.code,))
    node.start()


def go_through(hub: RunningNode, *offices: RunningNode) -> None:
    """Start nodes anew as two that nobody can ring, whose post to each other a third one carries and cannot read."""
    codes = [one.player.code for one in offices]
    for node in (hub, *offices):
        node.stop()
        settings = node.path / "node.toml"
        said = f"offices = {codes!r}" if node is hub else f'hub = "{hub.player.code}"'
        text = settings.read_text() + f"\n[relay]\n{said}\n"
        before, peer = text.split("[peer]\n", 1)
        if node is not hub:
            peer = re.sub('host = "[^"]*"', 'host = ""', peer, count=1)
        settings.write_text(before + "[peer]\n" + peer)
        others = [code for code in codes if code != node.player.code and node is not hub]
        with sqlite3.connect(node.path / "db.sqlite3", timeout=20) as database:
            for code in codes:
                database.execute("UPDATE directory_node SET endpoint = '' WHERE code = ?", (code,))
            for code in others:
                database.execute("UPDATE directory_node SET transport = 'relay' WHERE code = ?", (code,))
    for node in (hub, *offices):
        node.start()
