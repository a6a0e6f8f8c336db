"""One of several things that fails is told, and stops none of the others; what is no fault of it stops them."""

from __future__ import annotations

import logging

import pytest
from django.db import InterfaceError, OperationalError

from lienlac.apps.rows import singly
from lienlac.core.errors import Refused


def failing(error: Exception) -> int:
    raise error


def test_what_a_deed_gives_is_given_on() -> None:
    assert singly.done(lambda: 3, "counting") == 3


def test_what_the_house_says_no_to_is_told_by_its_code_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert singly.done(lambda: failing(Refused("not_now", subject="Đàm Khánh Viễn")), "erasing row 7") == 0
    (said,) = caplog.records
    assert (said.levelno, said.getMessage()) == (logging.WARNING, "erasing row 7 was not possible: not_now")
    assert not said.exc_info


def test_a_fault_of_ours_is_told_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    assert singly.done(lambda: failing(ZeroDivisionError()), "erasing row 7") == 0
    (said,) = caplog.records
    assert (said.levelno, said.getMessage()) == (
        logging.ERROR,
        "erasing row 7 failed; it is tried again",
    )
    assert said.exc_info


@pytest.mark.parametrize(
    "error", [OperationalError("disk full"), InterfaceError("connection already closed")]
)
def test_what_is_no_fault_of_one_thing_goes_through(error: Exception) -> None:
    with pytest.raises(type(error)):
        singly.done(lambda: failing(error), "erasing row 7")
