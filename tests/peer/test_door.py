"""The peer door, asked as a node and as a stranger asks it; one test an attack. No socket: ASGI events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import OperationalError

from lienlac.apps.audit import strangers
from lienlac.apps.audit.models import Leaf, StrangerHour
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import Arrival, Incident, Parcel
from lienlac.core.lane import Receiving, Standing
from lienlac.core.messages import canonical
from lienlac.peer import greeting, lanes_json, wire
from lienlac.peer.https import body as bodies
from lienlac.peer.https import knocks
from lienlac.peer.https.door import Door
from tests.apps.mailroom.partner import NORMAL, NOW, US, Partner, found_us

pytestmark = pytest.mark.django_db(transaction=True)

GIGABYTE = 1 << 30


@dataclass(kw_only=True)
class Caller:
    """Somebody at the door; `came` is what the rooms above were given."""

    partner: Partner
    door: Door
    came: list[Any]

    async def ask(self, path: str, body: bytes = b"", session: str = "", **how: Any) -> tuple[int, Any]:
        """Send a request; return status and answer."""
        status, raw = await call(self.door, path, body, session, **how)
        return status, canonical.decode(raw) if raw else None

    async def hello(self, **changed: Any) -> bytes:
        """Return a signed hello that answers a fresh nonce."""
        _, challenge = await self.ask("challenge")
        said = {
            "sender": self.partner.code,
            "receiver": US,
            "time": "2026-11-21T08:30:00.000Z",
            "nonce": challenge["nonce"],
            "lanes": tuple(lanes_json.claims_json({NORMAL: self.partner.claim()})),
        }
        return greeting.sign_hello(greeting.Hello(**(said | changed)), self.partner.node_key)

    async def session(self) -> str:
        """Greet; return the session."""
        status, answer = await self.ask("hello", await self.hello())
        assert status == 200, answer
        return str(answer["session"])

    def body(self, count: int) -> bytes:
        """Return a body of so many new parcels."""
        return wire.encode_parcels(
            [
                wire.WireParcel(position=position, envelope=sealed)
                for position, sealed in self.partner.parcels(count)
            ]
        )


async def call(
    door: Door,
    path: str,
    body: bytes = b"",
    session: str = "",
    *,
    declared: str | None = None,
    dies_after: int | None = None,
    method: str = "POST",
) -> tuple[int, bytes]:
    """Play an ASGI server: pieces of 1,000 bytes, a disconnect after `dies_after` of them."""
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)] or [b""]
    sent: list[dict[str, Any]] = []
    events = _events(pieces, dies_after)

    async def receive() -> dict[str, Any]:
        return next(events, {"type": "http.disconnect"})

    async def send(event: Any) -> None:
        sent.append(event)

    length = declared if declared is not None else str(len(body))
    headers = [(b"content-length", length.encode()), (b"lienlac-session", session.encode())]
    scope = {"type": "http", "method": method, "path": f"/peer/v1/{path}", "headers": headers}
    await door(scope, receive, send)
    if not sent:
        return 0, b""
    return sent[0]["status"], sent[1]["body"]


def _events(pieces: list[bytes], dies_after: int | None) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(pieces):
        if number == dies_after:
            return
        yield {"type": "http.request", "body": piece, "more_body": number + 1 < len(pieces)}


@pytest.fixture
def caller(transactional_db: None) -> Caller:
    found_us()
    partner, came = Partner(), list[Any]()
    partner.introduce()
    door = Door(Receivers(by_kind={"TEST": came.append}, receipt=came.append))
    return Caller(partner=partner, door=door, came=came)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]


def test_a_partner_greets_and_brings_parcels(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        status, answer = await caller.ask("parcels", caller.body(3), session)
        assert status == 200
        assert lanes_json.read_standings(answer["standings"])[NORMAL].seq == 3

    run(test)
    assert len(caller.came) == 3


def test_a_body_that_dies_half_way_stores_nothing(caller: Caller) -> None:
    """An ASGI server says `http.disconnect` and raises nothing: half a body must not pass for a whole one."""
    body = caller.body(3)

    async def test() -> None:
        session = await caller.session()
        for dies_after in range(0, len(body) // 1000, 3):
            assert await call(caller.door, "parcels", body, session, dies_after=dies_after) == (0, b"")
        assert (await caller.ask("parcels", body, session))[0] == 200

    run(test)
    assert len(caller.came) == 3


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("9999999", "body_cut"),
        ("10", "body_cut"),
        ("", "length_required"),
        ("-1", "length_required"),
        ("²", "length_required"),
    ],
)
def test_a_body_of_another_length_than_declared_stores_nothing(
    caller: Caller, declared: str, code: str
) -> None:
    async def test() -> None:
        session = await caller.session()
        answer = await caller.ask("parcels", caller.body(2), session, declared=declared)
        assert answer == (400, {"error": code})

    run(test)
    assert not Arrival.objects.exists()


def test_a_gigabyte_is_refused_before_a_byte_is_read(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()

        async def receive() -> Any:
            raise AssertionError("a byte was read")

        scope = {"headers": [(b"content-length", str(GIGABYTE).encode())]}
        with pytest.raises(Exception, match="body_too_large"):
            await bodies.whole(scope, receive, wire.MAX_BODY_BYTES)
        assert await caller.ask("parcels", b"x", session, declared=str(GIGABYTE)) == (
            400,
            {"error": "body_too_large"},
        )

    run(test)


def test_a_stranger_cannot_make_the_door_read_a_body(caller: Caller) -> None:
    async def test() -> None:
        answer = await caller.ask("parcels", caller.body(1), "not a session", dies_after=0)
        assert answer == (401, {"error": "session_over"})

    run(test)


def test_json_too_deep_or_with_a_key_twice_is_a_plain_error(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        assert await caller.ask("fetch", b"[" * 10_000 + b"]" * 10_000, session) == (
            400,
            {"error": "json_too_deep"},
        )
        twice = b'{"standings":[],"wait":0,"wait":1}'
        assert await caller.ask("fetch", twice, session) == (400, {"error": "json_duplicate_key"})
        signed = caller.partner.node_key
        from lienlac.core.envelope import dsse

        deep = dsse.sign(greeting.HELLO_TYPE, b"[" * 10_000 + b"]" * 10_000, signed)
        assert await caller.ask("hello", deep) == (400, {"error": "json_too_deep"})

    run(test)


def test_strangers_get_one_plain_error_whatever_they_lack(caller: Caller) -> None:
    async def test() -> None:
        mara = Caller(partner=Partner(code="mm-muse"), door=caller.door, came=[])
        unknown = await mara.ask("hello", await mara.hello())
        mara.partner.code = caller.partner.code
        forged = await mara.ask("hello", await mara.hello())
        assert unknown == forged == (401, {"error": "stranger"})

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


def test_a_partner_who_brings_rubbish_is_told_and_noted_once(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        for _ in range(3):
            assert (await caller.ask("parcels", b"rubbish", session))[0] == 400

    run(test)
    incident = Incident.objects.get(code="wrong_parcels")
    assert (incident.count, incident.partner.code) == (3, caller.partner.code)


def test_a_full_disk_answers_507_and_stores_nothing(caller: Caller) -> None:
    def full(_delivery: object) -> None:
        raise OperationalError("database or disk is full")

    body = caller.body(2)
    broken = Door(Receivers(by_kind={"TEST": full}, receipt=full))

    async def test() -> None:
        session = await caller.session()
        status, raw = await call(broken, "parcels", body, session)
        assert (status, canonical.decode(raw)) == (507, {"error": "disk_full"})
        assert (await caller.ask("parcels", body, session))[0] == 200

    run(test)
    assert len(caller.came) == 2


def test_a_busy_database_answers_503(caller: Caller) -> None:
    def busy(_delivery: object) -> None:
        raise OperationalError("database is locked")

    broken = Door(Receivers(by_kind={"TEST": busy}, receipt=busy))

    async def test() -> None:
        status, raw = await call(broken, "parcels", caller.body(1), await caller.session())
        assert (status, canonical.decode(raw)) == (503, {"error": "database_busy"})

    run(test)


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


def post_to_partner(caller: Caller) -> None:
    mine = caller.partner.message(from_office=US, to_offices=(caller.partner.code,))
    mailroom.post(mine, lane_class=NORMAL, now=NOW)


async def fetch(caller: Caller, session: str, standings: Any, wait: int) -> Any:
    body = canonical.encode({"standings": lanes_json.standings_json(standings), "wait": wait})
    status, raw = await call(caller.door, "fetch", body, session)
    assert status == 200, raw
    fetched = wire.decode_fetched(raw)
    claims, parcels = fetched.claims, fetched.parcels
    return lanes_json.read_claims(claims), parcels


def test_who_can_only_dial_out_fetches_what_lies_here(caller: Caller) -> None:
    from dataclasses import replace

    from lienlac.core.lane import Incoming, Lane, Receiving

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
    from lienlac.apps.audit.models import Ledger

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
