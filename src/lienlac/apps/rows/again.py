"""Commit without waiting for the disk what would be learnt again after a power cut.

A commit that nobody was told of, and from which nothing leaves, need not be on the disk before work goes on: the next
commit that waits takes it along, in their order. Whoever kills a process loses nothing of it; a power cut may take it
back, as if it had not been heard. What another node hears, or is signed, or a person did, is never of this kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lienlac.apps.rows import statements


@contextmanager
def heard_again() -> Iterator[None]:
    """Hold a transaction whose commit does not wait for the disk; within another one, it commits as that one does."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        with transaction.atomic():
            _say("SET LOCAL synchronous_commit TO off")
            yield


def _sqlite() -> Iterator[None]:
    """SQLite takes the word only between transactions; FULL is what `site.databases` sets for every connection."""
    _say("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            yield
    finally:
        _say("PRAGMA synchronous=FULL")


def _say(words: str) -> None:
    statements.done(words)
