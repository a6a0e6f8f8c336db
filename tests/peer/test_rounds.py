"""The postman's rounds against a partner in memory: greet, hand over, heal, give up for a while. No socket."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import urllib3

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident, Line, Parcel
from lienlac.core import envelope
from lienlac.core.lane import (
    POSITION_TYPE,
    Incoming,
    Lane,
    Position,
)
from lienlac.core.messages import canonical
from lienlac.peer import lanes_json, proofs, rounds, wire
from lienlac.peer.https import client, pinned
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.peer.street import Reply, Street

pytestmark = pytest.mark.django_db


def test_it_greets_and_hands_over_everything(street: Street) -> None:
    street.send(3)
    street.round.once()
    assert street.there.asked == ["challenge", "hello", "parcels"]
    assert street.there.lanes[NORMAL].seq == 3
    assert set(Parcel.objects.values_list("state", flat=True)) == {"sent"}
    street.send()
    street.round.once()
    assert street.there.asked[3:] == ["parcels"]


def test_the_first_to_be_acknowledged_waits_for_few_others_and_the_rest_goes_in_larger_batches(
    street: Street,
) -> None:
    sizes = list[int]()

    def count(path: str, body: bytes) -> None:
        if path == "parcels":
            sizes.append(len(wire.decode_parcels(body)))

    street.there.says = count
    street.send(60)
    street.round.once()
    assert sizes == [8, 16, 32, 4]
    assert street.there.lanes[NORMAL].seq == 60
    street.send(50)
    street.round.once()
    assert sizes[4:] == [50], "on a line that is known they go together"


def test_it_greets_once_after_a_start_with_nothing_to_send(street: Street) -> None:
    street.round.once()
    street.round.once()
    assert street.there.asked == ["challenge", "hello"]
    assert Line.objects.get().last_through_at == NOW


def test_a_parcel_that_was_lost_on_the_way_is_sent_again(street: Street) -> None:
    street.send()
    street.round.once()
    street.there.lanes.clear()  # the partner was restored: he holds nothing
    street.round.forget()
    street.send()
    street.round.once()
    assert street.there.lanes[NORMAL].seq == 2
    assert Incident.objects.get().code == "receiver_restored"


@pytest.mark.parametrize("code", ["session_over", "nonce_stale"])
def test_a_session_that_ended_is_begun_again_at_once_and_once(street: Street, code: str) -> None:
    street.send()
    street.there.says = lambda path, _body: (
        Reply(401, canonical.encode({"error": code})) if path == "parcels" else None
    )
    street.round.once()
    assert street.round.wake.is_set()
    assert not Line.objects.filter(error=code).exists()
    street.round.once()
    line = Line.objects.get()
    assert (line.error, line.attempts) == (code, 1)
    before = len(street.there.asked)
    street.round.once()  # not before the pause is over
    assert len(street.there.asked) == before


def test_pauses_double_to_two_minutes(street: Street) -> None:
    spans = [(mailroom.line_failed(street.node, "line_silent", now=NOW) - NOW).seconds for _ in range(9)]
    assert spans == [1, 2, 4, 8, 16, 32, 64, 120, 120]


def test_a_partner_who_stands_still_is_left_alone(street: Street) -> None:
    """He asks for the same place again and again: once we go back, then the line counts as failed."""
    street.send(2)
    lane = Lane(sender=US, receiver=street.there.partner.code, lane_class=NORMAL)
    stands = replace(Incoming(lane=lane).standing(), answers=Parcel.objects.all()[0].epoch)
    nothing = {"standings": lanes_json.standings_json({NORMAL: stands})}

    def still(path: str, _body: bytes) -> Reply | None:
        return Reply(200, canonical.encode(nothing)) if path == "parcels" else None

    street.there.says = still
    street.round.once()
    assert street.there.asked.count("parcels") == 2
    assert Line.objects.get().error == "partner_stands_still"


def test_an_answer_that_is_no_answer_is_a_failed_line(street: Street) -> None:
    street.send()
    for raw in (b"<html>", b"[]", b"{}"):
        street.there.says = lambda _path, _body, raw=raw: Reply(200, raw)  # type: ignore[misc]
        street.round.not_before = 0.0
        street.round.once()
        assert Line.objects.get().error
    assert Parcel.objects.get().state == "waiting"


def test_a_partner_of_whom_trust_was_taken_is_not_rung(street: Street) -> None:
    street.send()
    Node.objects.filter(pk=street.node.pk).update(standing=Node.Standing.PAUSED)
    street.round.once()
    assert street.there.asked == []


def test_proofs_that_are_owed_are_asked_for_while_the_line_is_quiet(street: Street) -> None:
    street.round.once()
    partner = street.there.partner
    for _ in range(3):
        note = partner.checkpoint().encode()
        from lienlac.apps.audit import heads

        publics = [partner.node_key.public.public_bytes]
        heads.keep(note, partner=partner.code, node=US, publics=publics, now=NOW)
    for _ in range(2):
        street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
        street.round.once()
    assert list(HeldHead.objects.values_list("size", "proven")) == [(3, True)]


def test_who_only_receives_asks_for_a_head_of_who_wrote_and_once(street: Street) -> None:
    before = NOW - timedelta(days=1)
    mailroom.take_in(street.node, [street.there.partner.parcel()], street.round.receivers, now=before)
    for _ in range(2):
        street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
        street.round.once()
    assert street.there.asked.count("head") == 1
    assert list(HeldHead.objects.values_list("size", "proven", "came_at")) == [(1, True, NOW)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionRefusedError(), "connection_refused"),
        (urllib3.exceptions.ReadTimeoutError(None, "", ""), "line_silent"),  # type: ignore[arg-type]
        (urllib3.exceptions.SSLError(pinned.PinMismatch("pin_mismatch")), "pin_mismatch"),
        (urllib3.exceptions.ProtocolError("broke"), "line_broke"),
        (ssl.SSLError("else"), "line_failed"),
    ],
)
def test_a_failure_says_its_reason_in_a_code(error: Exception, code: str) -> None:
    assert client.reason_of(error) == code


def test_positions_that_are_handed_over_are_signed_by_our_node(street: Street) -> None:
    street.send()
    (row,) = Parcel.objects.all()
    key = street.node.__class__.objects.get(standing="self").node_keys.get(use="node")
    raw, kid = envelope.verify(
        bytes(row.position), POSITION_TYPE, lambda _kid: envelope.VerifyKey(bytes(key.public))
    )
    assert (Position.from_bytes(raw).seq, kid) == (1, key.kid)


def test_answers_that_are_too_many_for_one_body_go_in_several(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks: list[Any] = [{"ask": "proof", "of": number} for number in range(4)]
    given, said = list[Any](), list[list[Any]]()
    long = {"proof": "x" * 400_000}
    monkeypatch.setattr(proofs, "answers", lambda _who, new: [{"asked": one, "answer": long} for one in new])
    fetcher = rounds.FetchRound(code=street.node.code, clock=lambda: NOW, receivers=street.round.receivers)

    def says(path: str, body: bytes) -> Reply | None:
        if path == "fetch":
            left = [one for one in asks if one not in given]
            fetcher.ended = not left
            return Reply(200, wire.encode_fetched(wire.Fetched(claims=[], asks=left)))
        if path == "answers":
            assert len(body) <= proofs.MAX_ANSWERS_BYTES
            said.append([one["asked"] for one in proofs.read_answers(body)])
            given.extend(said[-1])
            return Reply(200, canonical.encode({}))
        return None

    street.there.says = says
    fetcher.once()
    assert said == [asks[:2], asks[2:]]
