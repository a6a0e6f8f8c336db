"""Read what a state's root says of its nodes, and let it take effect: all of it in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import entering, moments, noting
from lienlac.apps.directory.actions import trusting
from lienlac.apps.directory.actions.rooting import no_longer_vouched
from lienlac.apps.directory.models import Node, StateRoot
from lienlac.apps.directory.queries import roots_held, this_node
from lienlac.core import codes
from lienlac.core.envelope.lasting import public_of
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.trust import quorum, state
from lienlac.core.trust.cards import Card

Standing = Node.Standing
BY_ITS_STATE = "state_said_so"


@dataclass(kw_only=True)
class Read:
    """What a directory changed here: codes of nodes. `late`: it has ended, and only the grace carries it."""

    country: str
    number: int
    late: bool
    added: list[str] = field(default_factory=list)
    keys_replaced: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    vouched: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    """Nodes that this node itself has revoked: no signature but its own people's brings them back."""


@transaction.atomic
def read_directory(signed: bytes, *, now: datetime, by: str = "") -> Read:
    """Read a directory of a state whose root is trusted here; every change is a leaf of the house ledger.

    Raises what `state.accept` raises; Unauthentic('unknown_root') when no trusted root signed it;
    Refused('root_retired') when the list of roots names its root no longer, Refused('roots_expired') when that list is
    all that its root has; Unauthentic('directory_of_other_country') when it speaks of a node that is another country's
    here, Refused('office_of_other_node'), Unauthentic('key_of_other_node'). Then nothing is changed.
    """
    root = _root_of(signed, now)
    held = state.Held(number=root.number, digest=root.digest) if root.number else None
    key = public_of(bytes(root.public))
    accepted = state.accept(signed, root=key, country=root.country, held=held, now=now)
    directory = accepted.directory
    told = Read(country=root.country, number=directory.number, late=accepted.late)
    if accepted.known:
        return told
    _keep(root, accepted, signed)
    noting.directory(root, by=by, now=now)
    for card in directory.cards:
        _take_over(card, told, now)
    for gone in directory.revoked:
        _switch_off(gone, root.country, told, now)
    _drop_missing(directory, told, now)
    return told


def _root_of(signed: bytes, now: datetime) -> StateRoot:
    root = StateRoot.objects.select_for_update().filter(kid=state.signer_of(signed)).first()
    if root is not None and root.standing == StateRoot.Standing.RETIRED:
        raise Refused("root_retired", country=root.country)
    if root is None or root.standing != StateRoot.Standing.TRUSTED:
        raise Unauthentic("unknown_root")
    if root.compared_at is None and (listed := roots_held()):
        quorum.check_not_over(listed, now)
    return root


def _keep(root: StateRoot, accepted: state.Accepted, signed: bytes) -> None:
    root.number, root.digest, root.signed = accepted.directory.number, accepted.digest, signed
    root.issued_at = moments.from_wire(accepted.directory.issued_at)
    root.expires_at = moments.from_wire(accepted.directory.expires_at)
    root.save()


def _take_over(card: Card, told: Read, now: datetime) -> None:
    node = Node.objects.filter(code=card.node).first()
    if node is None:
        _add(card, told, now)
        return
    if node.country != card.country:
        raise Unauthentic("directory_of_other_country", country=card.country, node=node.code)
    if node.standing == Standing.REVOKED:
        told.left_alone.append(node.code)
        return
    same = entering.has_keys_of(node, card) or entering.says_nothing_new(node, card)
    if node.standing == Standing.SELF:
        Node.objects.filter(pk=node.pk).update(vouched_at=now if same else None)
        return
    if not same:
        entering.replace_keys(node, card, now=now)
        Node.objects.filter(pk=node.pk).update(compared_at=None)  # people compared other keys than these
        told.keys_replaced.append(node.code)
    entering.refresh(node, card, now=now)
    _vouch(node, card, told, now)


def _add(card: Card, told: Read, now: datetime) -> None:
    node = entering.enter(card, standing=Standing.INTRODUCED, now=now)
    told.added.append(node.code)
    _vouch(node, card, told, now)


def _vouch(node: Node, card: Card, told: Read, now: datetime) -> None:
    """Note the state's word; it makes an introduced node a trusted one, unless one of the two only trains.

    Nor one that people here revoked or paused before it was introduced anew: they compare again.
    """
    Node.objects.filter(pk=node.pk).update(vouched_at=now)
    told.vouched.append(node.code)
    if node.revoked_at is not None or node.paused_at is not None:
        return
    if node.standing == Standing.INTRODUCED and card.training == node.training == this_node().training:
        Node.objects.filter(pk=node.pk).update(standing=Standing.TRUSTED)
        noting.partner(node, "vouched", by="", now=now)


def _switch_off(gone: state.Revoked, country: str, told: Read, now: datetime) -> None:
    node = Node.objects.filter(code=gone.node).first()
    if node is None or node.standing in (Standing.REVOKED, Standing.SELF):
        return
    if node.country != country:
        raise Unauthentic("directory_of_other_country", country=country, node=node.code)
    known = gone.reason in codes.load("revocation_reasons")
    trusting.revoke(
        node,
        reason=gone.reason if known else BY_ITS_STATE,
        last_trusted_at=moments.from_wire(gone.last_trusted_at),
        now=now,
    )
    told.revoked.append(node.code)


def _drop_missing(directory: state.StateDirectory, told: Read, now: datetime) -> None:
    """A node that the state named before and names no more is not vouched for any longer."""
    named = [card.node for card in directory.cards]
    vouched = Node.objects.filter(country=directory.country).exclude(vouched_at=None)
    for node in vouched.exclude(code__in=named).exclude(standing__in=[Standing.SELF, Standing.REVOKED]):
        no_longer_vouched(node, now=now)
        told.dropped.append(node.code)
