"""Two people act at the same moment, each on a connection of his own: the second while the first is in the middle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection

from lienlac.core.errors import LienlacError

LONG_ENOUGH_S = 0.4  # for whoever does not wait to come through


class Middle:
    """A function that stops its first caller until he is let go on; put it where the deed has been judged already."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self.real = real
        self.reached, self.go_on = Event(), Event()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(20)
        return self.real(*args, **kwargs)


def two_at_once(first: Callable[[], Any], second: Callable[[], Any], middle: Middle) -> list[str]:
    """Begin the second deed in the middle of the first; return the codes of those that were refused."""
    with ThreadPoolExecutor(2) as both:
        one = both.submit(_done, first)
        assert middle.reached.wait(20), one.exception(0)
        other = both.submit(_done, second)
        with pytest.raises(TimeoutError):  # it waits for the first
            other.result(LONG_ENOUGH_S)
        middle.go_on.set()
        return [code for code in (one.result(20), other.result(20)) if code]


def _done(deed: Callable[[], Any]) -> str:
    try:
        deed()
    except LienlacError as refusal:
        return refusal.code
    finally:
        connection.close()
    return ""
