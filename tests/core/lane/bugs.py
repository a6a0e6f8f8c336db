"""Faults planted on purpose, as people have made them: the simulator must find each, or it proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from tests.core.lane.model import SPAN_H, Node
from tests.core.lane.stores import Body, Channel, Deeds, Durable, Packet, Rules

from lienlac.core.lane import (
    AnnounceRestore,
    Content,
    DropSettled,
    Heard,
    Incident,
    Incoming,
    IssueReceipt,
    Outgoing,
    Receiving,
    Repost,
    Restored,
    SendFrom,
    Sending,
    Settle,
    incoming,
    outgoing,
)

Plant = tuple[type[Node], Rules]
Bugs = dict[str, Callable[[], Plant]]


def plant_in(bugs: Bugs) -> Callable[[Callable[[], Plant]], Callable[[], Plant]]:
    """Return a decorator that enters a fault in a table by its name."""

    def plant(make: Callable[[], Plant]) -> Callable[[], Plant]:
        bugs[make.__name__] = make
        return make

    return plant


BUGS: Bugs = {}
plant = plant_in(BUGS)


# in the app around the engine


@plant
def ack_before_commit() -> Plant:
    class Bug(Node):
        def leaving_at_lost_commit(self) -> list[Packet]:
            return self.leaving

    return Bug, Rules()


@plant
def receipt_before_store() -> Plant:
    """The receipt is posted in a transaction of its own, ahead of the parcel's."""

    class Bug(Node):
        def lose_transaction(self, saved: Durable) -> None:
            saved.out, saved.outbox, saved.places = self.disk.out, self.disk.outbox, self.disk.places
            self.disk = saved

    return Bug, Rules()


@plant
def effect_outside_the_transaction() -> Plant:
    """The place is committed first, the effect after it."""

    class Bug(Node):
        def lose_transaction(self, saved: Durable) -> None:
            self.disk.applied, self.disk.effects = saved.applied, saved.effects

    return Bug, Rules()


@plant
def outbox_row_after_the_domain_change() -> Plant:
    """The message is written in the office's books, and the parcel in a second transaction."""

    class Bug(Node):
        def lose_transaction(self, saved: Durable) -> None:
            saved.posted = self.disk.posted
            self.disk = saved

    return Bug, Rules()


@plant
def message_id_not_looked_up() -> Plant:
    class Bug(Node):
        def content_of(self, body: Body) -> Content:
            return body.content

    return Bug, Rules()


@plant
def delete_on_ack() -> Plant:
    """What was acknowledged is deleted, receipt or not."""

    class Bug(Node):
        def _drop_settled(self, channel: Channel, action: DropSettled, _: object) -> None:
            rows = self.disk.outbox.get(channel, {})
            for message, row in list(rows.items()):
                if row.position.epoch == action.epoch and row.position.seq <= action.through:
                    del rows[message]

        _DO: ClassVar[Deeds] = {**Node._DO, DropSettled: _drop_settled}

    return Bug, Rules()


@plant
def delete_on_receipt_without_ack() -> Plant:
    """A receipt from before its writer was restored tears a hole into the chain."""

    class Bug(Node):
        def _settle(self, channel: Channel, action: Settle, body: Body) -> None:
            Node._settle(self, channel, action, body)
            del self.disk.outbox[channel][int(action.message)]

        _DO: ClassVar[Deeds] = {**Node._DO, Settle: _settle}

    return Bug, Rules()


@plant
def epoch_opened_and_nothing_sent_again() -> Plant:
    class Bug(Node):
        _DO: ClassVar[Deeds] = {**Node._DO, Repost: Node._nothing}

    return Bug, Rules()


@plant
def receipts_lost_by_a_restore_not_asked_for() -> Plant:
    class Bug(Node):
        _DO: ClassVar[Deeds] = {**Node._DO, AnnounceRestore: Node._nothing}

    return Bug, Rules()


@plant
def no_receipt_for_what_is_known() -> Plant:
    class Bug(Node):
        def _issue_receipt(self, channel: Channel, action: IssueReceipt, body: Body) -> None:
            if self.content_of(body) is not Content.KNOWN or not self._is_again(channel, body):
                Node._issue_receipt(self, channel, action, body)

        def _is_again(self, channel: Channel, body: Body) -> bool:
            return sum(digest == f"digest-{body.id}" for digest in self.disk.inbox.values()) > 1

        _DO: ClassVar[Deeds] = {**Node._DO, IssueReceipt: _issue_receipt}

    return Bug, Rules()


# where two copies live, a disk is full, a clock jumps


@plant
def full_disk_taken_for_a_bad_parcel() -> Plant:
    """The effect alone is taken back; the parcel takes its place without it, as one that is at fault itself."""

    class Bug(Node):
        def take_back(self, saved: Durable, packet: Packet | None) -> list[Packet]:
            self.disk.applied, self.disk.effects = saved.applied, saved.effects
            return self.leaving

    return Bug, Rules()


@plant
def random_numbers_drawn_ahead() -> Plant:
    """A stock of them lies in memory, and is copied with it: both copies give the same ids to what differs."""

    class Bug(Node):
        stock: tuple[int, ...] = ()

        def draw(self) -> int:
            stock = self.stock or tuple(next(self.numbers) for _ in range(100))
            self.stock = stock[1:]
            return stock[0]

        def crash(self, leaving: list[Packet]) -> list[Packet]:
            self.stock = ()
            return super().crash(leaving)

        def clone(self) -> Node:
            twin = super().clone()
            assert isinstance(twin, Bug)
            twin.stock = self.stock
            return twin

    return Bug, Rules()


@plant
def clock_put_back_silences() -> Plant:
    """What is recent is looked for in one direction: after a clock that ran ahead it is so for a year."""

    class Bug(Node):
        def is_recent(self, moment: float) -> bool:
            return moment > self.now - SPAN_H

    return Bug, Rules()


# in the receiving end


def _forgetful(state: Incoming, event: Any) -> str:
    """Know only the last three places: a window instead of a position."""
    name = incoming.name_of(state, event)
    return "next" if name == "duplicate" and event.position.seq < state.seq - 2 else name


@plant
def duplicates_known_for_a_while_only() -> Plant:
    rules = Rules()
    rules.name_incoming = _forgetful
    return Node, rules


@plant
def duplicates_known_for_a_while_only_and_ids_too() -> Plant:
    class Bug(Node):
        def content_of(self, body: Body) -> Content:
            recent = sorted(self.disk.applied)[-5:]
            return Content.KNOWN if body.id in recent else body.content

    return Bug, Rules()


@plant
def gap_accepted() -> Plant:
    def name(state: Incoming, event: Any) -> str:
        found = incoming.name_of(state, event)
        return "next" if found == "gap" and event.position.seq < state.seq + 9 else found

    rules = Rules()
    rules.name_incoming = name
    return Node, rules


@plant
def prev_not_compared() -> Plant:
    def name(state: Incoming, event: Any) -> str:
        found = incoming.name_of(state, event)
        return "next" if found == "fork" else found

    rules = Rules()
    rules.name_incoming = name
    return Node, rules


@plant
def two_envelopes_for_one_place_pass() -> Plant:
    """The second is dropped as if it had come before; who lies, or lives twice, is not noticed."""
    names = {"conflict": "duplicate", "fork": "gap"}
    rules = Rules()
    rules.name_incoming = lambda state, event: names.get(found := incoming.name_of(state, event), found)
    return Node, rules


@plant
def any_epoch_may_begin() -> Plant:
    """The epoch is not bound to the one before: an old or abandoned one can be replayed into the lane."""

    def name(state: Incoming, event: Any) -> str:
        found = incoming.name_of(state, event)
        return "opening" if found in ("old", "stray") and event.position.seq == 1 else found

    rules = Rules()
    rules.name_incoming = name
    return Node, rules


@plant
def loss_not_told() -> Plant:
    """A restored receiver answers where it stands, and keeps to itself what it forgot."""

    def quiet(state: Incoming, event: Any) -> Any:
        state, actions = incoming.TABLE[state.condition, "greeting"](state, event)
        return state, tuple(replace(a, standing=replace(a.standing, lost=())) for a in actions)

    rules = Rules()
    for condition in Receiving:
        rules.incoming[condition, "greeting"] = rules.incoming[condition, "greeting_ahead"] = quiet
    return Node, rules


# in the sending end


@plant
def seq_used_again_after_a_restore() -> Plant:
    """The peer has acknowledged more than I sent? Then go on behind it, in the same epoch."""

    def go_on(state: Outgoing, event: Heard) -> Any:
        heard = event.standing
        ahead = replace(state, sent=max(heard.seq, state.sent), acked=heard.seq, acked_digest=heard.digest)
        return replace(ahead, last=heard.digest), (Repost(epoch=state.epoch), SendFrom(seq=heard.seq + 1))

    def silent(state: Outgoing, event: Restored) -> Any:
        return state, ()

    rules = Rules()
    for condition in Sending:
        rules.outgoing[condition, "beyond"] = go_on
        rules.outgoing[condition, "restored"] = silent
    return Node, rules


@plant
def restore_not_noticed() -> Plant:
    rules = Rules()
    for condition in Sending:
        rules.outgoing[condition, "beyond"] = outgoing.TABLE[condition, "level"]
    return Node, rules


@plant
def digest_at_the_ack_not_compared() -> Plant:
    """Only numbers are compared: what a lost life of mine sent passes for what I hold now."""

    def name(state: Outgoing, event: Any) -> str:
        if isinstance(event, Heard) and event.standing.seq <= state.sent:
            held = event.mine if event.standing.seq > state.acked else state.acked_digest
            return outgoing.name_of(
                state, replace(event, mine=held, standing=replace(event.standing, digest=held))
            )
        return outgoing.name_of(state, event)

    rules = Rules()
    rules.name_outgoing = name
    return Node, rules


@plant
def loss_not_reported() -> Plant:
    class Bug(Node):
        def _incident(self, channel: Channel, action: Incident, _: object) -> None:
            if action.code != "receiver_restored":
                Node._incident(self, channel, action, _)

        _DO: ClassVar[Deeds] = {**Node._DO, Incident: _incident}

    return Bug, Rules()


@plant
def epoch_kept_in_memory_only() -> Plant:
    """After each crash the lane begins again at 1 in an epoch of its own, and the outbox stays as it was."""

    class Bug(Node):
        def crash(self, leaving: list[Packet]) -> list[Packet]:
            self.disk.out = {}
            return super().crash(leaving)

    return Bug, Rules()


@plant
def dedupe_state_in_memory_only() -> Plant:
    class Bug(Node):
        def crash(self, leaving: list[Packet]) -> list[Packet]:
            self.disk.applied, self.disk.inc = set(), {}
            return super().crash(leaving)

    return Bug, Rules()
