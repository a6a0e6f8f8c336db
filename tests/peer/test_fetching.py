"""Who can only dial out fetches what lies here, answers what he is asked, and asks for proofs himself."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import HeldHead, Ledger
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import bells
from lienlac.apps.mailroom.actions import witnessing
from lienlac.apps.mailroom.models import Incident, Parcel
from lienlac.core.lane import Incoming, Lane, LaneClass, Receiving, Standing
from lienlac.core.ledger import checkpoint
from lienlac.core.messages import canonical
from lienlac.peer import lanes_json, receive, wire
from lienlac.peer.https import waiting
from lienlac.site.wiring import RECEIVERS
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.peer.calling import Caller, call, run

pytestmark = pytest.mark.django_db(transaction=True)


def post_to_partner(caller: Caller) -> None:
    mine = caller.partner.message(from_office=US, to_offices=(caller.partner.code,))
    mailroom.post(mine, lane_class=NORMAL, now=NOW)


def post_and_place(caller: Caller) -> None:
    post_to_partner(caller)
    key = directory.own_signing_key("node", NOW)
    audit.sequence(audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign), now=NOW)


async def asks(caller: Caller, session: str) -> list[Any]:
    body = canonical.encode({"standings": [], "wait": 0})
    return list(wire.decode_fetched((await call(caller.door, "fetch", body, session))[1]).asks)


async def fetch(caller: Caller, session: str, standings: Any, wait: int) -> Any:
    body = canonical.encode({"standings": lanes_json.standings_json(standings), "wait": wait})
    status, raw = await call(caller.door, "fetch", body, session)
    assert status == 200, raw
    fetched = wire.decode_fetched(raw)
    claims, parcels = fetched.claims, fetched.parcels
    return lanes_json.read_claims(claims), parcels


def test_who_can_only_dial_out_fetches_what_lies_here(caller: Caller) -> None:
    post_to_partner(caller)
    theirs = Incoming(lane=Lane(sender=US, receiver=caller.partner.code, lane_class=NORMAL))

    async def test() -> None:
        session = await caller.session()
        claims, parcels = await fetch(caller, session, {}, 0)
        assert (set(claims), parcels) == ({NORMAL}, ())
        stands = replace(theirs.standing(), answers=claims[NORMAL].epoch)
        _, (parcel,) = await fetch(caller, session, {NORMAL: stands}, 0)
        message = await asyncio.to_thread(caller.partner.open, parcel.envelope)
        assert message.kind == "TEST"
        row = await asyncio.to_thread(Parcel.objects.get)
        assert row.sent_at is not None
        holds = replace(
            stands, epoch=row.epoch, seq=1, digest=row.digest, condition=Receiving.OPEN, answers=""
        )
        assert (await fetch(caller, session, {NORMAL: holds}, 0))[1] == ()
        assert (await asyncio.to_thread(Parcel.objects.get)).state == "sent"

    run(test)


def test_a_fetch_waits_for_the_bell_and_not_longer(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        waiting = asyncio.create_task(fetch(caller, session, {}, 20))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await asyncio.to_thread(post_to_partner, caller)
        claims, _ = await asyncio.wait_for(waiting, 5)
        assert set(claims) == {NORMAL}

    run(test)


def test_who_fetches_receipts_alone_keeps_nobody_waiting_who_writes(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a receipt left nobody looks; a hundred offices that fetch theirs would be a hundred writers."""
    theirs = Incoming(lane=Lane(sender=US, receiver=caller.partner.code, lane_class=NORMAL))
    monkeypatch.setattr(receive, "_mark_sent", lambda _leaving: pytest.fail("somebody writes"))
    row = directory.partner(caller.partner.code)
    assert row
    mailroom.take_in(row, caller.partner.parcels(1), RECEIVERS, now=NOW)
    key = directory.own_signing_key("node", NOW)
    audit.sequence(audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign), now=NOW)
    mailroom.issue_receipts(now=NOW)

    async def test() -> None:
        session = await caller.session()
        claims, _ = await fetch(caller, session, {}, 0)
        stands = replace(theirs.standing(), answers=claims[NORMAL].epoch)
        _, (parcel,) = await fetch(caller, session, {NORMAL: stands}, 0)
        message = await asyncio.to_thread(caller.partner.open, parcel.envelope)
        assert message.kind == "RECEIPT"

    run(test)


def test_a_lane_that_nothing_went_by_is_no_reason_to_answer(caller: Caller) -> None:
    """Whoever fetches would come back at once, behind each receipt, to say that nothing came there."""
    never = Incoming(
        lane=Lane(sender=US, receiver=caller.partner.code, lane_class=LaneClass.URGENT)
    ).standing()

    async def test() -> None:
        session = await caller.session()
        waiting = asyncio.create_task(fetch(caller, session, {LaneClass.URGENT: never}, 20))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await asyncio.to_thread(post_to_partner, caller)
        claims, parcels = await asyncio.wait_for(waiting, 5)
        assert (set(claims), parcels) == ({NORMAL, LaneClass.URGENT}, ())

    run(test)


def test_what_comes_while_it_is_looked_for_is_not_missed(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = receive.answer_fetch

    def comes_meanwhile(asked: receive.Fetch) -> bytes | None:
        found = looked(asked)
        if found is None:
            post_to_partner(caller)
            time.sleep(0.2)  # the bell is heard, and whoever is due told, before the answer is back
        return found

    monkeypatch.setattr(receive, "answer_fetch", comes_meanwhile)

    async def test() -> None:
        session = await caller.session()
        claims, _ = await asyncio.wait_for(fetch(caller, session, {}, 20), 5)
        assert set(claims) == {NORMAL}

    run(test)


def test_what_came_without_a_ring_is_found(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_EVERY_S", 0.1)

    async def test() -> None:
        session = await caller.session()
        fetching = asyncio.create_task(fetch(caller, session, {}, 20))
        await asyncio.sleep(0.1)
        with monkeypatch.context() as silent:
            silent.setattr(bells, "ring", lambda: None)
            await asyncio.to_thread(post_to_partner, caller)
        claims, _ = await asyncio.wait_for(fetching, 5)
        assert set(claims) == {NORMAL}

    run(test)


def test_a_ring_wakes_nobody_for_whom_nothing_lies_here(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    looked = receive.answer_fetch
    monkeypatch.setattr(receive, "answer_fetch", lambda asked: looks.append("!") or looked(asked))

    async def test() -> None:
        session = await caller.session()
        fetching = asyncio.create_task(fetch(caller, session, {}, 1))
        await asyncio.sleep(0.1)
        for _ in range(5):
            await asyncio.to_thread(bells.ring)
            await asyncio.sleep(0.02)
        assert (await fetching)[1] == ()

    run(test)
    assert len(looks) == 2  # when it came, and when its time was over


def test_who_can_only_dial_out_is_asked_for_proofs_and_brings_them(caller: Caller) -> None:
    post_to_partner(caller)
    parcel = Parcel.objects.select_related("lane__partner", "message").get()
    caller.partner.stores(parcel)
    body = wire.encode_parcels([wire.WireParcel(position=one, envelope=two) for one, two in [
        caller.partner.receipt_parcel(parcel)]])  # fmt: skip

    async def test() -> None:
        session = await caller.session()
        await caller.ask("parcels", body, session)
        standing = Standing(epoch=parcel.epoch, seq=1, digest=parcel.digest, condition=Receiving.OPEN)
        said = {"standings": lanes_json.standings_json({NORMAL: standing}), "wait": 0}
        status, raw = await call(caller.door, "fetch", canonical.encode(said), session)
        (asked,) = wire.decode_fetched(raw).asks
        assert (status, asked["ask"]) == (200, "inclusion")
        found = [caller.partner.inclusion(one, asked["of"]["size"]) for one in asked["of"]["envelopes"]]
        told = [{"asked": asked, "answer": {"proofs": [one.to_json() for one in found if one]}}]
        assert await caller.ask("answers", canonical.encode({"answers": told}), session) == (200, {})
        status, raw = await call(caller.door, "fetch", canonical.encode(said), session)
        assert wire.decode_fetched(raw).asks == []

    run(test)
    parcel.refresh_from_db()
    assert parcel.proof == "held"


def test_who_can_only_dial_out_is_asked_for_a_head_and_brings_it(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He writes and gets nothing that he would receipt: no R1 of his would bring one."""
    monkeypatch.setattr(witnessing, "ASKED_AFTER", timedelta(0))
    body = wire.encode_parcels(
        [wire.WireParcel(position=one, envelope=two) for one, two in [caller.partner.parcel()]]
    )

    async def test() -> None:
        session = await caller.session()
        await caller.ask("parcels", body, session)
        (asked,) = await asks(caller, session)
        assert asked == {"ask": "head", "of": {}}
        told = [{"asked": asked, "answer": {"checkpoint": caller.partner.checkpoint()}}]
        assert await caller.ask("answers", canonical.encode({"answers": told}), session) == (200, {})
        assert await asks(caller, session) == []

    run(test)
    assert HeldHead.objects.get().size == 1


def test_the_newest_head_is_given_to_its_partner_and_none_before_there_is_one(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        assert await caller.ask("head", b"{}", session) == (400, {"error": "ledger_origin"})
        await asyncio.to_thread(post_and_place, caller)
        status, told = await caller.ask("head", b"{}", session)
        signed = checkpoint.parse(told["checkpoint"].encode())
        origin = checkpoint.Origin.parse(signed.checkpoint.origin)
        assert (status, origin.node, origin.partner) == (200, US, caller.partner.code)
        assert (await caller.ask("head", b'{"more":1}', session))[0] == 400

    run(test)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"answers": {}},
        {"answers": [1]},
        {"answers": [{"asked": 1, "answer": {}}]},
        {"answers": [{"asked": {}, "answer": []}]},
        {"answers": [{}] * 21},
    ],
)
def test_answers_of_another_shape_are_refused(caller: Caller, told: Any) -> None:
    async def test() -> None:
        session = await caller.session()
        answer = await caller.ask("answers", canonical.encode(told), session)
        assert answer == (400, {"error": "answers_malformed"})

    run(test)


def test_an_answer_that_nobody_asked_for_changes_nothing(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        of = {"envelopes": ["0" * 64], "origin": "lienlac/x/pair/y/z", "size": 1}
        told = [
            {"asked": {"ask": "inclusion", "of": of}, "answer": {"proofs": [None]}},
            {"asked": {"ask": "consistency", "of": {}}, "answer": {"proof": []}},
            {"asked": {"ask": "weather", "of": None}, "answer": {"error": "no"}},
        ]
        assert await caller.ask("answers", canonical.encode({"answers": told}), session) == (200, {})

    run(test)
    assert not Incident.objects.exclude(code="clock_wrong").exists()  # the clock of this test stands still


@pytest.mark.parametrize(
    "changed",
    [
        {"size": "1"},
        {"envelopes": []},
        {"envelopes": ["short"]},
        {"envelopes": ["0" * 64] * 101},
        {"envelopes": {}},
        {"origin": 1},
        {"more": 1},
    ],
)
def test_a_question_of_another_shape_is_refused(caller: Caller, changed: dict[str, Any]) -> None:
    asked = {"envelopes": ["0" * 64], "origin": "x", "size": 1} | changed

    async def test() -> None:
        session = await caller.session()
        assert (await caller.ask("inclusion", canonical.encode(asked), session))[0] == 400

    run(test)


def test_a_ledger_is_proven_to_its_partner_and_to_nobody_else(caller: Caller) -> None:
    post_to_partner(caller)
    ledger = Ledger.objects.get(partner=caller.partner.code)
    Ledger.objects.filter(pk=ledger.pk).update(size=0)

    async def test() -> None:
        session = await caller.session()
        asked = {"origin": f"lienlac/{US}/pair/{caller.partner.code}/{ledger.epoch}", "first": 0, "second": 0}
        assert await caller.ask("consistency", canonical.encode(asked), session) == (200, {"proof": []})
        other = asked | {"origin": f"lienlac/{US}/pair/mm-muse/{ledger.epoch}"}
        assert (await caller.ask("consistency", canonical.encode(other), session))[0] == 400
        beyond = asked | {"second": 5}
        assert (await caller.ask("consistency", canonical.encode(beyond), session))[1] == {
            "error": "ledger_sizes"
        }

    run(test)
