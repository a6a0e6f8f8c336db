"""The partners that `bench.postgres` plays speak the protocol of today."""

from __future__ import annotations

from typing import Any

from bench.postgres.station import Book, Partner

from lienlac.core.envelope import frames
from lienlac.core.lane import Claim, LaneClass
from lienlac.core.lane.greeting import Mark
from lienlac.core.messages import canonical
from lienlac.peer import lanes_json

EPOCH = "0" * 32
DIGEST = "ab" * 32


def test_a_partner_of_the_bench_answers_a_claim_with_and_without_marks() -> None:
    partner = Partner("cn-jingxi", Book())
    for marks in ((), (Mark(epoch=EPOCH, seq=1, digest=DIGEST),)):
        claim = Claim(epoch=EPOCH, sent=2, acked=marks)
        said = {"lanes": lanes_json.claims_json({LaneClass.NORMAL: claim})}
        answer: Any = canonical.decode(partner.answer("hello", frames.pack(canonical.encode(said), b"", b"")))
        assert lanes_json.read_standings(answer["standings"]).keys() == {LaneClass.NORMAL}
