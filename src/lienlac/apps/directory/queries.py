"""Questions to the directory. Keys are looked up by their use: a key of another use is no key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from django.conf import settings
from django.db.models import QuerySet

from lienlac.apps.directory import keystore, moments
from lienlac.apps.directory.keystore import OwnSigner
from lienlac.apps.directory.models import Node, NodeKey, Office, RootsTaken, StateRoot
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.envelope.keys import SealingPublic, VerifyKey
from lienlac.core.envelope.lasting import LastingKey, LastingVerifyKey, public_of
from lienlac.core.envelope.suite import Unwrapper
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.trust import quorum

SPEAKS_WITH_US = (Node.Standing.TRUSTED,)
KNOWN_BY_PEOPLE = (Node.Standing.TRUSTED, Node.Standing.PAUSED)
"""With whom an open matter goes on: what is written to a paused partner waits for him."""
AT_REST = (Node.Standing.PAUSED, Node.Standing.REVOKED)
"""Those to whom nothing goes now, and from whom nothing comes."""


def this_node() -> Node:
    """Return this node's own row; Unavailable('node_not_founded') before `lienlac init`."""
    node = _SELF.first()
    if node is None:
        raise Unavailable("node_not_founded")
    return node


_SELF = Prepared[Node](lambda: Node.objects.filter(standing=Node.Standing.SELF).order_by("pk")[:1])


def own_code() -> str:
    """Return this node's code, without asking the database."""
    return str(settings.NODE.node)


def partners() -> QuerySet[Node]:
    """Nodes with which parcels may be exchanged."""
    return Node.objects.filter(standing__in=SPEAKS_WITH_US).order_by("code")


def partner(code: str) -> Node | None:
    """Return the trusted node of that code, or None."""
    return _PARTNER.first(code)


_PARTNER = Prepared[Node](lambda code: partners().filter(code=code))


def known_partners() -> QuerySet[Node]:
    """Nodes that are trusted or paused."""
    return Node.objects.filter(standing__in=KNOWN_BY_PEOPLE).order_by("code")


def known_partner(code: str) -> Node | None:
    """Return the node of that code if it is trusted or paused, or None."""
    return _KNOWN_PARTNER.first(code)


_KNOWN_PARTNER = Prepared[Node](lambda code: known_partners().filter(code=code))


def office(code: str) -> Office | None:
    """Return an office with its node, or None."""
    at_hand = _AT_HAND.get()
    if at_hand is not None and code in at_hand:
        return at_hand[code]
    return Office.objects.select_related("node").filter(code=code).first()


_AT_HAND: ContextVar[Mapping[str, Office | None] | None] = ContextVar("offices_at_hand", default=None)


@contextmanager
def at_hand(codes: Iterable[str]) -> Iterator[None]:
    """Read these offices once, for a page that names each of them many times."""
    wanted = set(filter(None, codes))
    found = {one.code: one for one in Office.objects.select_related("node").filter(code__in=wanted)}
    before = _AT_HAND.set({code: found.get(code) for code in wanted})
    try:
        yield
    finally:
        _AT_HAND.reset(before)


def offices(codes: tuple[str, ...] | list[str]) -> dict[str, Office]:
    """Return offices by code; Refused('unknown_office') names the first that is not in the directory."""
    found = {one.code: one for one in (_OFFICES(*codes) if codes else ())}
    for code in codes:
        if code not in found:
            raise Refused("unknown_office", office=code)
    nodes = {one.pk: one for one in (_NODES(*{one.node_id for one in found.values()}) if found else ())}
    for one in found.values():
        one.node = nodes[one.node_id]
    return found


def node(key: int) -> Node:
    """Return the node of a primary key that a foreign key holds."""
    (found,) = _NODES(key)
    return found


_OFFICES = Prepared[Office](lambda *codes: Office.objects.filter(code__in=codes))
_NODES = Prepared[Node](lambda *keys: Node.objects.filter(pk__in=keys))


def nodes_of_offices(codes: list[str]) -> dict[str, str]:
    """Return the code of the node that runs each office; an office that is not in the directory is left out."""
    return dict(_NODES_OF_OFFICES(*codes)) if codes else {}


_NODES_OF_OFFICES = Prepared[tuple[str, str]](
    lambda *codes: Office.objects.filter(code__in=codes).values_list("code", "node__code")
)


def own_offices() -> QuerySet[Office]:
    """Offices of this node."""
    return Office.objects.filter(node__standing=Node.Standing.SELF).order_by("code")


def own_office_codes() -> list[str]:
    """Return the codes of this node's offices, in their order."""
    return _OWN_OFFICE_CODES()


_OWN_OFFICE_CODES = Prepared[str](lambda: own_offices().values_list("code", flat=True))


def reachable_offices() -> QuerySet[Office]:
    """Offices of trusted partners that have not closed."""
    open_ones = Office.objects.exclude(status="closed")
    return open_ones.select_related("node").filter(node__in=partners()).order_by("code")


def twin_of(office_code: str) -> Office | None:
    """Return the first twin of an office that can be reached now."""
    return reachable_offices().filter(twins__code=office_code).first()


def at_rest() -> QuerySet[Node]:
    """Nodes that are paused or revoked."""
    return Node.objects.filter(standing__in=AT_REST)


def resting_offices() -> QuerySet[Office]:
    """Offices whose node is paused or revoked: people know them, and nothing comes or goes."""
    return Office.objects.filter(node__standing__in=AT_REST).order_by("code")


def resting_twin_of(office_code: str) -> Office | None:
    """Return the first twin of an office whose node is paused or revoked."""
    return resting_offices().filter(twins__code=office_code).select_related("node").first()


def every_office() -> QuerySet[Office]:
    """Every office of the directory."""
    return Office.objects.order_by("code")


def named(one: Office, language: str) -> tuple[str, str]:
    """Return an office's name and the language of that name: the one asked for, else English, else the office's own.

    English before the office's own: a name in a script that the reader cannot read tells him nothing.
    """
    for choice in (language, "en", *one.languages):
        if name := one.names.get(choice):
            return str(name), choice
    return one.code, ""


def office_name(one: Office, language: str) -> str:
    """Return the name in that language, else in English, else in the office's own first language, else its code."""
    return named(one, language)[0]


class OwnKeys:
    """This node's signing keys in force at a moment, read once for a whole transaction."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    @cached_property
    def _rows(self) -> list[NodeKey]:
        return _OWN_SIGNING_KEYS()

    def of(self, use: str) -> OwnSigner:
        """Return the key for a use (`node` or `author`); Unavailable('key_missing') when there is none."""
        row = _best([row for row in self._rows if row.use == use], self._now)
        if row is None:
            raise Unavailable("key_missing", use=use)
        return keystore.store().signer(use, row.kid)

    def lasting(self) -> LastingKey | None:
        """Return the key that signs heads for decades; None when no operator has made one."""
        row = _best([row for row in self._rows if row.use == NodeKey.Use.LASTING], self._now)
        return keystore.store().lasting(row.kid) if row else None

    def each_lasting(self) -> list[LastingKey]:
        """Return all of them in force: two, while one follows another whose fingerprint readers still have."""
        kids = [row.kid for row in self._rows if row.use == NodeKey.Use.LASTING]
        return [keystore.store().lasting(kid) for kid in kids]


_OWN_SIGNING_KEYS = Prepared[NodeKey](
    lambda: own_key_rows(NodeKey.Use.NODE, NodeKey.Use.AUTHOR, NodeKey.Use.LASTING)
)


def own_signing_key(use: str, now: datetime) -> OwnSigner:
    """Return this node's key for signing (`node` or `author`) that is in force."""
    return OwnKeys(now).of(use)


def own_key_rows(*uses: str) -> QuerySet[NodeKey]:
    """This node's keys of these uses that count, those of tomorrow among them."""
    return NodeKey.objects.filter(node__standing=Node.Standing.SELF, use__in=uses, revoked_at=None)


def card_changed_at() -> datetime | None:
    """Return since when partners may hold another card of this node than its present one; None: since ever the same."""
    return Node.objects.filter(standing=Node.Standing.SELF).values_list("card_issued_at", flat=True).first()


def not_taken_up() -> QuerySet[NodeKey]:
    """This node's signing keys that partners are still told of."""
    return own_key_rows(NodeKey.Use.NODE, NodeKey.Use.AUTHOR).filter(valid_from=moments.NOT_YET)


def superseded(*uses: str, now: datetime) -> list[tuple[NodeKey, NodeKey]]:
    """Return this node's keys of these uses that another one took the place of, each with the first that did."""
    found = list[tuple[NodeKey, NodeKey]]()
    for use in uses:
        rows = sorted(own_key_rows(use).filter(valid_from__lte=now), key=lambda row: (row.valid_from, row.pk))
        found += pairwise(rows)
    return found


def own_sealing_keys() -> Mapping[str, Unwrapper]:
    """Return every sealing key of this node that has not been revoked, by key id."""
    return {row.kid: keystore.store().unwrapper(row.kid) for row in _OWN_SEALING_KEYS()}


_OWN_SEALING_KEYS = Prepared[NodeKey](lambda: own_key_rows(NodeKey.Use.SEAL))


def _best(valid: Sequence[NodeKey], now: datetime) -> NodeKey | None:
    """Return the newest key in force, else the newest; the keys given are not revoked.

    A clock that is a year wrong must not stop the post: days choose between keys, revocation alone ends them.
    """
    taken_up = [row for row in valid if row.valid_from < moments.NOT_YET]
    ascending = sorted(taken_up, key=lambda row: (row.valid_from, row.pk))
    in_force = [
        row for row in ascending if row.valid_from <= now and not (row.valid_to and row.valid_to <= now)
    ]
    chosen = in_force or ascending
    return chosen[-1] if chosen else None


def verify_key(node: Node, use: str, kid: str) -> VerifyKey | None:
    """Return a node's public signing key of that use and id, or None.

    Its days are not asked here: a parcel may rest for weeks on a stick. Revocation is.
    """
    row = NodeKey.objects.filter(node=node, use=use, kid=kid, revoked_at=None).first()
    return VerifyKey(bytes(row.public)) if row else None


def verify_keys(node: Node, use: str) -> dict[str, VerifyKey]:
    """Return all public signing keys of a node for one use, by key id; as `verify_key`."""
    return {row.kid: VerifyKey(bytes(row.public)) for row in _KEYS_IN_USE(node.pk, str(use))}


_KEYS_IN_USE = Prepared[NodeKey](
    lambda node, use: NodeKey.objects.filter(node_id=node, use=use, revoked_at=None)
)


def sealing_key_of(node: Node, now: datetime) -> SealingPublic:
    """Return the key to seal to; Unavailable('key_missing') when the node has none."""
    return SealingPublic(bytes(_sealing_row(node, now).public))


def sealing_key_since(node: Node, now: datetime) -> datetime:
    """Return since when the key to seal to is known here; Unavailable('key_missing') when the node has none."""
    return _sealing_row(node, now).entered_at


def _sealing_row(node: Node, now: datetime) -> NodeKey:
    row = _best(_KEYS_IN_USE(node.pk, str(NodeKey.Use.SEAL)), now)
    if row is None:
        raise Unavailable("key_missing", use="seal", node=node.code)
    return row


def signing_publics(node: Node) -> list[bytes]:
    """Return the raw public keys (32 bytes each) with which a node may have signed a checkpoint."""
    return [bytes(row.public) for row in _KEYS_IN_USE(node.pk, str(NodeKey.Use.NODE))]


def lasting_publics(node: Node) -> list[LastingVerifyKey]:
    """Return the keys with which a node signs heads for decades."""
    rows = NodeKey.objects.filter(node=node, use=NodeKey.Use.LASTING, revoked_at=None)
    return [LastingVerifyKey(bytes(row.public)) for row in rows]


def oversight_keys_of(node: Node) -> list[SealingPublic]:
    """Return the keys of its state's oversight that a node's card names; none, as a rule."""
    rows = NodeKey.objects.filter(node=node, use=NodeKey.Use.OVERSIGHT, revoked_at=None).order_by("pk")
    return [SealingPublic(bytes(row.public)) for row in rows]


def tls_pins(node: Node) -> tuple[bytes, ...]:
    """Return the SPKI digests that a node's peer door may show."""
    rows = NodeKey.objects.filter(node=node, use=NodeKey.Use.TLS, revoked_at=None)
    return tuple(bytes(row.public) for row in rows)


def fingerprint_of(node: Node) -> str:
    """Return the fingerprint of a node's newest signing key, which signs its card: 64 hex digits to compare."""
    rows = NodeKey.objects.filter(node=node, use=NodeKey.Use.NODE, revoked_at=None)
    row = rows.filter(valid_from__lt=moments.NOT_YET).order_by("-valid_from", "-pk").first()
    return VerifyKey(bytes(row.public)).fingerprint if row else ""


def keys_of(node: Node) -> QuerySet[NodeKey]:
    """Return every key of a node that was ever known here but those of its door, by use, the newest first."""
    return node.node_keys.exclude(use=NodeKey.Use.TLS).order_by("use", "-entered_at", "-pk")


def lacking_uses(node: Node) -> list[str]:
    """Return the uses for which a node has no key any longer."""
    held = set(node.node_keys.filter(revoked_at=None).values_list("use", flat=True))
    return [use for use in (NodeKey.Use.NODE, NodeKey.Use.AUTHOR, NodeKey.Use.SEAL) if use not in held]


def told_signing_keys_at(node: Node) -> datetime | None:
    """Return when a node last told new signing keys by the post, so that people may ask it; None: never."""
    told = node.node_keys.filter(use__in=(NodeKey.Use.NODE, NodeKey.Use.AUTHOR)).exclude(told_by="")
    return told.order_by("-entered_at").values_list("entered_at", flat=True).first()


def other_nodes() -> QuerySet[Node]:
    """Every node of the directory but this one, by country."""
    return Node.objects.exclude(standing=Node.Standing.SELF).order_by("country", "code")


def first_office(node_code: str) -> Office | None:
    """Return the first office of a node, which speaks for it on pages."""
    return Office.objects.filter(node__code=node_code).order_by("code").first()


def state_roots() -> QuerySet[StateRoot]:
    """Return the roots of states that were met, by country, trusted ones first."""
    return StateRoot.objects.order_by("country", "-standing", "pk")


def root_fingerprint(root: StateRoot) -> str:
    """Return the fingerprint of a root: 64 hex digits to compare."""
    return public_of(bytes(root.public)).fingerprint


def roots_taken() -> RootsTaken | None:
    """Return the list of the states' roots that is held; None before the first."""
    return RootsTaken.objects.order_by("-number").first()


def roots_held() -> quorum.RootsList | None:
    """Return what the list held says."""
    taken = roots_taken()
    return quorum.read(bytes(taken.signed)) if taken else None
