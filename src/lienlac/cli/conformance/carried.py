"""Two offices before a hub (transport-relay.md): this training node, and another one whose home lies on this machine.

Both speak with keys of their own. What they leave there are letters in form, whose content nobody can open.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lienlac.apps.directory import queries
from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.directory.keystore import FileStore
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.cli.conformance.greetings import NO_ONE
from lienlac.cli.conformance.ground import Answer, Ground
from lienlac.cli.conformance.probe import Ask, Probe, probe
from lienlac.core.envelope import SigningKey
from lienlac.core.envelope.keys import SealingKey
from lienlac.core.errors import LienlacError, Malformed, Refused, Unavailable
from lienlac.core.messages import canonical
from lienlac.peer import sealed
from lienlac.peer.bundle.file import BUNDLE
from lienlac.peer.letters.letter import LETTER
from lienlac.peer.relay import wire
from lienlac.site import home as homes

MOST_LEFT = 200  # a hub that takes more small letters of one office for one other cannot be filled by this
MOST_EMPTIED = 1000  # so often a mailbox is asked until it gives nothing more
PAUSE_S = 600


@dataclass(kw_only=True)
class Pair:
    """Two offices before one hub; `left` are the letters of the first one for the second, by number."""

    one: Ground
    other: Ground
    left: dict[int, bytes] = field(default_factory=dict)


def pair(one: Ground, home: Path) -> Pair:
    """Return both offices, the second with the keys of its home; it must be a trusted partner of this node.

    Raises Malformed (`home_broken`, `unknown_node`), Refused('probe_training_only'), Unavailable (`key_missing`,
    `keys_locked`).
    """
    said = homes.read(home)
    known = queries.partner(said.node)
    if known is None:
        raise Malformed("unknown_node", node=said.node)
    if not (said.training and known.training):
        raise Refused("probe_training_only", node=said.node)
    other = Ground(partner=one.partner, url=one.url)
    other.me, other.key = said.node, _key(known, home)
    return Pair(one=one, other=other)


def _key(node: Node, home: Path) -> SigningKey:
    store = FileStore(KeyFiles(home / "keys"))
    problem = Unavailable("key_missing", file=str(home))
    for kid in queries.verify_keys(node, NodeKey.Use.NODE):
        try:
            return store.signer(NodeKey.Use.NODE, kid)
        except Unavailable as error:
            problem = error
    raise problem


# What is asked


def _asked(ground: Ground, name: str, body: bytes) -> Answer:
    """Ask in a session, which is begun with the first question."""
    if not ground.session:
        ground.session = str(ground.hello().value.get("session", ""))
    return ground.ask(name, body, session=ground.session)


def _letter(sender: Ground, to: str, *, form: sealed.Form = LETTER, signed_as: str = "") -> bytes:
    return sealed.seal(
        form,
        secrets.token_bytes(64),
        sender=signed_as or sender.me,
        receiver=to,
        node_key=sender.key,
        to=SealingKey.generate().public,
    )


def _leave(ground: Ground, raw: bytes, *, read: int = 0) -> Answer:
    return _asked(ground, wire.LEAVE, wire.encode_leave(raw, read=read))


def _numbers(asker: Ground, to: str) -> Sequence[int]:
    return wire.decode_numbers(_asked(asker, wire.LEFT, wire.encode_left(to=to)).body)


def _fetched(asker: Ground, **said: object) -> list[wire.Lying]:
    """Ask for letters; Malformed when the answer has another shape."""
    body = wire.encode_fetch(wire.Fetch(**said))  # type: ignore[arg-type]
    return list(wire.decode_lying(_asked(asker, wire.FETCH, body).body))


def _said(ask: Callable[[Pair], Answer]) -> Ask[Pair]:
    return lambda pair: str(ask(pair))


def _refused(name: str, body: bytes) -> Ask[Pair]:
    return lambda pair: str(_asked(pair.other, name, body))


def _room(to: Callable[[Pair], str], size: int = 1) -> Ask[Pair]:
    return lambda pair: str(_asked(pair.one, wire.ROOM, wire.encode_room(to=to(pair), size=size)))


def _fetch_of(**said: canonical.Json) -> bytes:
    return canonical.encode({"done": [], "later": [], "wait": 0} | said)


# What is found


def _empty_first(pair: Pair) -> str:
    """Take out what lies there from before, of this pair's letters and others'."""
    for asker in (pair.one, pair.other):
        for _ in range(MOST_EMPTIED):
            if not (lying := _fetched(asker)):
                break
            _fetched(asker, done=[(one.sender, one.number) for one in lying])
        else:
            return "it gives without end"
    return "empty"


def _grow(pair: Pair) -> str:
    for read in range(3):
        raw = _letter(pair.one, pair.other.me)
        pair.left[wire.decode_number(_leave(pair.one, raw, read=read).body)] = raw
    numbers = list(pair.left)
    return "they grow" if len(numbers) == 3 and numbers == sorted(numbers) else "they do not"


def _unsigned(pair: Pair) -> str:
    """Leave a letter with another signature."""
    raw = _letter(pair.one, pair.other.me)
    raw = raw[:-1] + bytes([raw[-1] ^ 1])
    answer = _leave(pair.one, raw)
    if answer.status == 200:
        pair.left[wire.decode_number(answer.body)] = raw
    return str(answer)


def _newer(pair: Pair) -> Answer:
    return _leave(pair.one, _letter(pair.one, pair.other.me).replace(b"/1\n", b"/2\n", 1))


def _all_lie_there(pair: Pair) -> str:
    return "all of them" if list(_numbers(pair.one, pair.other.me)) == list(pair.left) else "others"


def _not_for_others(pair: Pair) -> str:
    theirs = _fetched(pair.one)
    return "none" if not any(one.sealed in pair.left.values() for one in theirs) else "some of them"


def _half(pair: Pair) -> str:
    body = wire.encode_leave(_letter(pair.one, pair.other.me), read=0)
    pair.one.says_half(wire.LEAVE, body)
    return _all_lie_there(pair)


def _settled_by_their_sender(pair: Pair) -> str:
    for whose in (pair.one.me, pair.other.me):
        _fetched(pair.one, done=[(whose, number) for number in pair.left])
        _fetched(pair.one, later=[(whose, number, PAUSE_S) for number in pair.left])
    return _as_left(pair)


def _as_left(pair: Pair) -> str:
    """Tell whether the addressee is given just what was left, byte for byte, in its order."""
    lying = _fetched(pair.other)
    given = [(one.sender, one.number, one.sealed) for one in lying]
    left = [(pair.one.me, number, raw) for number, raw in pair.left.items()]
    return "as they were left" if given == left else "otherwise"


def _with_read(pair: Pair) -> str:
    return (
        "what was said" if [one.read for one in _fetched(pair.other)][:3] == [0, 1, 2] else "something else"
    )


def _put_off(pair: Pair) -> str:
    if not pair.left:
        return "nothing was left"
    first, *rest = pair.left
    given = _fetched(pair.other, later=[(pair.one.me, first, PAUSE_S)])
    return "the others" if [one.number for one in given] == rest else "otherwise"


def _fill(pair: Pair) -> str:
    """Leave small letters until one is refused."""
    for _ in range(MOST_LEFT):
        raw = _letter(pair.one, pair.other.me)
        answer = _leave(pair.one, raw)
        if answer.status != 200:
            return str(answer)
        pair.left[wire.decode_number(answer.body)] = raw
    return "it takes every one"


def _other_way(pair: Pair) -> str:
    return str(_leave(pair.other, _letter(pair.other, pair.one.me)))


def _erased(pair: Pair) -> str:
    """Take everything out by saying `done`, a bound of letters at a time."""
    numbers = list(pair.left)
    for start in range(0, len(numbers), wire.MOST):
        _fetched(pair.other, done=[(pair.one.me, one) for one in numbers[start : start + wire.MOST]])
    pair.left.clear()
    return (
        "gone" if not _numbers(pair.one, pair.other.me) and not _fetched(pair.other) else "something is left"
    )


def _is_tidy(pair: Pair) -> str:
    try:
        return _empty_first(pair)
    except LienlacError as error:
        return error.code


SIXTY_FIVE: list[canonical.Json] = [["vn-a", 1]] * (wire.MOST + 1)
OTHER = "a question of another shape"

RELAY: tuple[Probe[Pair], ...] = (
    probe("relay_without_session", "who has not greeted leaves nothing", "401 session_over",
           _said(lambda p: p.one.ask(wire.LEAVE, wire.encode_leave(b"", read=0)))),
    probe("relay_without_session_fetch", "nor is he given anything", "401 session_over",
           _said(lambda p: p.one.ask(wire.FETCH, _fetch_of()))),
    probe("relay_begins_empty", "both mailboxes can be emptied", "empty", _empty_first),
    probe("relay_room", "a letter of some bytes would be taken", "200", _room(lambda p: p.other.me)),
    probe("relay_room_too_large", "one that exceeds all bounds would not", "507 hub_full",
           _room(lambda p: p.other.me, 2**53 - 1)),
    probe("relay_room_to_nobody", "nothing is taken for a node that no card names", "403 hub_lacks_partner",
           _room(lambda _: NO_ONE)),
    probe("relay_room_to_oneself", "nor for oneself", "403 hub_lacks_partner", _room(lambda p: p.one.me)),
    probe("relay_leave", "letters are taken, and their numbers grow", "they grow", _grow),
    probe("relay_leave_unsigned", "a hub looks at no signature of a letter", "200", _unsigned),
    probe("relay_leave_for_another", "nobody leaves a letter in another's name", "401 letter_for_other",
           _said(lambda p: _leave(p.one, _letter(p.one, p.one.me, signed_as=p.other.me)))),
    probe("relay_leave_to_nobody", "a letter for a node that no card names", "403 hub_lacks_partner",
           _said(lambda p: _leave(p.one, _letter(p.one, NO_ONE)))),
    probe("relay_leave_noise", "what is no letter is not kept", "400",
           _said(lambda p: _leave(p.one, b"noise")), any_code=True),
    probe("relay_leave_a_file", "a file of a stick is no letter", "400",
           _said(lambda p: _leave(p.one, _letter(p.one, p.other.me, form=BUNDLE))), any_code=True),
    probe("relay_leave_newer", "a newer letter", "422", _said(_newer), any_code=True),
    probe("relay_leave_below_zero", "a number below zero", "400",
           _said(lambda p: _leave(p.one, _letter(p.one, p.other.me), read=-1)), any_code=True),
    probe("relay_leave_too_large", "what is declared too large is refused at once", "400",
           _said(lambda p: p.one.ask(wire.LEAVE, b"x", session=p.one.session, declared=10**9)), any_code=True),
    probe("relay_half_a_letter", "half a letter is none", "all of them", _half),
    probe("relay_left", "who left letters hears which lie there still", "all of them", _all_lie_there),
    probe("relay_left_of_others", "and of nobody else's", "none",
           lambda p: "some" if _numbers(p.other, p.one.me) else "none"),
    probe("relay_for_their_addressee", "nobody but their addressee is given them", "none", _not_for_others),
    probe("relay_fetch", "he is given them byte for byte, in their order", "as they were left", _as_left),
    probe("relay_fetch_read", "beside each what its sender said to have read", "what was said", _with_read),
    probe("relay_fetch_again", "what is not done comes again", "as they were left", _as_left),
    probe("relay_settled_by_others", "nobody else takes them out, or puts them off", "as they were left",
           _settled_by_their_sender),
    probe("relay_later", "one that is put off holds up no others", "the others", _put_off),
    probe("relay_fetch_waits_too_long", "nobody waits longer than 55 seconds", "400",
           _refused(wire.FETCH, _fetch_of(wait=56)), any_code=True),
    probe("relay_fetch_puts_off_too_long", "nor puts off for longer than a day", "400",
           _refused(wire.FETCH, _fetch_of(later=[["vn-a", 1, 86_401]])), any_code=True),
    probe("relay_fetch_too_many", "nor names more than 64", "400",
           _refused(wire.FETCH, _fetch_of(done=SIXTY_FIVE)), any_code=True),
    probe("relay_fetch_other_shape", OTHER, "400", _refused(wire.FETCH, canonical.encode({"done": []})), any_code=True),
    probe("relay_room_other_shape", OTHER, "400", _refused(wire.ROOM, canonical.encode({"to": "vn-a"})), any_code=True),
    probe("relay_left_other_shape", OTHER, "400", _refused(wire.LEFT, canonical.encode({})), any_code=True),
    probe("relay_bound", "one office fills its own places and no more", "507 hub_full", _fill),
    probe("relay_bound_of_one", "the places of the other way are free", "200", _other_way),
    probe("relay_erased", "what was taken in is gone", "gone", _erased),
    probe("relay_ends_empty", "nothing of the trial lies there", "empty", _is_tidy),
)  # fmt: skip
