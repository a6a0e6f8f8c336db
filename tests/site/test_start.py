"""What a process that stays does to itself before its work begins."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from lienlac.site import start


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_a_process_began_with_is_not_looked_through_again() -> None:
    ring = list[object]()
    ring.append(ring)
    start.settled()
    assert not any(one is ring for one in gc.get_objects())


def test_rings_that_nothing_reaches_are_found_all_the_same() -> None:
    start.settled()
    assert gc.isenabled()
    ring = list[object]()
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
