"""The postman's rounds against a partner in memory: greet, hand over, heal, give up for a while. No socket."""

from __future__ import annotations

import base64
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import urllib3

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import disputing
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import ArrivalProof, Incident, Line, Parcel
from lienlac.core import envelope
from lienlac.core.envelope import dsse, frames
from lienlac.core.lane import (
    POSITION_TYPE,
    Arrived,
    Content,
    Greeted,
    Incoming,
    Lane,
    LaneClass,
    Position,
    Standing,
    step_incoming,
)
from lienlac.core.lane.actions import Answer
from lienlac.core.messages import canonical
from lienlac.peer import greeting, lanes_json, proofs, rounds, wire
from lienlac.peer.https import client, pinned
from tests.apps.mailroom.partner import NORMAL, NOW, US, Partner, found_us

pytestmark = pytest.mark.django_db


@dataclass
class Reply:
    """What urllib3 would give."""

    status: int
    raw: bytes

    def read(self, _limit: int) -> bytes:
        return self.raw

    def release_conn(self) -> None:
        pass


@dataclass(kw_only=True)
class There:
    """The partner's node at the other end of a connection pool; `says` may answer in its place."""

    partner: Partner
    lanes: dict[LaneClass, Incoming] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    says: Callable[[str, bytes], Reply | None] = lambda _path, _body: None

    def urlopen(self, _method: str, path: str, *, body: bytes, **_more: Any) -> Reply:
        name = path.removeprefix("/peer/v1/")
        self.asked.append(name)
        return self.says(name, body) or Reply(200, canonical.encode(getattr(self, f"_{name}")(body)))

    def close(self) -> None:
        pass

    def _challenge(self, _body: bytes) -> Any:
        return {"nonce": "n"}

    def _hello(self, body: bytes) -> Any:
        said = greeting._parse(frames.unpack(body, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
        claims = lanes_json.read_claims(list(said.lanes))
        answers = {
            name: self._step(name, Greeted(claim=claim, held=("",) * len(claim.acked)))
            for name, claim in claims.items()
        }
        return {"session": "s", "standings": lanes_json.standings_json(answers)}

    def _parcels(self, body: bytes) -> Any:
        answers = {}
        for parcel in wire.decode_parcels(body):
            position = Position.from_bytes(frames.unpack(parcel.position, count=3, max_bytes=4096)[0])
            event = Arrived(position=position, content=Content.NEW, held="")
            answers[position.lane.lane_class] = self._step(position.lane.lane_class, event)
        return {"standings": lanes_json.standings_json(answers)}

    def _consistency(self, body: bytes) -> Any:
        asked: Any = canonical.decode(body)
        proof = self.partner.proof(asked["first"], asked["second"])
        return {"proof": [base64.b64encode(part).decode() for part in proof]}

    def _head(self, body: bytes) -> Any:
        assert canonical.decode(body) == {}
        return {"checkpoint": self.partner.checkpoint()}

    def _inclusion(self, body: bytes) -> Any:
        asked: Any = canonical.decode(body)
        found = [self.partner.inclusion(one, asked["size"]) for one in asked["envelopes"]]
        return {"proofs": [one.to_json() if one else None for one in found]}

    def _step(self, lane_class: LaneClass, event: Any) -> Standing:
        name = Lane(sender=US, receiver=self.partner.code, lane_class=lane_class)
        state = self.lanes.get(lane_class, Incoming(lane=name))
        self.lanes[lane_class], wanted = step_incoming(state, event)
        return next(one.standing for one in wanted if isinstance(one, Answer))


@dataclass(kw_only=True)
class Street:
    """Our round and the node at the other end."""

    there: There
    node: Node
    round: rounds.PushRound

    def send(self, count: int = 1) -> None:
        for _ in range(count):
            mine = self.there.partner.message(from_office=US, to_offices=(self.there.partner.code,))
            mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)


@pytest.fixture
def street(db: None, monkeypatch: pytest.MonkeyPatch) -> Street:
    found_us()
    partner = Partner()
    node, there = partner.introduce(), There(partner=partner)
    node.node_keys.create(use="tls", kid="00", public=b"\0" * 32, valid_from=NOW, entered_at=NOW)
    monkeypatch.setattr(pinned, "pool", lambda *_where: there)
    nothing = Receivers(by_kind={}, receipt=lambda _receipt: None)
    made = rounds.PushRound(code=partner.code, clock=lambda: NOW, receivers=nothing)
    return Street(there=there, node=node, round=made)


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


def confirmed(street: Street) -> Parcel:
    """Send one and let the partner's R1 come, with a head over its arrival."""
    street.send()
    street.round.once()
    parcel = Parcel.objects.select_related("lane", "message").latest("pk")
    street.there.partner.stores(parcel)
    receipt = street.there.partner.receipt_parcel(parcel)
    mailroom.take_in(street.node, [receipt], street.round.receivers, now=NOW)
    return parcel


def asks_for_proofs(street: Street, parcel: Parcel) -> None:
    """Let the hour of the proofs come round, and what came of it be known."""
    street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
    street.round.once()
    parcel.refresh_from_db()


def test_the_arrival_that_r1_confirmed_is_proven_while_the_line_is_quiet(street: Street) -> None:
    parcel = confirmed(street)
    asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    assert b"parcel_stored" in bytes(ArrivalProof.objects.get().leaf)
    before = len(street.there.asked)
    asks_for_proofs(street, parcel)
    assert len(street.there.asked) == before  # once is for ever


def test_a_partner_who_does_not_answer_owes_the_proof_still(street: Street) -> None:
    parcel = confirmed(street)
    street.there.says = lambda path, _body: (
        Reply(503, canonical.encode({"error": "database_busy"})) if path == "inclusion" else None
    )
    asks_for_proofs(street, parcel)
    assert (parcel.proof, Incident.objects.count()) == ("due", 0)
    assert not Line.objects.get().error


def test_a_ledger_that_is_not_there_any_more_proves_nothing(street: Street) -> None:
    """He was restored: what he confirmed is lost with him, and people are told."""
    parcel = confirmed(street)
    street.there.says = lambda path, _body: (
        Reply(400, canonical.encode({"error": "ledger_sizes"})) if path == "inclusion" else None
    )
    asks_for_proofs(street, parcel)
    assert (parcel.proof, Incident.objects.get().facts["reason"]) == ("none", "arrival_not_proven")


def test_a_ledger_whose_growth_is_not_shown_keeps_no_other_proof_waiting(street: Street) -> None:
    """He signed both heads: people are told once, he is asked on, and what he shows later counts."""
    parcel = [confirmed(street), confirmed(street)][-1]
    street.there.says = lambda path, _body: (
        Reply(400, canonical.encode({"error": "ledger_sizes"})) if path == "consistency" else None
    )
    for _ in range(2):
        asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    incident = Incident.objects.get()
    assert (incident.facts, incident.count) == ({"reason": "growth_not_proven"}, 1)
    assert disputing.attached(incident, now=NOW)[0] == "fork"
    street.there.says = lambda _path, _body: None
    asks_for_proofs(street, parcel)
    assert HeldHead.objects.get().proven


def test_two_histories_are_told_once_and_keep_no_other_proof_waiting(street: Street) -> None:
    parcel = [confirmed(street), confirmed(street)][-1]
    wrong = {"proof": [base64.b64encode(bytes(32)).decode()]}
    street.there.says = lambda path, _body: (
        Reply(200, canonical.encode(wrong)) if path == "consistency" else None
    )
    for _ in range(2):
        asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    assert (Incident.objects.get().facts, Incident.objects.get().count) == ({"reason": "ledger_forked"}, 1)


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
