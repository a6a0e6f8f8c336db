"""At the door of a hub: two offices leave letters for each other; a stranger does neither, and nobody for another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import room
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import Lane, Parcel
from lienlac.apps.relay.models import Letter
from lienlac.apps.relay.queries import LARGEST
from lienlac.core.envelope.keys import SealingPublic
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.messages import canonical
from lienlac.peer import sealed
from lienlac.peer.bundle.file import BUNDLE
from lienlac.peer.https.door import Door
from lienlac.peer.https.waiting import MOST_OF_A_NODE
from lienlac.peer.letters.letter import LETTER, encode
from lienlac.peer.letters.letter import Letter as Said
from lienlac.peer.relay import wire
from lienlac.site.carrying import Carrying
from tests.apps.mailroom.partner import NOW, Partner, found_us
from tests.peer.calling import Caller, call, run

pytestmark = pytest.mark.django_db(transaction=True)
A, B = "cn-jingxi", "la-boten"


class Office(Caller):
    """One that greets as who only fetches does: it has no lane with the hub."""

    async def session(self) -> str:
        now = moments.to_wire(datetime.now(UTC))
        status, answer = await self.ask("hello", await self.hello(lanes=(), time=now))
        assert status == 200, answer
        return str(answer["session"])


@dataclass(kw_only=True)
class Hub:
    """This node as a hub, and two offices before its door."""

    door: Door
    a: Office
    b: Office


@pytest.fixture
def hub(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Hub:
    found_us()
    carry(monkeypatch, A, B)
    door = Door(Receivers(by_kind={}, receipt=lambda _one: None))
    return Hub(door=door, a=caller(door, A), b=caller(door, B))


def carry(monkeypatch: pytest.MonkeyPatch, *offices: str, **how: int) -> None:
    said = Carrying(offices=offices, **how)
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=said))


def caller(door: Door, code: str) -> Office:
    partner = Partner(code=code)
    partner.introduce()
    return Office(partner=partner, door=door, came=[])


def letter(sender: Office, to: Office, *, form: sealed.Form = LETTER, signed_as: str = "") -> bytes:
    """Return a letter of one office to the other, which this hub cannot open."""
    seal: SealingPublic = to.partner.seal_key.public
    return sealed.seal(
        form,
        encode(Said(claims={}, standings={})),
        sender=signed_as or sender.partner.code,
        receiver=to.partner.code,
        node_key=sender.partner.node_key,
        to=seal,
    )


async def leave(one: Office, raw: bytes, session: str = "", read: int = 0) -> tuple[int, Any]:
    session = session or await one.session()
    return await one.ask(wire.LEAVE, wire.encode_leave(raw, read=read), session)


async def fetch(one: Office, session: str = "", **said: Any) -> list[wire.Lying]:
    session = session or await one.session()
    status, raw = await call(one.door, wire.FETCH, wire.encode_fetch(wire.Fetch(**said)), session)
    assert status == 200, raw
    return list(wire.decode_lying(raw))


def in_thread(look: Callable[[], Any]) -> Awaitable[Any]:
    return asyncio.to_thread(look)


def test_a_letter_goes_through_a_hub_that_has_no_post_with_either(hub: Hub) -> None:
    raw = letter(hub.a, hub.b)

    async def test() -> None:
        status, answer = await leave(hub.a, raw, read=7)
        assert status == 200
        (lying,) = await fetch(hub.b)
        assert lying == wire.Lying(sender=A, number=answer["number"], read=7, sealed=raw)
        assert await fetch(hub.a) == []
        assert await fetch(hub.b, done=[(A, lying.number)]) == []

    run(test)
    assert not Letter.objects.exists()
    assert not Lane.objects.exists()
    assert not Parcel.objects.exists()


def test_who_waits_for_a_letter_has_it_as_soon_as_it_is_left(hub: Hub) -> None:
    async def test() -> None:
        waiting = asyncio.create_task(fetch(hub.b, wait=20))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert (await leave(hub.a, letter(hub.a, hub.b)))[0] == 200
        assert len(await asyncio.wait_for(waiting, 5)) == 1

    run(test)


def test_who_asks_over_many_lines_at_once_keeps_few_of_them_open(hub: Hub) -> None:
    async def test() -> None:
        (a, b), asking = (await hub.a.session(), await hub.b.session()), list[asyncio.Task[Any]]()
        for _ in range(MOST_OF_A_NODE + 3):
            asking.append(asyncio.create_task(fetch(hub.a, a, wait=20)))
            await asyncio.sleep(0.05)
        other = asyncio.create_task(fetch(hub.b, b, wait=20))
        over, still = await asyncio.wait(asking, timeout=0.3)
        assert over == set(asking[:3])  # the oldest: their lines may be dead
        assert (len(still), other.done()) == (MOST_OF_A_NODE, False)
        for one in (*still, other):
            one.cancel()

    run(test)


def test_the_hub_cannot_open_what_it_carries(hub: Hub) -> None:
    raw = letter(hub.a, hub.b)
    (kid,) = sealed.header_of(LETTER, raw).kids
    for ours in queries.own_sealing_keys().values():
        with pytest.raises(Unauthentic, match=r"cannot_unwrap|cannot_open_body"):
            sealed.unseal(
                LETTER,
                raw,
                me=B,
                sealing_keys={kid: ours},
                node_keys=lambda _node, _kid: hub.a.partner.node_key.public,
            )


def test_a_stranger_neither_leaves_nor_fetches_nor_asks(hub: Hub) -> None:
    raw = wire.encode_leave(letter(hub.a, hub.b), read=0)

    async def test() -> None:
        for session in ("", "made-up", "la-boten:x:y"):
            for name, body in (
                (wire.LEAVE, raw),
                (wire.FETCH, b"{}"),
                (wire.ROOM, b"{}"),
                (wire.LEFT, b"{}"),
            ):
                assert await hub.a.ask(name, body, session) == (401, {"error": "session_over"})

    run(test)
    assert not Letter.objects.exists()


def test_a_stranger_fills_no_memory_with_a_letter_that_has_no_end(hub: Hub) -> None:
    async def test() -> None:
        status, answer = await hub.a.ask(wire.LEAVE, b"", "made-up", declared="4000000", dies_after=0)
        assert (status, answer) == (401, {"error": "session_over"})
        too_large = str(wire.MAX_LEAVE_BYTES + 1)
        session = await hub.a.session()
        status, answer = await hub.a.ask(wire.LEAVE, b"", session, declared=too_large, dies_after=0)
        assert (status, answer) == (400, {"error": "body_too_large"})

    run(test)


def test_a_partner_whom_the_operator_does_not_list_is_not_carried_for(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(monkeypatch, B)

    async def test() -> None:
        refused = (403, {"error": "hub_refuses_us"})
        session = await hub.a.session()
        assert await leave(hub.a, letter(hub.a, hub.b), session) == refused
        assert await hub.a.ask(wire.FETCH, wire.encode_fetch(wire.Fetch()), session) == refused
        assert await hub.a.ask(wire.ROOM, wire.encode_room(to=B, size=1), session) == refused
        assert await hub.a.ask(wire.LEFT, wire.encode_left(to=B), session) == refused
        lacks = (403, {"error": "hub_lacks_partner"})
        assert await leave(hub.b, letter(hub.b, hub.a)) == lacks

    run(test)
    assert not Letter.objects.exists()


def test_a_node_that_is_no_hub_carries_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    carry(monkeypatch)

    async def test() -> None:
        assert (await leave(hub.a, letter(hub.a, hub.b)))[0] == 403

    run(test)


def test_trust_that_ended_ends_what_is_carried(hub: Hub) -> None:
    async def test() -> None:
        session = await hub.a.session()
        node = await in_thread(lambda: Node.objects.get(code=A))
        await in_thread(lambda: directory.revoke(node, reason="key_stolen", now=NOW))
        assert await leave(hub.a, letter(hub.a, hub.b), session) == (401, {"error": "stranger"})

    run(test)


def test_nobody_leaves_a_letter_in_the_name_of_another_nor_takes_his_places(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(monkeypatch, A, B, letters=1)

    async def test() -> None:
        forged = letter(hub.a, hub.a, signed_as=B)  # A writes to himself as if it were B
        assert await leave(hub.a, forged) == (401, {"error": "letter_for_other"})
        assert (await leave(hub.a, letter(hub.a, hub.b)))[0] == 200
        assert (await leave(hub.b, letter(hub.b, hub.a)))[0] == 200

    run(test)


@pytest.mark.parametrize("raw", [b"", b"noise", b"LIENLAC-LETTER/1\n" + b"\xff" * 64])
def test_what_is_no_letter_is_not_kept(hub: Hub, raw: bytes) -> None:
    async def test() -> None:
        assert (await leave(hub.a, raw))[0] == 400

    run(test)
    assert not Letter.objects.exists()


def test_a_file_is_not_carried_in_the_place_of_a_letter(hub: Hub) -> None:
    async def test() -> None:
        answer = await leave(hub.a, letter(hub.a, hub.b, form=BUNDLE))
        assert answer == (400, {"error": "not_a_letter"})

    run(test)


def test_a_full_mailbox_and_a_full_disk_are_said_with_507_and_what_came_first_stays(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(monkeypatch, A, B, letters=1)
    raw = letter(hub.a, hub.b)

    async def test() -> None:
        session = await hub.a.session()
        assert await hub.a.ask(wire.ROOM, wire.encode_room(to=B, size=len(raw)), session) == (200, {})
        assert (await leave(hub.a, raw, session))[0] == 200
        full = (507, {"error": "hub_full"})
        assert await hub.a.ask(wire.ROOM, wire.encode_room(to=B, size=len(raw)), session) == full
        assert await leave(hub.a, letter(hub.a, hub.b), session) == full
        assert [one.sealed for one in await fetch(hub.b)] == [raw]
        monkeypatch.setattr(room, "LEAST_FREE", 1 << 60)
        assert await leave(hub.b, letter(hub.b, hub.a)) == (507, {"error": "disk_full"})

    run(test)


def test_a_letter_that_waits_for_its_reader_comes_no_sooner_than_he_asked(hub: Hub) -> None:
    async def test() -> None:
        await leave(hub.a, letter(hub.a, hub.b))
        (lying,) = await fetch(hub.b)
        assert await fetch(hub.b, later=[(A, lying.number, 300)]) == []

    run(test)
    row = Letter.objects.get()
    assert row.due_at - row.left_at >= timedelta(seconds=300)


def test_a_letter_that_breaks_off_half_way_is_not_kept(hub: Hub) -> None:
    async def test() -> None:
        session = await hub.a.session()
        body = wire.encode_leave(letter(hub.a, hub.b), read=0)
        assert (await hub.a.ask(wire.LEAVE, body, session, dies_after=2))[0] == 0

    run(test)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"done": [], "later": []},
        {"done": [], "later": [], "wait": 56},
        {"done": [], "later": [], "wait": True},
        {"done": [["la-boten"]], "later": [], "wait": 0},
        {"done": [["la-boten", -1]], "later": [], "wait": 0},
        {"done": [["La Boten", 1]], "later": [], "wait": 0},
        {"done": [["la-boten", 1]] * 65, "later": [], "wait": 0},
        {"done": [], "later": [["la-boten", 1, 86_401]], "wait": 0},
        {"done": {}, "later": [], "wait": 0},
    ],
)
def test_a_question_of_another_shape_is_refused(said: Any) -> None:
    with pytest.raises(Malformed):
        wire.decode_fetch(canonical.encode(said))


def test_nothing_that_is_carried_is_written_down(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    leaves = Leaf.objects.count()

    async def test() -> None:
        await leave(hub.a, letter(hub.a, hub.b))
        (lying,) = await fetch(hub.b)
        await leave(hub.a, b"noise")
        await fetch(hub.b, done=[(A, lying.number)])

    with caplog.at_level(logging.DEBUG, logger="lienlac"):
        run(test)
    ours = [one for one in caplog.records if one.name.startswith("lienlac")]
    assert (Leaf.objects.count(), ours) == (leaves, [])


def test_the_largest_letter_has_room() -> None:
    assert LETTER.longest == LARGEST
    assert Carrying().size >= LARGEST
