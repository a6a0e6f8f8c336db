"""Workers that see the same share the partners alike, each partner once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.lane.sharing import shares

WORKERS = st.sets(st.integers(1, 2**31), min_size=1, max_size=6)
PARTNERS = st.sets(st.text("abc-", min_size=1, max_size=6), max_size=30)


@given(WORKERS, PARTNERS, st.data())
def test_every_partner_has_one_worker_and_none_has_two_more_than_another(
    workers: set[int], partners: set[str], data: st.DataObject
) -> None:
    desk = data.draw(st.sampled_from([None, *sorted(workers)]))
    shared = shares(workers, partners, desk=desk)
    assert shared.keys() == partners
    counts = Counter(dict.fromkeys(workers, 0)) + Counter(shared.values())
    held = [counts[worker] for worker in workers]
    assert max(held) - min(held) <= 1
    assert desk is None or counts[desk] == min(held)
    assert shares(sorted(workers, reverse=True), sorted(partners, reverse=True), desk=desk) == shared


def test_nobody_shares_what_is_not_there() -> None:
    assert shares([], ["la-boten"], desk=None) == {}
