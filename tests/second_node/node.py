"""A node with one partner: what it says, what it takes in, and the two ways by which its post travels."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import card, envelopes, files, keys, ledger, positions, receipts, stick, wire
from .lane import Receiver, Row, Sender
from .line import Line

Json = dict[str, Any]
WRONG = "RF02"  # outward: what came is incomplete or broken
UNDERSTOOD = ("VER_ID", "ANSWER", files.KIND)
BATCH = 100


def now() -> datetime:
    return datetime.now(UTC)


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


@dataclass(kw_only=True)
class Node:
    """Everything that this node holds; its clock is only written down, never asked for order."""

    code: str
    office: str
    partner: card.Partner
    node_key: keys.SigningKey = field(default_factory=keys.SigningKey)
    author_key: keys.SigningKey = field(default_factory=keys.SigningKey)
    sealing: keys.SealingKey = field(default_factory=keys.SealingKey)
    clock: Callable[[], datetime] = now
    senders: dict[str, Sender] = field(default_factory=dict)
    receivers: dict[str, Receiver] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)  # that came, by id
    signed: dict[str, bytes] = field(default_factory=dict)  # the bytes that an id stands for
    receipts: list[Json] = field(default_factory=list)  # that came
    chunks: dict[str, bytes] = field(default_factory=dict)  # sealed pieces of files, by digest
    kept_sealed: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    book: ledger.Book = field(init=False)
    held: ledger.Held = field(default_factory=ledger.Held)
    cosigned: str = ""  # a head of the partner's with my line, for the next R1
    cosigned_by_partner: list[int] = field(default_factory=list)  # sizes of my own
    answers: dict[str, Json] = field(default_factory=dict)  # standings to say at the next fetch
    asked: list[str] = field(default_factory=list)  # what proofs the partner wanted

    def __post_init__(self) -> None:
        self.book = ledger.Book(node=self.code, partner=self.partner.code, epoch=os.urandom(8).hex())

    # --- what it says

    def say(self, kind: str, body: Json, *, lane: str = "normal", machine: bool = False, **other: Any) -> str:
        """Sign, seal and post a message; return its id. `machine` signs with the node's own key."""
        message = self.message(kind, body, **other)
        signer = self.node_key if machine else self.author_key
        signed = signer.signed(envelopes.MESSAGE, wire.encode(message))
        self.post(self.sealed(signed), message["id"], lane, settled=kind == receipts.KIND)
        return str(message["id"])

    def attach(self, content: bytes, of: str, *, name: str, media_type: str, picture: bytes = b"") -> Json:
        """Post the chunks of a file on the bulk lane; return the entry for the manifest of the message `of`."""
        entry, chunks = files.seal(content, name=name, media_type=media_type, picture=picture)
        for chunk in chunks:
            body = {"of": of, "chunk": wire.sha256(chunk)}
            message = self.message(files.KIND, body, in_reply_to=of)
            signed = self.author_key.signed(envelopes.MESSAGE, wire.encode(message))
            lane = "normal" if wire.sha256(chunk) == entry["preview"] else "bulk"
            self.post(self.sealed(signed + wire.pack(chunk)), message["id"], lane)
        return entry

    def message(self, kind: str, body: Json, **other: Any) -> Json:
        said: Json = {"id": os.urandom(16).hex(), "from": self.office, "to": [self.partner.offices[0]]}
        said |= {"kind": kind, "version": 1, "handling": [], "created": moment(self.clock())}
        return said | {"agreement": None, "in_reply_to": None, "attachments": [], "body": body} | other

    def sealed(self, signed: bytes) -> bytes:
        to = [(self.partner.code, self.partner.sealing)]
        return envelopes.seal(signed, sender=self.code, signer=self.node_key, to=to)

    def post(self, envelope: bytes, message: str, lane: str, *, settled: bool = False) -> Row:
        sender = self.senders.setdefault(lane, Sender())
        row = sender.post(Row(envelope=envelope, message=message, settled=settled, receipt=settled))
        at = self.position(lane, row)
        self.note_parcel("parcel_sent", at)
        return row

    def position(self, lane: str, row: Row) -> positions.Position:
        ends = {"sender": self.code, "receiver": self.partner.code, "lane": lane}
        place = {"epoch": self.senders[lane].epoch, "seq": row.seq, "prev": row.prev}
        return positions.Position(**ends, **place, digest=row.digest, receipt=row.receipt)

    def parcel(self, lane: str, row: Row) -> positions.Parcel:
        return positions.parcel(self.position(lane, row), row.envelope, self.node_key)

    def claims(self) -> list[Json]:
        return [{"class": lane, "claim": sender.claim()} for lane, sender in self.senders.items()]

    # --- what it takes in

    def hear(self, standings: Sequence[Json]) -> dict[str, int]:
        """Take in standings; return where the partner wants each lane to go on (0: behind the last ack)."""
        told = {}
        for one in standings:
            if (sender := self.senders.get(one["class"])) is not None:
                name = sender.heard(one["standing"])
                told[one["class"]] = one["standing"]["expected"] if name == "level" else 0
        return told

    def take(self, raw: Sequence[bytes]) -> None:
        """Take in parcels: first whose word each is, then its place, then what is inside (lane.md section 5)."""
        for one in raw:
            parcel = positions.read_parcel(one, self.partner.publics["node"])
            at = parcel.position
            ours = (at.sender, at.receiver) == (self.partner.code, self.code)
            wire.check(ours, wire.unauthentic("wrong_lane"))
            receiver = self.receivers.setdefault(at.lane, Receiver())
            if receiver.take(parcel) == "accept":
                self.arrived(parcel)

    def arrived(self, parcel: positions.Parcel) -> None:
        self.note_parcel("parcel_stored", parcel.position)
        status, ground, message = self.inside(parcel)
        if not parcel.position.receipt:  # a receipt for a receipt would ask for one itself, for ever
            of = str(message["id"]) if status == "stored" else ""
            self.give_r1(parcel.position, status, of, ground)

    def inside(self, parcel: positions.Parcel) -> tuple[str, str, Json]:
        """Open a parcel and let it take effect; return status, outward ground and the message."""
        message: Json = {}
        try:
            message, signed = self.opened(parcel.envelope)
            marked = parcel.position.receipt == (message["kind"] == receipts.KIND)
            wire.check(marked, wire.malformed("receipt_marked_wrong"))
            if self.is_new(message, signed):
                self.effect(message, parcel)
                self.signed[message["id"]] = signed
        except wire.Wrong as wrong:
            if wrong.kind == "not_understood":
                self.kept_sealed.append(parcel.envelope)
                return "not_understood", "", message
            self.refused.append(wrong.code)
            return "refused", WRONG, message
        return "stored", "", message

    def opened(self, envelope: bytes) -> tuple[Json, bytes]:
        """Steps 1 to 15 of envelope.md; a machine's key says R1 and nothing else (messages.md section 2)."""
        by_node, by_author = self.partner.publics["node"], self.partner.publics["author"]
        of_partner = {self.partner.code: by_node}
        _sender, content = envelopes.open_envelope(
            envelope, me=self.code, mine=[self.sealing], publics_of=lambda node: of_partner.get(node, {})
        )
        signed, chunk = files.parted(content)  # 10b
        message = envelopes.read_message(signed, by_node | by_author)
        files.check_enclosed(message, chunk)  # 13b
        machine = wire.unpack(signed, 3)[1].decode() in by_node
        is_r1 = message["kind"] == receipts.KIND and message["body"].get("stage") == receipts.BY_NODE
        wire.check(machine == is_r1, wire.unauthentic("machine_is_no_author"))
        wire.check(message["from"] in self.partner.offices, wire.unauthentic("office_of_other_node"))
        wire.check(self.office in message["to"], wire.unauthentic("message_not_for_us"))
        self.chunks |= {message["body"]["chunk"]: chunk} if chunk else {}
        return message, signed

    def is_new(self, message: Json, signed: bytes) -> bool:
        """Step 16: an id stands for ever for the bytes that it came with."""
        known = self.signed.get(message["id"])
        wire.check(known in (None, signed), wire.unauthentic("message_id_taken"))
        return known is None

    def effect(self, message: Json, parcel: positions.Parcel) -> None:
        if message["kind"] == receipts.KIND:
            self.receipt_came(message, parcel)
        else:
            wire.check(message["kind"] in UNDERSTOOD, wire.not_understood("unknown_kind"))
            self.messages[message["id"]] = message

    def receipt_came(self, message: Json, parcel: positions.Parcel) -> None:
        body = message["body"]
        receipts.check(body)
        if body["stage"] == receipts.BY_NODE:
            sender = self.senders[body["lane_class"]]
            sent = {row.digest: row.message for row in sender.outbox}
            for digest, of in receipts.named(body):
                mine = sent.get(digest, "")
                wire.check(of in ("", mine) or not mine, wire.malformed("receipt_contradicts_itself"))
                sender.settle(mine or of, digest)
            self.read_cosigned(body.get("cosigned", ""))
        self.receipts.append(body)
        self.note_receipt("receipt_received", body, wire.encode(message))

    def read_cosigned(self, note: str) -> None:
        """Keep a head of mine that the partner cosigned (ledger.md section 3)."""
        if note:
            head = ledger.read_checkpoint(note, {self.node_key.kid: self.node_key.public})
            last = note.removesuffix("\n").rpartition("\n")[2]
            ledger.check_cosignature(
                last, head.text, node=self.partner.code, publics=self.partner.publics["node"]
            )
            mine = ledger.root([ledger.leaf_hash(leaf) for leaf in self.book.leaves[: head.size]])
            wire.check(head.root == mine, wire.unauthentic("cosigned_other_history"))
            self.cosigned_by_partner.append(head.size)

    def digest_of(self, message: str) -> str:
        """Return the envelope that a message of mine travelled in; people's receipts name the message alone."""
        by_node = [one for one in self.receipts if one["stage"] == receipts.BY_NODE]
        return next(digest for one in by_node for digest, of in receipts.named(one) if of == message)

    # --- receipts that it gives, and its ledger

    def give_r1(self, at: positions.Position, status: str, of: str, ground: str) -> None:
        body = receipts.by_node(
            at,
            status=status,
            of=of,
            moment=moment(self.clock()),
            checkpoint=self.book.checkpoint(self.node_key),
            ground=ground,
            cosigned=self.cosigned,
        )
        self.cosigned = ""
        self.give(body, at.lane, machine=True)

    def give_by_people(self, stage: str, of: str, lane: str) -> None:
        """Say that an officer opened (R2) or acted on (R3) a message that came."""
        held = self.receivers[lane].held.values()
        digest = next(one.position.digest for one in held if self.holds(one.envelope, of))
        self.give(receipts.by_people(stage, of, moment(self.clock())), lane, digest, machine=False)

    def holds(self, envelope: bytes, message: str) -> bool:
        return bool(self.opened(envelope)[0]["id"] == message)

    def give(self, body: Json, lane: str, digest: str = "", *, machine: bool) -> None:
        message = self.message(receipts.KIND, body, in_reply_to=body.get("of"))
        payload = wire.encode(message)
        signer = self.node_key if machine else self.author_key
        self.note_receipt("receipt_issued", body, payload, digest)
        sealed = self.sealed(signer.signed(envelopes.MESSAGE, payload))
        self.post(sealed, message["id"], lane, settled=True)

    def note_parcel(self, kind: str, at: positions.Position) -> None:
        facts = {"lane": at.lane, "epoch": at.epoch, "seq": at.seq, "envelope": at.digest}
        self.note(kind, facts | {"signed": wire.sha256(at.to_bytes())})

    def note_receipt(self, kind: str, body: Json, payload: bytes, digest: str = "") -> None:
        """R1's leaf says of how many parcels it speaks; that of people's receipts names the one."""
        by_node = body["stage"] == receipts.BY_NODE
        about = (
            {"count": len(body["envelopes"])} if by_node else {"parcel": digest or self.digest_of(body["of"])}
        )
        self.note(kind, about | {"level": receipts.level_of(body), "signed": wire.sha256(payload)})

    def note(self, kind: str, facts: Json) -> None:
        self.book.note(kind, self.clock().strftime("%Y-%m-%dT%H:%M:%SZ"), facts)

    def read_heads(self, prove: ledger.Prove) -> list[str]:
        """Check the heads in the partner's R1, in order; return a cosignature for each that is the largest so far."""
        cosigned = []
        for body in self.receipts:
            if "checkpoint" in body:
                head = ledger.read_checkpoint(body["checkpoint"], self.partner.publics["node"])
                mine = head.origin.startswith(f"lienlac/{self.partner.code}/pair/{self.code}/")
                wire.check(mine, wire.unauthentic("checkpoint_origin"))
                if self.held.take(head, lane=body["lane_class"], prove=prove):
                    at_s = int(self.clock().timestamp())
                    line = ledger.cosign(head, node=self.code, signer=self.node_key, now_s=at_s)
                    cosigned.append(line)
                    self.cosigned = head.note + line  # the next R1 brings it
        return cosigned

    # --- transport (a): it dials out

    def greet(self, line: Line) -> None:
        self.hear(
            line.hello(self.code, self.partner.code, self.node_key, moment(self.clock()), self.claims())
        )

    def push(self, line: Line) -> None:
        """Greet, then hand over everything that waits, urgent first."""
        self.greet(line)
        for lane in positions.CLASSES:
            self.push_lane(line, lane)

    def push_lane(self, line: Line, lane: str) -> None:
        sender = self.senders.get(lane)
        start, gone_back = 0, set[int]()
        while sender and not sender.halted and (rows := sender.waiting(start)[:BATCH]):
            told = self.hear(line.parcels([self.parcel(lane, row) for row in rows]))
            start = told.get(lane) or rows[-1].seq + 1
            if start <= rows[0].seq:
                wire.check(start not in gone_back, wire.malformed("partner_stands_still"))
                gone_back.add(start)

    def fetch(self, line: Line, wait_s: int = 0) -> int:
        """Ask for what lies at the partner; say at the same time what I hold. Return how many parcels came."""
        lanes = {lane: self.receivers.setdefault(lane, Receiver()) for lane in positions.CLASSES}
        standings = {lane: receiver.standing() for lane, receiver in lanes.items()} | self.answers
        said = [{"class": lane, "standing": standing} for lane, standing in standings.items()]
        claims, raw, asks = line.fetch(said, wait_s)
        self.take(raw)
        if asks:
            line.answers([{"asked": one, "answer": self.prove(one["ask"], one["of"])} for one in asks])
        self.answers = (
            {} if raw else {one["class"]: lanes[one["class"]].greeted(one["claim"]) for one in claims}
        )
        return len(raw)

    def prove(self, ask: str, of: Json) -> Json:
        """Answer a question about my ledger: its newest head, that it only grew, or that envelopes arrived."""
        self.asked.append(ask)
        if ask == "head":
            return {"checkpoint": self.book.checkpoint(self.node_key)}
        if of["origin"] != self.book.origin or of.get("size", of.get("second")) > len(self.book.leaves):
            return {"error": "ledger_sizes"}
        hashes = [ledger.leaf_hash(leaf) for leaf in self.book.leaves]
        if ask == "consistency":
            return {"proof": [wire.b64(one) for one in ledger.growth(hashes[: of["second"]], of["first"])]}
        return {"proofs": [self.book.arrival(one, of["size"]) for one in of["envelopes"]]}

    def read_arrivals(self, line: Line) -> list[Json]:
        """Ask about everything that R1 confirmed; return what the partner's ledger says of each."""
        by_node = [one for one in self.receipts if one["stage"] == receipts.BY_NODE]
        digests = [digest for one in by_node for digest, _ in receipts.named(one)]
        head = next(iter(self.held.heads.values()))
        told = line.inclusion(head.origin, head.size, digests)
        return [ledger.check_arrival(one, head, digest) for one, digest in zip(told, digests, strict=True)]

    # --- transport (b): a file

    def write_file(self) -> bytes:
        """Return a bundle with everything behind the last acknowledged place."""
        content = stick.Content(
            sender=self.code,
            claims=self.claims(),
            standings=[
                {"class": lane, "standing": self.answers.get(lane) or receiver.standing()}
                for lane, receiver in self.receivers.items()
            ],
            made=moment(self.clock()),
            parcels=[
                self.parcel(lane, row).to_bytes()
                for lane in positions.CLASSES
                if lane in self.senders and not self.senders[lane].halted
                for row in self.senders[lane].waiting()
            ],
        )
        return stick.write(content, signer=self.node_key, to=(self.partner.code, self.partner.sealing))

    def read_file(self, raw: bytes) -> None:
        """Take in a bundle of the partner, as a call would be taken in (transport-file.md section 4)."""
        trusted = {self.partner.code: self.partner.publics["node"]}
        content = stick.read(
            raw, me=self.code, mine=[self.sealing], publics_of=lambda node: trusted.get(node, {})
        )
        self.hear_claims(content.claims)  # 9
        self.take(content.parcels)  # 10
        self.hear(content.standings)  # 11
        self.hear_claims(content.claims)  # 12

    def hear_claims(self, claims: Sequence[Json]) -> None:
        for one in claims:
            receiver = self.receivers.setdefault(one["class"], Receiver())
            self.answers[one["class"]] = receiver.greeted(one["claim"])
