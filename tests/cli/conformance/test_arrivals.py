"""A node that is wrong about arrivals or the marks of receipts is found by the probe of that name, and by no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.apps.mailroom.partner import NOW, Partner, found_us

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.models import Arrival, Message, Parcel, Receipt
from lienlac.cli.conformance import arrivals, letters, probe
from lienlac.cli.conformance.ground import Answer, Ground
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.ledger import checkpoint
from lienlac.core.messages import canonical

pytestmark = pytest.mark.django_db


@dataclass(kw_only=True)
class Ledgered(Ground):
    """An honest node as far as its ledger goes; `lie` changes what it answers."""

    honest: Partner
    lie: Callable[[dict[str, Any], Answer], Answer] = lambda _asked, answer: answer

    def ask(self, name: str, body: bytes = b"", **_how: Any) -> Answer:
        asked = json.loads(body)
        try:
            answer = Answer(status=200, body=canonical.encode({"proofs": self._proofs(asked)}))
        except LienlacError as error:
            answer = Answer(status=400, body=canonical.encode({"error": error.code}))
        return self.lie(asked, answer)

    def _proofs(self, asked: dict[str, Any]) -> list[Any]:
        if not 0 < len(asked["envelopes"]) <= 100:
            raise Malformed("inclusion_malformed")
        if checkpoint.Origin.parse(asked["origin"]).partner != "vn-tra-linh":
            raise Malformed("ledger_origin")
        if asked["size"] > len(self.honest.ledger):
            raise Malformed("ledger_sizes")
        found = [self.honest.inclusion(one, asked["size"]) for one in asked["envelopes"]]
        return [one.to_json() if one else None for one in found]


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Ledgered:
    """Our letters are written, the partner has stored the good one and says so with a head of its ledger."""
    found_us()
    partner = Partner()
    node = partner.introduce()
    monkeypatch.setattr(letters, "RECEIPTS_WITHIN_S", 0.0)
    made = Ledgered(partner=node, url="https://127.0.0.1:9", honest=partner, at=NOW)
    with transaction.atomic():
        letters.send(made)
    good = Parcel.objects.get(seq=1 + [one.name for one in letters.LETTERS].index("letter_stored"))
    partner.stores(good)
    receipted(node, good.message)
    note = partner.checkpoint(size=len(partner.ledger)).encode()
    head = checkpoint.parse(note).checkpoint
    HeldHead.objects.create(
        partner=node.code, origin=head.origin, size=head.size, note=note, came_at=NOW, proven=True
    )
    came(node, partner, marked=True)
    return made


def receipted(node: Node, message: Message) -> None:
    Receipt.objects.create(
        message=message, partner=node, stage="R1", status="stored", at=NOW, came_at=NOW, word=message
    )


def came(node: Node, partner: Partner, *, marked: bool) -> None:
    from lienlac.apps.mailroom import lanes

    lane, _ = lanes.row_in(node, letters.LANE)
    position, _ = partner.place(partner.sealed(), marked=marked)
    Arrival.objects.create(
        lane=lane, epoch="1" * 32, seq=1 + Arrival.objects.count(), digest="0" * 64, position=position,
        envelope=b"", state="stored" if marked else "refused", reason="" if marked else arrivals.UNMARKED,
        arrived_at=NOW + timedelta(seconds=1),
    )  # fmt: skip


def failed(ground: Ground) -> list[str]:
    return [one.name for one in probe.run(arrivals.ARRIVALS, ground) if not one.passed]


def test_an_honest_ledger_keeps_every_promise(ground: Ledgered) -> None:
    assert failed(ground) == []


def proofs(value: list[Any]) -> Answer:
    return Answer(status=200, body=canonical.encode({"proofs": value}))


def of_letter(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any], Answer], Answer]:
    """Lie about what came, and about nothing else."""

    def lie(_asked: dict[str, Any], answer: Answer) -> Answer:
        found = json.loads(answer.body).get("proofs", [None])
        return proofs([change(found[0])]) if found[0] else answer

    return lie


@pytest.mark.parametrize(
    "change",
    [
        lambda _told: None,
        lambda told: told | {"leaf": told["leaf"].replace("parcel_stored", "parcel_sent")},
        lambda told: told | {"index": told["index"] + 1},
        lambda told: told | {"proof": [*told["proof"], "A" * 43 + "="]},
        lambda told: {"leaf": told["leaf"]},
        lambda _told: "yes",
    ],
    ids=["denies it", "shows another leaf", "another place", "another proof", "a leaf alone", "a word"],
)
def test_a_ledger_that_does_not_show_what_came_is_found(ground: Ledgered, change: Any) -> None:
    ground.lie = of_letter(change)
    assert failed(ground) == ["inclusion_holds"]


def test_a_ledger_that_shows_another_letter_is_found(ground: Ledgered) -> None:
    other = Parcel.objects.get(seq=1)
    ground.honest.stores(other)
    note = ground.honest.checkpoint(size=len(ground.honest.ledger)).encode()
    HeldHead.objects.update(note=note, size=len(ground.honest.ledger))
    of_other = ground.honest.inclusion(other.digest, len(ground.honest.ledger))
    assert of_other
    ground.lie = of_letter(lambda _told: of_other.to_json())
    assert failed(ground) == ["inclusion_holds"]


def test_a_ledger_that_shows_what_never_came_is_found(ground: Ledgered) -> None:
    told = {"index": 0, "leaf": "{}", "proof": []}
    ground.lie = lambda asked, answer: (
        proofs([told]) if answer.status == 200 and asked["envelopes"] == [arrivals.NEVER_SENT] else answer
    )
    assert failed(ground) == ["inclusion_of_nothing"]


@pytest.mark.parametrize(
    ("name", "asked_so"),
    [
        ("inclusion_beyond", lambda asked: asked["size"] >= 10**9),
        ("inclusion_of_the_house", lambda asked: "/house/" in asked["origin"]),
        ("inclusion_of_none", lambda asked: not asked["envelopes"]),
        ("inclusion_of_too_many", lambda asked: len(asked["envelopes"]) > 100),
    ],
)
def test_a_door_that_answers_what_nobody_may_ask_is_found(
    ground: Ledgered, name: str, asked_so: Callable[[dict[str, Any]], bool]
) -> None:
    ground.lie = lambda asked, answer: proofs([None]) if asked_so(asked) else answer
    assert failed(ground) == [name]


def test_a_receipt_at_an_unmarked_place_is_found(ground: Ledgered) -> None:
    came(ground.partner, ground.honest, marked=False)
    assert failed(ground) == ["receipts_are_marked"]


def test_that_no_receipt_came_is_no_mark(ground: Ledgered) -> None:
    ground.at = NOW + timedelta(hours=1)
    assert failed(ground) == ["receipts_are_marked"]


def test_an_answer_to_what_is_marked_as_a_receipt_is_found(
    ground: Ledgered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our letters again; the partner answers every one, the marked ones too."""

    def answered(row: Message) -> str:
        return "refused RF22"

    monkeypatch.setattr(letters, "_receipt", answered)
    found = {one.name: one.passed for one in letters.send(ground)}
    marked = {one.name for one in letters.LETTERS if one.marked}
    assert len(marked) == 2
    assert {name for name in marked if found[name]} == set()


def test_silence_where_none_was_promised_is_found(ground: Ledgered) -> None:
    found = {one.name: one.passed for one in letters.send(ground)}
    assert {name for name, passed in found.items() if passed} == {
        one.name for one in letters.LETTERS if one.marked
    }


def test_what_lies_at_a_marked_place_waits_for_no_receipt(ground: Ledgered) -> None:
    waits = dict(Parcel.objects.order_by("seq").values_list("seq", "until"))
    assert [until for _, until in sorted(waits.items())[:3]] == ["ack", "ack", "receipt"]
