"""What an error of the store means, whoever raised it and whatever came in its wake."""

import errno

import pytest

from lienlac.core.errors import store_unavailable


class OfPostgresql(Exception):
    sqlstate = "53100"


def in_the_wake_of(cause: BaseException) -> Exception:
    wake = RuntimeError("no such savepoint")
    wake.__context__ = cause
    return wake


FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    RuntimeError("database or disk is full"),
    OfPostgresql(),
]


@pytest.mark.parametrize("error", [*FULL, *map(in_the_wake_of, FULL)], ids=repr)
def test_a_full_disk_is_known(error: Exception) -> None:
    assert store_unavailable(error).code == "disk_full"


class BrokenPostgresql(Exception):
    sqlstate = "58030"


FAILING = [
    OSError(errno.EIO, "I/O error"),
    OSError(errno.EROFS, "Read-only file system"),
    RuntimeError("disk I/O error"),
    RuntimeError("attempt to write a readonly database"),
    BrokenPostgresql(),
]


@pytest.mark.parametrize("error", [*FAILING, *map(in_the_wake_of, FAILING)], ids=repr)
def test_a_disk_that_fails_is_known(error: Exception) -> None:
    assert store_unavailable(error).code == "disk_fails"


@pytest.mark.parametrize(
    "error", [RuntimeError("database is locked"), OSError(errno.ENOENT, "No such file")], ids=repr
)
def test_any_other_trouble_is_a_busy_store(error: Exception) -> None:
    assert store_unavailable(error).code == "database_busy"


def test_causes_that_go_round_end() -> None:
    one, other = RuntimeError("one"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    assert store_unavailable(one).code == "database_busy"
