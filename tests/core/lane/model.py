"""A node as the simulator sees it, in a machine (`machine.py`).

It does what `docs/protocol/lane.md` asks of an app, and nothing cleverer. A planted bug (`bugs.py`) is a
subclass of `Node` or another table of rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any, ClassVar

from tests.core.lane.ledgers import Bookkeeper
from tests.core.lane.stores import NAMES, Body, Channel, Deeds, NoRoom, Packet, Parcel, Row

from lienlac.core.lane import (
    AnnounceRestore,
    Answer,
    Apply,
    Arrived,
    Claim,
    Connect,
    Content,
    DropSettled,
    Enqueue,
    Freeze,
    Greet,
    Greeted,
    Heard,
    Ignore,
    Incident,
    Incoming,
    IssueReceipt,
    Lane,
    Outgoing,
    Post,
    Receipted,
    Receiving,
    Repost,
    Restored,
    SendFrom,
    Sending,
    Settle,
    Standing,
    Status,
    Store,
    Thaw,
    Until,
    begins_anew,
    forgotten,
    link,
)

KNOWN = {Content.NEW: Content.KNOWN, Content.RECEIPT: Content.RECEIPT_KNOWN}
WINDOW = 5  # parcels on their way; small, so that windows are full and outboxes wait
SPAN_H = 24.0  # in which a partner's word has a lane begun anew so many times at most (`Machine.anew`)


class Node(Bookkeeper):
    """One agency's node."""

    # deeds

    def post(self, channel: Channel, content: Content) -> None:
        body = Body(self.draw(), content)
        self.watch.written.setdefault(body.id, body)
        before = self.watch.before[body.id] = self.disk.posted.get(channel, ())
        self.disk.posted[channel] = (*before, body.id)
        self.put(channel, body, Until.RECEIPT)

    def connect(self, channel: Channel) -> None:
        self.send_event(channel, Connect())

    def say_restored(self) -> None:
        ended = self.disk.books.current.copy()
        for channel in list(self.disk.out):
            self.send_event(channel, Restored(fresh=self.fresh()))
        for partner in NAMES:
            if partner != self.name and self.disk.books.current.get(partner) == ended.get(partner):
                self.begin_again(partner)

    def thaw(self, channel: Channel) -> None:
        self.receive_event(channel, Thaw())

    def upgrade(self) -> None:
        """Learn to understand what was kept; an id takes effect once, whenever it does."""
        self.disk.applied |= self.disk.kept
        self.disk.kept = set()

    def hear(self, packet: Packet) -> None:
        channel = (packet.sender, packet.lane_class)
        self._HEAR[type(packet.what)](self, channel, packet.what)

    def _hear_refusal(self, channel: Channel, what: NoRoom) -> None:
        """The partner has no room: the connection is over, and the next one begins with a greeting."""
        self.cursor.pop(channel, None)
        self.went_back.pop(channel, None)

    def _hear_parcel(self, channel: Channel, parcel: Parcel) -> None:
        position, body = parcel
        held = self.disk.inbox.get((channel, position.epoch, position.seq), "")
        event = Arrived(position=position, content=self.content_of(body), held=held)
        before = self.receiving(channel)
        self.receive_event(channel, event, body)
        self.watch_place(channel, before, event)

    def content_of(self, body: Body) -> Content:
        return KNOWN.get(body.content, body.content) if body.id in self.disk.applied else body.content

    def _hear_claim(self, channel: Channel, claim: Claim) -> None:
        held = tuple(self.disk.inbox.get((channel, mark.epoch, mark.seq), "") for mark in claim.acked)
        event = Greeted(claim=claim, held=held)
        if forgotten(self.receiving(channel), event) and self.restored_often(channel):
            event = replace(event, put_off=True)
            self.watch.put_off.add((self.name, channel[0]))
        self.receive_event(channel, event)

    def given(self, channel: Channel) -> set[str]:
        return {f"digest-{message}" for place, message in self.disk.places.items() if place[0] == channel}

    def _hear_standing(self, channel: Channel, standing: Standing) -> None:
        state = self.sending(channel)
        row = self.row_at(channel, state.epoch, standing.seq)
        mine = row.position.digest if row else ""
        asked = {lost.before for lost in standing.lost}
        given = frozenset(self.given(channel) & asked if asked else ())
        heard = Heard(standing=standing, mine=mine, fresh=self.fresh(), given=given)
        if not begins_anew(state, heard) or self.may_begin_anew(channel):
            self.send_event(channel, heard)

    _HEAR: ClassVar[Deeds] = {
        Parcel: _hear_parcel,
        Claim: _hear_claim,
        Standing: _hear_standing,
        NoRoom: _hear_refusal,
    }

    # all that a clock decides: how often a partner's word has this node begin a lane anew

    def is_recent(self, moment: float) -> bool:
        return self.now - SPAN_H < moment < self.now + SPAN_H  # both ways: a clock put back silences nobody

    def restored_often(self, channel: Channel) -> bool:
        return sum(map(self.is_recent, self.disk.told.get(channel, ()))) >= self.anew

    def may_begin_anew(self, channel: Channel) -> bool:
        times, since = self.disk.anew.get(channel, (0, self.now))
        if not self.is_recent(since):
            times, since = 0, self.now
        if times >= self.anew:
            self.watch.put_off.add((self.name, channel[0]))
            return False
        self.disk.anew[channel] = (times + 1, since)
        return True

    # the two ends

    def sending(self, channel: Channel) -> Outgoing:
        state = self.disk.out.get(channel)
        if state is None:
            lane = Lane(sender=self.name, receiver=channel[0], lane_class=channel[1])
            state = self.disk.out[channel] = Outgoing(lane=lane, epoch=self.fresh())
        return state

    def receiving(self, channel: Channel) -> Incoming:
        state = self.disk.inc.get(channel)
        if state is None:
            lane = Lane(sender=channel[0], receiver=self.name, lane_class=channel[1])
            state = self.disk.inc[channel] = Incoming(lane=lane)
        return state

    def row_at(self, channel: Channel, epoch: str, seq: int) -> Row | None:
        message = self.disk.places.get((channel, epoch, seq))
        row = self.disk.outbox.get(channel, {}).get(message) if message is not None else None
        return row if row and row.position.epoch == epoch else None

    def send_event(self, channel: Channel, event: Any, body: Body | None = None) -> None:
        state = self.sending(channel)
        pair = (state.condition, self.rules.name_outgoing(state, event))
        self.watch.met["outgoing", *pair] += 1
        self.disk.out[channel], actions = self.rules.outgoing[pair](state, event)
        self.watch_ack(channel, state, self.disk.out[channel])
        self.carry_out(channel, actions, body)
        self.pump(channel)

    def receive_event(self, channel: Channel, event: Any, body: Body | None = None) -> None:
        state = self.receiving(channel)
        pair = (state.condition, self.rules.name_incoming(state, event))
        self.watch.met["incoming", *pair] += 1
        self.disk.inc[channel], actions = self.rules.incoming[pair](state, event)
        self.carry_out(channel, actions, body)

    def watch_ack(self, channel: Channel, before: Outgoing, after: Outgoing) -> None:
        """The observer: what I count as acknowledged, a store of the partner's held, in the very place."""
        if after.acked == before.acked or after.epoch != before.epoch:
            return
        for seq in range(before.acked + 1, after.acked + 1):
            row = self.row_at(channel, after.epoch, seq)
            held = (channel[0], after.epoch, seq, row.position.digest) if row else ()
            if held and held not in self.watch.ever_stored:
                self.watch.violate("mistaken", f"{self.name} counts {row} as held by {channel[0]}")

    def watch_place(self, channel: Channel, before: Incoming, event: Arrived) -> None:
        """The observer: an epoch begins after the one before; who sees two envelopes for one place of it, freezes."""
        at, now_in = event.position, self.disk.inc[channel].epoch
        if now_in != before.epoch and at.prev != link(before.epoch):
            self.watch.violate("broken_chain", f"{self.name} goes from {before.epoch} to {now_in}")
        if at.epoch != before.epoch or before.condition is not Receiving.OPEN:
            return
        parts = at.seq == before.seq + 1 and at.prev != before.last
        if (parts or event.held not in ("", at.digest)) and not self.is_frozen(channel):
            self.watch.violate(
                "unnoticed", f"{self.name} goes on after two envelopes of {channel[0]} at {at.seq}"
            )

    def is_frozen(self, channel: Channel) -> bool:
        state = self.disk.inc.get(channel)
        return state is not None and state.condition is Receiving.FROZEN

    def carry_out(self, channel: Channel, actions: tuple[Any, ...], body: Body | None) -> None:
        for action in actions:
            self._DO[type(action)](self, channel, action, body)

    def put(self, channel: Channel, body: Body, until: Until) -> None:
        self.send_event(channel, Post(message=str(body.id), digest=f"digest-{body.id}", until=until), body)

    # what each action means here

    def _enqueue(self, channel: Channel, action: Enqueue, body: Body) -> None:
        position = action.position
        rows = self.disk.outbox.setdefault(channel, {})
        settled = rows[body.id].settled if body.id in rows else action.until is Until.ACK
        rows[body.id] = Row(position, body, action.until, settled)
        self.disk.places[channel, position.epoch, position.seq] = body.id
        self.enter(channel[0], f"parcel_sent {position.digest}")

    def _repost(self, channel: Channel, action: Repost, _: object) -> None:
        self.cursor.pop(channel, None)
        self.went_back.pop(channel, None)
        for row in list(self.disk.outbox.get(channel, {}).values()):
            self.put(channel, row.body, row.until)

    def _settle(self, channel: Channel, action: Settle, body: Body) -> None:
        message = int(action.message)
        row = self.disk.outbox[channel][message]
        self.disk.outbox[channel][message] = row._replace(settled=True)
        self.disk.receipts[message] = body.status or Status.STORED
        if (channel[0], message) not in self.watch.ever_stored:
            self.watch.violate("receipt_before_cause", f"{self.name} has a receipt for {message}")

    def _drop_settled(self, channel: Channel, action: DropSettled, _: object) -> None:
        rows = self.disk.outbox.get(channel, {})
        gone = []
        for message, row in rows.items():
            if row.position.epoch == action.epoch and row.position.seq > action.through:
                break  # rows stand in the order of their places
            if row.settled:
                gone.append(message)
        for message in gone:
            del rows[message]

    def _store(self, channel: Channel, action: Store, body: Body) -> None:
        at = action.position
        before = self.disk.inbox.get((channel, at.epoch, at.seq - 1))
        if at.prev != (before if at.seq > 1 else at.prev):
            self.watch.violate("broken_chain", f"{self.name} stored {at.seq} after {before}")
        self.disk.inbox[channel, at.epoch, at.seq] = at.digest
        self.enter(channel[0], f"parcel_stored {at.digest}")
        self.storing += ((self.name, body.id), (self.name, at.epoch, at.seq, at.digest))
        if self.watch.written.get(body.id, body) is not body:
            self.watch.violate("mistaken", f"{self.name} takes {body.id} for another message")

    def _apply(self, channel: Channel, action: Apply, body: Body) -> None:
        self.disk.applied.add(body.id)
        if not body.receipt_for:
            if (self.name, body.id) in self.watch.ever_stored:
                self.watch.wiped.add((self.name, body.id))
            self.disk.effects[channel] = (*self.disk.effects.get(channel, ()), body.id)
            return
        row = self.disk.outbox.get(channel, {}).get(body.receipt_for)
        mine = row.position.digest if row and not row.settled else ""
        self.enter(channel[0], f"receipt_received {body.receipt_digest}")
        if body.head:
            self.take_head(channel, self.receiving(channel).epoch, body.head)
        if body.cosigned:
            self.take_cosigned(channel[0], body.cosigned)
            self.watch_cosigned(channel[0], body.cosigned)
        event = Receipted(message=str(body.receipt_for), digest=body.receipt_digest, mine=mine)
        self.send_event(channel, event, body)

    def _issue_receipt(self, channel: Channel, action: IssueReceipt, body: Body) -> None:
        if action.status is Status.NOT_UNDERSTOOD and body.id not in self.disk.applied:
            self.disk.kept.add(body.id)
        receipt = Body(self.draw(), Content.RECEIPT, body.id, action.position.digest, action.status)
        signed = receipt._replace(head=self.head(channel[0]), cosigned=self.cosign(channel[0]))
        self.enter(channel[0], f"receipt_issued {action.position.digest}")
        self.put(channel, signed, Until.ACK)

    def _announce(self, channel: Channel, action: AnnounceRestore, _: object) -> None:
        self.begin_again(channel[0])
        self.send_event(channel, Restored(fresh=self.fresh()))

    def _incident(self, channel: Channel, action: Incident, _: object) -> None:
        self.watch.incidents.append((self.name, channel[0], action.code))
        if action.code == "i_was_restored":
            self.disk.told[channel] = (*self.disk.told.get(channel, ()), self.now)[-9:]
        if action.code == "sender_restored":
            self.begin_again(channel[0])
        if action.code == "receiver_restored":
            lost = defaultdict[str, list[range]](list)
            for span in action.facts["lost"]:
                lost[span.epoch].append(range(span.first, span.last + 1))
            self.disk.lost |= {
                message
                for (where, epoch, seq), message in self.disk.places.items()
                if epoch in lost and where == channel and any(seq in places for places in lost[epoch])
            }

    def _greet(self, channel: Channel, action: Greet, _: object) -> None:
        self.went_back.pop(channel, None)
        self.leaving.append(Packet(self.name, channel[0], channel[1], action.claim))

    def _answer(self, channel: Channel, action: Answer, _: object) -> None:
        self.leaving.append(Packet(self.name, channel[0], channel[1], action.standing))

    def _send_from(self, channel: Channel, action: SendFrom, _: object) -> None:
        """Go back once for each place: every parcel behind a gap reports the same gap."""
        if self.went_back.get(channel) != action.seq:
            self.went_back[channel] = action.seq
            self.cursor[channel] = action.seq

    def _nothing(self, channel: Channel, action: object, _: object) -> None:
        pass

    _DO: ClassVar[Deeds] = {
        Enqueue: _enqueue,
        Repost: _repost,
        Settle: _settle,
        DropSettled: _drop_settled,
        Store: _store,
        Apply: _apply,
        IssueReceipt: _issue_receipt,
        AnnounceRestore: _announce,
        Incident: _incident,
        Greet: _greet,
        Answer: _answer,
        SendFrom: _send_from,
        Freeze: _nothing,
        Ignore: _nothing,
    }

    def pump(self, channel: Channel) -> None:
        """While a connection is up: let what fits the window leave."""
        seq = self.cursor.get(channel, 0)
        state = self.disk.out[channel]
        if not seq or state.condition is Sending.HALTED:
            return
        while seq <= min(state.sent, state.acked + WINDOW):
            row = self.row_at(channel, state.epoch, seq)
            if row is None:
                break  # a hole: nothing behind it can ever be accepted
            self.leaving.append(Packet(self.name, channel[0], channel[1], Parcel(row.position, row.body)))
            seq += 1
        self.cursor[channel] = seq
