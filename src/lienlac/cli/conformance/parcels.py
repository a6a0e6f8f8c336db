"""What is asked of a door behind a greeting: parcels, fetches, proofs (transport-https.md, 4–6; lane.md, 5).

Nothing of it takes a place in a lane. The partner's operators see the incident `wrong_parcels`: that is promised too.
The letters have gone before, so that our lane has begun.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import queries as mailroom
from lienlac.cli.conformance.greetings import NO_ONE
from lienlac.cli.conformance.ground import Ground
from lienlac.cli.conformance.letters import LANE
from lienlac.cli.conformance.probe import Ask, Probe, probe
from lienlac.core.envelope import SigningKey, dsse, frames, runs
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import GENESIS, POSITION_TYPE, Lane, Position, Receiving, Standing, digest_of
from lienlac.core.ledger import checkpoint, note
from lienlac.core.messages import canonical
from lienlac.peer import wire
from lienlac.peer.lanes_json import read_standings, standings_json

FAR = 50


def _in_session(name: str, body: Callable[[Ground], bytes]) -> Ask[Ground]:
    return lambda ground: str(ground.ask(name, body(ground), session=ground.session))


def _standing(ground: Ground) -> Standing:
    """Return where the partner stands in the lane of the letters; Malformed when he does not say."""
    found = ground.greeted().get(LANE)
    if found is None:
        raise Malformed("answer_broken", node=ground.partner.code)
    return found


def _parcel(ground: Ground, *, key: SigningKey | None = None, envelope: bytes = b"", **changes: Any) -> bytes:
    """Return a body with one parcel far ahead in our lane, with changes."""
    signed = dsse.sign(POSITION_TYPE, _position(ground, **changes).to_bytes(), key or ground.key)
    return wire.encode_parcels([wire.WireParcel(position=signed, envelope=envelope or b"made up")])


def _position(ground: Ground, **changes: Any) -> Position:
    """Return a place far ahead in our lane, with changes."""
    at = _standing(ground)
    ends = {"sender": ground.me, "receiver": ground.partner.code} | changes.pop("ends", {})
    place: dict[str, Any] = {
        "epoch": at.epoch,
        "seq": at.seq + FAR,
        "prev": "0" * 64,
        "digest": digest_of(b"made up"),
    }
    return Position(lane=Lane(**ends, lane_class=LANE), **(place | changes))


def _of_a_run(ground: Ground, *, steps_of: int = 0) -> bytes:
    """Return a body with the first of three such parcels, whose places were signed together; with the steps of one."""
    first = _position(ground)
    places = [replace(first, seq=first.seq + number).to_bytes() for number in range(3)]
    signed = [
        frames.unpack(one, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)
        for one in runs.sign(POSITION_TYPE, places, ground.key)
    ]
    (payload, kid, _), (_, _, signature) = signed[0], signed[steps_of]
    return wire.encode_parcels(
        [wire.WireParcel(position=frames.pack(payload, kid, signature), envelope=b"made up")]
    )


def _altered_position(ground: Ground) -> bytes:
    return _parcel(ground).replace(b'"prev":"0', b'"prev":"1', 1)


def _spaced_position(ground: Ground) -> bytes:
    signed = dsse.sign(POSITION_TYPE, b'{"class": "normal"}', ground.key)
    return wire.encode_parcels([wire.WireParcel(position=signed, envelope=b"")])


def _gap(ground: Ground, body: Callable[[Ground], bytes] = _parcel) -> str:
    """Tell whether the door names the place where we should go on."""
    before = _standing(ground)
    [after] = _standings(ground, body(ground))
    return (
        "the next place" if (after.seq, after.expected) == (before.seq, before.seq + 1) else "another place"
    )


def _unknown_epoch(ground: Ground) -> str:
    before = _standing(ground)
    [after] = _standings(ground, _parcel(ground, epoch=secrets.token_hex(16), seq=1))
    return (
        "ignored"
        if (after.epoch, after.seq, after.digest) == (before.epoch, before.seq, before.digest)
        else "taken"
    )


def _standings(ground: Ground, body: bytes) -> list[Standing]:
    answer = ground.ask("parcels", body, session=ground.session)
    return list(read_standings(answer.value.get("standings", [])).values())


def _half_a_body(ground: Ground) -> str:
    before = _standing(ground)
    ground.says_half("parcels", _parcel(ground))
    return "as if it had never come" if _standing(ground) == before else "it counted"


def _fetch(**changes: Any) -> Callable[[Ground], bytes]:
    def body(ground: Ground) -> bytes:
        said: dict[str, Any] = {"standings": standings_json(mailroom.standings(ground.partner)), "wait": 0}
        return canonical.encode(said | changes)

    return body


def _losing(ground: Ground) -> bytes:
    standing = Standing(epoch="1" * 32, seq=0, digest=GENESIS, condition=Receiving.OPEN).to_json()
    standing["lost"] = [{"epoch": "1" * 32, "first": 1, "last": 1}]
    return _fetch(standings=[{"class": "normal", "standing": standing}])(ground)


def _fetched(ground: Ground) -> str:
    answer = ground.ask("fetch", _fetch()(ground), session=ground.session)
    try:
        wire.decode_fetched(answer.body)
    except LienlacError as error:
        return f"{answer.status} {error.code}"
    return str(answer.status)


def _heads(ground: Ground) -> tuple[HeldHead, HeldHead]:
    """Return the smallest and the largest head that we hold of the partner's newest ledger.

    Raises Malformed('ledger_origin') when none is held: his R1 have brought none.
    """
    held = audit.held_heads(ground.partner.code)
    if not held:
        raise Malformed("ledger_origin", origin=ground.partner.code)
    of_last = [one for one in held if one.origin == held[-1].origin]
    return of_last[0], of_last[-1]


def _sizes(ground: Ground, *, origin: str = "", beyond: int = 0) -> bytes:
    small, large = _heads(ground)
    asked: dict[str, canonical.Json] = {
        "origin": origin or small.origin,
        "first": small.size,
        "second": large.size + beyond,
    }
    return canonical.encode(asked)


def _grown(ground: Ground) -> str:
    """Tell whether the partner proves that his ledger only grew between the two heads."""
    small, large = (checkpoint.parse(bytes(one.note)).checkpoint for one in _heads(ground))
    answer = ground.ask("consistency", _sizes(ground), session=ground.session)
    try:
        proof = [note.decode_base64(str(one)) for one in _listed(answer.value.get("proof"))]
        checkpoint.check_successor(small, large, proof)
    except LienlacError as error:
        return f"{answer.status} {error.code}"
    return "it only grew"


def _listed(value: canonical.Json) -> Sequence[canonical.Json]:
    if not isinstance(value, list):
        raise Malformed("answer_broken")
    return value


def _of_house(ground: Ground) -> bytes:
    return _sizes(ground, origin=f"lienlac/{ground.partner.code}/house/{_epoch(ground)}")


def _head_is_signed(ground: Ground) -> str:
    """Tell whether the newest head is of our pair; none is held that the partner's key has not signed."""
    text = _heads(ground)[1].origin
    origin = checkpoint.Origin.parse(text)
    return "of this pair" if (origin.node, origin.partner) == (ground.partner.code, ground.me) else text


def _told_head(ground: Ground) -> str:
    """Tell whether the partner, when asked, gives a head of our pair that his key signed, no smaller than before."""
    answer = ground.ask("head", b"{}", session=ground.session)
    origin = checkpoint.Origin(node=ground.partner.code, partner=ground.me, epoch=_epoch(ground))
    try:
        signed = checkpoint.parse(str(answer.value.get("checkpoint")).encode())
        checkpoint.verify(signed, origin=str(origin), publics=directory.signing_publics(ground.partner))
    except LienlacError as error:
        return f"{answer.status} {error.code}"
    return "the newest" if signed.checkpoint.size >= _heads(ground)[1].size else "an old one"


def _epoch(ground: Ground) -> str:
    return _heads(ground)[0].origin.rpartition("/")[2]


def _unmoved(ground: Ground) -> str:
    """Tell whether the lane ends where the last of our letters stands."""
    there, sent = _standing(ground), mailroom.claims(ground.partner)[LANE].sent
    return "unmoved" if there.seq == sent else "moved"


PARCELS: tuple[Probe[Ground], ...] = (
    probe("parcels_cut", "a body that is cut", "400 frame_cut", _in_session("parcels", lambda g: _parcel(g)[:-1])),
    probe("parcels_longer", "a body with a byte too many", "400 frame_trailing",
           _in_session("parcels", lambda g: _parcel(g) + b"\0")),
    probe("parcels_none", "a count of none", "400 parcels_count",
           _in_session("parcels", lambda g: frames.pack(b"0", b""))),
    probe("parcels_too_many", "a count of 101", "400 parcels_count",
           _in_session("parcels", lambda g: frames.pack(b"101", b""))),
    probe("position_by_another_key", "a place that our node did not sign", "401 unknown_key",
           _in_session("parcels", partial(_parcel, key=SigningKey.generate()))),
    probe("position_altered", "a place that was altered", "401 bad_signature",
           _in_session("parcels", _altered_position)),
    probe("position_of_another_sender", "a place in a third node's lane", "401 wrong_lane",
           _in_session("parcels", partial(_parcel, ends={"sender": NO_ONE}))),
    probe("position_to_another", "a place in a lane to somebody else", "401 wrong_lane",
           _in_session("parcels", partial(_parcel, ends={"receiver": NO_ONE}))),
    probe("position_other_spelling", "a place of another spelling", "400 position_malformed",
           _in_session("parcels", _spaced_position)),
    probe("envelope_of_other_digest", "an envelope that its place does not name", "401 envelope_not_at_position",
           _in_session("parcels", partial(_parcel, envelope=b"another"))),
    probe("run_is_read", "a place that was signed together with others is read", "the next place",
           partial(_gap, body=_of_a_run)),
    probe("run_with_other_steps", "a place with the steps of another one of its run", "401 bad_signature",
           _in_session("parcels", partial(_of_a_run, steps_of=1))),
    probe("gap_answered", "a gap is answered with the place to go on", "the next place", _gap),
    probe("unknown_epoch_ignored", "a parcel of an unknown epoch is ignored", "ignored", _unknown_epoch),
    probe("half_a_body", "half a body is none", "as if it had never come", _half_a_body),
    probe("fetch_answers", "who asks is told", "200", _fetched),
    probe("fetch_waits_too_long", "nobody waits longer than 55 seconds", "400",
           _in_session("fetch", _fetch(wait=56)), any_code=True),
    probe("fetch_of_other_shape", "a standing of another shape", "400",
           _in_session("fetch", _fetch(standings=[{"class": "normal", "standing": {}}])), any_code=True),
    probe("loss_without_before", "a loss that does not say what stands before it", "400 standing_malformed",
           _in_session("fetch", _losing)),
    probe("head_of_this_pair", "R1 bring signed heads of this pair's ledger", "of this pair", _head_is_signed),
    probe("head_is_told", "who asks is given the newest head", "the newest", _told_head),
    probe("head_of_other_shape", "a question for it with a member", "400",
           _in_session("head", lambda _: canonical.encode({"more": 1})), any_code=True),
    probe("consistency_holds", "the ledger proves that it only grew", "it only grew", _grown),
    probe("consistency_beyond", "no proof of what is not there", "400 ledger_sizes",
           _in_session("consistency", partial(_sizes, beyond=10**9))),
    probe("consistency_of_the_house", "nothing is proven of the house's own ledger", "400 ledger_origin",
           _in_session("consistency", _of_house)),
    probe("lane_unmoved", "nothing wrong has taken a place", "unmoved", _unmoved),
)  # fmt: skip
