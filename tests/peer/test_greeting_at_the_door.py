"""Who comes in at the peer door: a partner who greets with his key, now, and nobody else; one test an attack."""

from __future__ import annotations

import asyncio

import pytest

from lienlac.apps.audit import strangers
from lienlac.apps.audit.models import Leaf, StrangerHour
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Arrival, Incident
from lienlac.core.envelope import frames
from lienlac.peer import greeting
from lienlac.peer.https import knocks
from tests.apps.mailroom.partner import NOW, Partner
from tests.peer.calling import Caller, run

pytestmark = pytest.mark.django_db(transaction=True)


def test_strangers_get_one_plain_error_whatever_they_lack(caller: Caller) -> None:
    async def test() -> None:
        mara = Caller(partner=Partner(code="mm-muse"), door=caller.door, came=[])
        unknown = await mara.ask("hello", await mara.hello())
        mara.partner.code = caller.partner.code
        forged = await mara.ask("hello", await mara.hello())
        assert unknown == forged == (401, {"error": "stranger"})

    run(test)


@pytest.mark.parametrize("sender", ["mm\x00muse", "MM-MUSE", "m" * 65])
def test_a_hello_of_what_is_no_node_is_broken_and_nobody_is_looked_for(caller: Caller, sender: str) -> None:
    """With a zero byte PostgreSQL would fail, and the stranger would hear that the store is busy."""

    async def test() -> None:
        nobody = Caller(partner=Partner(code=sender), door=caller.door, came=[])
        assert await nobody.ask("hello", await nobody.hello()) == (400, {"error": "hello_broken"})

    run(test)


def test_a_hello_for_another_node_opens_no_session(caller: Caller) -> None:
    async def test() -> None:
        answer = await caller.ask("hello", await caller.hello(receiver="la-vientiane"))
        assert answer == (401, {"error": "hello_for_other"})

    run(test)


def test_a_hello_answers_our_nonce_and_no_other(caller: Caller) -> None:
    async def test() -> None:
        for nonce in ("", "0" * 32, greeting.new_nonce() + "x"):
            status, answer = await caller.ask("hello", await caller.hello(nonce=nonce or "x"))
            assert (status, answer) == (401, {"error": "nonce_stale"})

    run(test)


def test_a_session_ends_with_trust(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        await asyncio.to_thread(Node.objects.filter(code=caller.partner.code).update, standing="revoked")
        assert (await caller.ask("parcels", caller.body(1), session))[1] == {"error": "stranger"}

    run(test)


@pytest.mark.parametrize("reason", ["key_stolen", ""])
def test_who_calls_with_a_revoked_key_is_named_and_with_a_followed_one_is_not(
    caller: Caller, reason: str
) -> None:
    async def test() -> None:
        rows = NodeKey.objects.filter(kid=caller.partner.node_key.kid)
        await asyncio.to_thread(rows.update, revoked_at=NOW, revoked_for=reason)
        said = await caller.hello()
        assert await caller.ask("hello", said) == (401, {"error": "stranger"})
        found = await asyncio.to_thread(lambda: list(Incident.objects.values_list("code", "evidence")))
        assert [(code, bytes(raw)) for code, raw in found] == (
            [("revoked_key_used", frames.pack(said))] if reason else []
        )

    run(test)


def test_nobody_is_accused_by_a_key_that_is_merely_named_nor_by_a_hello_of_before(caller: Caller) -> None:
    async def test() -> None:
        old = await caller.hello(nonce="of another day")
        said = frames.unpack(await caller.hello(), count=3, max_bytes=1 << 16)
        rows = NodeKey.objects.filter(kid=caller.partner.node_key.kid)
        await asyncio.to_thread(rows.update, revoked_at=NOW, revoked_for="key_stolen")
        for hello in (old, frames.pack(said[0], said[1], bytes(64))):
            assert (await caller.ask("hello", hello))[0] == 401
        assert not await asyncio.to_thread(Incident.objects.exists)

    run(test)


def test_a_paused_partner_is_told_and_a_revoked_one_is_a_stranger(caller: Caller) -> None:
    async def stand(standing: str) -> None:
        await asyncio.to_thread(Node.objects.filter(code=caller.partner.code).update, standing=standing)

    async def test() -> None:
        session = await caller.session()
        await stand("paused")
        assert await caller.ask("parcels", caller.body(1), session) == (503, {"error": "partner_paused"})
        assert (await caller.ask("hello", await caller.hello()))[1] == {"error": "partner_paused"}
        await stand("revoked")
        assert (await caller.ask("hello", await caller.hello()))[1] == {"error": "stranger"}
        await stand("trusted")
        assert (await caller.ask("hello", await caller.hello()))[0] == 200

    run(test)
    assert not Arrival.objects.exists()


def test_strangers_are_counted_and_cost_one_leaf_an_hour(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knocks, "WRITE_AFTER_S", 0.01)

    async def test() -> None:
        for _ in range(20):
            await caller.ask("nothing-here")
            await caller.ask("hello", b"")
        await caller.door.knocks.written()

    run(test)
    hour = StrangerHour.objects.get()
    assert hour.count == 40
    assert strangers.write_leaves(now=hour.hour) == 0
    later = hour.hour.replace(year=hour.hour.year + 1)
    assert strangers.write_leaves(now=later) == 1
    assert strangers.write_leaves(now=later) == 0
    assert b'"count":40' in bytes(Leaf.objects.filter(ledger__partner="").latest("pk").body)


@pytest.mark.parametrize("years", [-1, 1])
def test_a_wrong_clock_is_noted_and_changes_nothing(caller: Caller, years: int) -> None:
    async def test() -> None:
        _, answer = await caller.ask(
            "hello", await caller.hello(time=f"{2026 + 7 * years}-01-01T00:00:00.000Z")
        )
        status, _ = await caller.ask("parcels", caller.body(1), answer["session"])
        assert status == 200

    run(test)
    assert Incident.objects.filter(code="clock_wrong").count() == 1
