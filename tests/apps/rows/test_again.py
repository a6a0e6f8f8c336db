"""What would be heard again waits for no disk; everything after it does."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection

from lienlac.apps.rows.again import heard_again

pytestmark = pytest.mark.django_db(transaction=True)

SQLITE_NORMAL, SQLITE_FULL = 1, 2


def waits_for_the_disk() -> bool:
    """Say what the next commit of this connection, or the one in hand, does."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            (mode,) = cursor.execute("PRAGMA synchronous").fetchone()
            assert mode in (SQLITE_NORMAL, SQLITE_FULL)
            return bool(mode == SQLITE_FULL)
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


def test_a_commit_of_what_is_heard_again_waits_for_no_disk_and_the_next_one_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # connected, with the settings of a node
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")  # the tests' own connections are not so strict
    with heard_again():
        assert not waits_for_the_disk()
    assert waits_for_the_disk()
    with suppress(ZeroDivisionError), heard_again():
        raise ZeroDivisionError
    assert waits_for_the_disk()
