"""Break what a step of the journey relies on, for real: a check that cannot fail proves nothing.

Each act is done once, just before the step named in `before`, to the nodes' files, databases, processes or sessions;
the step in the table's key is the one that must notice.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lienlac.cli.demo.inspector import change, rows
from lienlac.cli.demo.journey import ASKED, CENTRE, NAME, Walk
from lienlac.cli.demo.make import CARD
from lienlac.cli.demo.nodes import LOG, RunningNode

STOPS_TRIED, STOP_AGAIN_AFTER_S = 100, 0.1


@dataclass(frozen=True, kw_only=True)
class Sabotage:
    """What is done, and before which step."""

    before: str
    act: Callable[[Walk], None]


def _file_where_a_home_should_be(walk: Walk) -> None:
    walk.stage.directory.mkdir(parents=True, exist_ok=True)
    walk.there.path.write_bytes(b"")


def _byte_of_the_card(walk: Walk) -> None:
    card = walk.there.path / CARD
    card.write_bytes(_flipped(card.read_bytes()))


def _flipped(raw: bytes, at: int = -1) -> bytes:
    """Return the bytes with one bit of one of them turned; the middle one unless told."""
    place = len(raw) // 2 if at < 0 else at
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def _port_taken(walk: Walk) -> None:
    squatter = socket.create_server(("127.0.0.1", walk.there.desk_port))
    walk.left_open.append(squatter)


def _account_closed(walk: Walk) -> None:
    change(walk.here.path, "UPDATE accounts_user SET is_active = 0 WHERE username = 'linh'")


def _office_without_name(walk: Walk) -> None:
    change(walk.here.path, "UPDATE directory_office SET names = '{}' WHERE code = ?", ASKED)


def _agreement_torn_here(walk: Walk) -> None:
    change(walk.here.path, "DELETE FROM agreements_agreement")


def _agreement_torn_there(walk: Walk) -> None:
    change(walk.there.path, "DELETE FROM agreements_agreement")


def _agreement_torn_at_the_centre(walk: Walk) -> None:
    change(walk.stage.node(CENTRE).path, "DELETE FROM agreements_agreement")


def _envelope_tampered(walk: Walk) -> None:
    for row, raw in _outbox(walk.here):
        change(walk.here.path, "UPDATE mailroom_parcel SET envelope = ? WHERE id = ?", _flipped(raw), row)


def _outbox(node: RunningNode) -> list[tuple[int, bytes]]:
    found = rows(
        node.path, "SELECT id, envelope FROM mailroom_parcel WHERE in_outbox AND length(envelope) > 0"
    )
    return [(row, bytes(raw)) for row, raw in found]


def _other_language(walk: Walk) -> None:
    change(walk.there.path, "UPDATE accounts_user SET language = 'en' WHERE username = 'qin'")


def _post_stopped(walk: Walk) -> None:
    """Stop the post, but not in the middle of a commit: that would stop the desk with it."""
    for _attempt in range(STOPS_TRIED):
        workers = walk.there.workers()
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        if workers and _may_be_written(walk.there.path):
            return
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        time.sleep(STOP_AGAIN_AFTER_S)


def _may_be_written(home: Path) -> bool:
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
    return True


def _role_changed(walk: Walk) -> None:
    change(walk.there.path, "UPDATE accounts_user SET role = 'inspector' WHERE username = 'qin'")


def _sessions_ended(walk: Walk) -> None:
    change(walk.here.path, "DELETE FROM django_session")


def _leaf_changed(walk: Walk) -> None:
    _, row, body = max(_leaves(walk.there))
    change(walk.there.path, "UPDATE audit_leaf SET body = ? WHERE id = ?", _flipped(body), row)


def _leaves(node: RunningNode) -> list[tuple[int, int, bytes]]:
    question = "SELECT l.id, l.body FROM audit_leaf l JOIN audit_ledger g ON g.id = l.ledger_id WHERE g.partner <> ''"
    return [(len(body), row, bytes(body)) for row, body in rows(node.path, question)]


def _name_in_a_log(walk: Walk) -> None:
    with (walk.here.path / LOG).open("a", encoding="utf-8") as log:
        log.write(f"DEBUG asked about {NAME.lower()}\n")


SABOTAGES: dict[str, Sabotage] = {
    "made": Sabotage(before="made", act=_file_where_a_home_should_be),
    "introduced": Sabotage(before="introduced", act=_byte_of_the_card),
    "up": Sabotage(before="up", act=_port_taken),
    "signed_in": Sabotage(before="signed_in", act=_account_closed),
    "told_who_reads": Sabotage(before="told_who_reads", act=_office_without_name),
    "asked": Sabotage(before="asked", act=_agreement_torn_here),
    "sealed": Sabotage(before="sealed", act=_envelope_tampered),
    "received": Sabotage(before="received", act=_agreement_torn_there),
    "on_their_desk": Sabotage(before="on_their_desk", act=_other_language),
    "opened": Sabotage(before="opened", act=_post_stopped),
    "answered": Sabotage(before="answered", act=_role_changed),
    "came_back": Sabotage(before="answered", act=_post_stopped),  # signed and queued there, and stays there
    "closed": Sabotage(before="closed", act=_sessions_ended),
    "proved": Sabotage(before="proved", act=_leaf_changed),
    "no_trace": Sabotage(before="no_trace", act=_name_in_a_log),
    "with_the_centre": Sabotage(before="with_the_centre", act=_agreement_torn_at_the_centre),
}
"""Step -> how it is broken; a row for every step (a test holds this)."""
