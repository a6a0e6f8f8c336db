"""The peer door and what is brought to it; one test an attack."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from lienlac.apps.mailroom import room
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import Arrival, Incident
from lienlac.core.envelope import dsse
from lienlac.core.messages import canonical
from lienlac.peer import greeting, lanes_json, wire
from lienlac.peer.https import body as bodies
from lienlac.peer.https.door import Door
from tests.apps.mailroom.partner import NORMAL
from tests.peer.calling import Caller, call, run

pytestmark = pytest.mark.django_db(transaction=True)
GIGABYTE = 1 << 30


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
        deep = dsse.sign(greeting.HELLO_TYPE, b"[" * 10_000 + b"]" * 10_000, signed)
        assert await caller.ask("hello", deep) == (400, {"error": "json_too_deep"})

    run(test)


def test_a_partner_who_brings_rubbish_is_told_and_noted_once(caller: Caller) -> None:
    async def test() -> None:
        session = await caller.session()
        for _ in range(3):
            assert (await caller.ask("parcels", b"rubbish", session))[0] == 400

    run(test)
    incident = Incident.objects.get(code="wrong_parcels")
    assert (incident.count, incident.partner.code) == (3, caller.partner.code)


@pytest.mark.parametrize(
    ("says", "answer", "code"),
    [("database or disk is full", 507, "disk_full"), ("disk I/O error", 503, "disk_fails")],
    ids=["full", "failing"],
)
def test_a_disk_that_takes_nothing_is_told_and_nothing_is_stored(
    caller: Caller, says: str, answer: int, code: str
) -> None:
    def broken(_delivery: object) -> None:
        raise OperationalError(says)

    body = caller.body(2)
    door = Door(Receivers(by_kind={"TEST": broken}, receipt=broken))

    async def test() -> None:
        session = await caller.session()
        status, raw = await call(door, "parcels", body, session)
        assert (status, canonical.decode(raw)) == (answer, {"error": code})
        assert (await caller.ask("parcels", body, session))[0] == 200

    run(test)
    assert len(caller.came) == 2


def test_the_last_of_the_disk_is_for_receipts_and_no_fault_of_his(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = caller.body(2)

    async def test() -> None:
        session = await caller.session()
        with monkeypatch.context() as full:
            full.setattr(room, "LEAST_FREE", 1 << 62)
            assert await caller.ask("parcels", body, session) == (507, {"error": "disk_full"})
        assert (await caller.ask("parcels", body, session))[0] == 200

    run(test)
    assert len(caller.came) == 2
    assert not Incident.objects.filter(code="wrong_parcels").exists()


def test_a_busy_database_answers_503(caller: Caller) -> None:
    def busy(_delivery: object) -> None:
        raise OperationalError("database is locked")

    broken = Door(Receivers(by_kind={"TEST": busy}, receipt=busy))

    async def test() -> None:
        status, raw = await call(broken, "parcels", caller.body(1), await caller.session())
        assert (status, canonical.decode(raw)) == (503, {"error": "database_busy"})

    run(test)
