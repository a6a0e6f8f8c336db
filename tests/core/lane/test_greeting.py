from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.lane.builders import E1, E2, digest, mark

from lienlac.core.errors import Malformed
from lienlac.core.lane import Claim, Lost, Mark, Receiving, Standing

EPOCHS = st.text("0123456789abcdef", min_size=32, max_size=32)
COUNTS = st.integers(0, 2**53 - 1)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
MARKS = st.lists(st.builds(Mark, epoch=EPOCHS, seq=COUNTS, digest=DIGESTS), max_size=5).map(tuple)
CLAIMS = st.builds(Claim, epoch=EPOCHS, sent=COUNTS, acked=MARKS)
STANDINGS = st.builds(
    Standing,
    epoch=EPOCHS | st.just(""),
    seq=COUNTS,
    digest=DIGESTS,
    condition=st.sampled_from(Receiving),
    expected=COUNTS,
    answers=EPOCHS | st.just(""),
    lost=st.lists(st.builds(Lost, epoch=EPOCHS, first=COUNTS, last=COUNTS, before=DIGESTS), max_size=5).map(
        tuple
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=7),
)
CLAIM = Claim(epoch=E2, sent=9, acked=(mark(E1, 4), mark(E2, 8)))
STANDING = Standing(
    epoch=E1, seq=3, digest=digest("x"), condition=Receiving.OPEN, lost=(Lost(epoch=E1, first=4, last=4),)
)


@given(CLAIMS)
def test_a_claim_comes_back_from_its_json(claim: Claim) -> None:
    assert Claim.from_json(json.loads(json.dumps(claim.to_json()))) == claim


@given(STANDINGS)
def test_a_standing_comes_back_from_its_json(standing: Standing) -> None:
    assert Standing.from_json(json.loads(json.dumps(standing.to_json()))) == standing


@given(JSON)
def test_no_value_raises_anything_but_malformed(value: object) -> None:
    for read in (Claim.from_json, Standing.from_json):
        with pytest.raises(Malformed):
            read(value)


@given(st.sampled_from(sorted(STANDING.to_json())), JSON)
def test_a_field_of_another_shape_is_refused_or_read_as_it_stands(field: str, value: object) -> None:
    changed = {**STANDING.to_json(), field: value}
    read, refused = _read(changed)
    assert read == changed or refused is not None


def _read(value: object) -> tuple[object, object]:
    """Give what was read, as JSON again, or the name of the field that was refused."""
    try:
        return Standing.from_json(value).to_json(), None
    except Malformed as error:
        return None, error.facts["field"]


@pytest.mark.parametrize(
    "change",
    [
        {"sent": True},
        {"sent": -1},
        {"sent": 1.0},
        {"sent": 2**53},
        {"epoch": ""},
        {"epoch": E1 + "\n"},
        {"acked": [{"epoch": E1, "seq": 1}]},
        {"acked": [{"epoch": E1, "seq": 1, "digest": ""}]},
        {"acked": [{"epoch": E1, "seq": 1, "digest": "1" * 64, "more": 1}]},
        {"acked": [{"epoch": E1, "seq": 1, "digest": "1" * 64}] * 102},
        {"acked": {}},
        {"more": 1},
    ],
)
def test_a_claim_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Claim.from_json({**CLAIM.to_json(), **change})


@pytest.mark.parametrize("before", [None, "", "1" * 63, "g" * 64])
def test_a_loss_that_does_not_say_what_stands_before_it_is_refused(before: str | None) -> None:
    lost = {"epoch": E1, "first": 4, "last": 4} | ({} if before is None else {"before": before})
    with pytest.raises(Malformed):
        Standing.from_json({**STANDING.to_json(), "lost": [lost]})


def test_what_is_not_acknowledged_begins_behind_the_mark_of_the_present_epoch() -> None:
    assert CLAIM.first_not_acked == 9
    assert Claim(epoch=E2, sent=9, acked=(mark(E1, 4),)).first_not_acked == 1
