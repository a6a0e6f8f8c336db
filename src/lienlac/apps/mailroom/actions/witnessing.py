"""Heads of a partner's ledger with us: brought by R1, or asked for where none came for a day.

Whoever only receives signs R1 and gets none: without the question he would hold no head of the one who writes to him,
who could then keep two histories (docs/adr/a-head-is-asked-for.md).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.audit import heads
from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Arrival, Incident, Lane
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError
from lienlac.core.ledger import checkpoint, lasting

LEDGER_DENIED = "partner_untrusted"  # the incident whose words say that a partner's ledger no longer agrees
NO_HEAD = "head_not_shown"
ASKED_AFTER = timedelta(days=1)
MOST_ASKED = 8  # proofs of growth at once: of many, one that is never shown must not stand before the others


def head_is_due(partner: Node, *, now: datetime) -> bool:
    """Say whether parcels of a partner came since the last head of his ledger, and that is a day ago."""
    came = list(_ends(partner))
    if not came:
        return False
    held = HeldHead.objects.filter(partner=partner.code).order_by("-came_at").first()
    since = held.came_at if held else min(came)
    if since > now:  # a clock was ahead
        return True
    return since + ASKED_AFTER <= now and (held is None or max(came) > since)


def _ends(partner: Node) -> Iterator[datetime]:
    """Yield when the first and the last parcel of each present epoch came: looked up by their places."""
    for lane in Lane.objects.filter(partner=partner, direction=Lane.Direction.IN):
        places = {1, int(lane.state["seq"])}
        ends = Arrival.objects.filter(lane=lane, epoch=lane.state["epoch"], seq__in=places)
        yield from ends.values_list("arrived_at", flat=True)


@transaction.atomic
def take_head(partner: Node, note: bytes, *, now: datetime) -> None:
    """Keep the head that a partner gave when he was asked; one that is held already was told today."""
    if keep_head(partner, note, now=now):
        HeldHead.objects.filter(partner=partner.code, note=note).update(came_at=now)


@transaction.atomic
def head_denied(partner: Node, *, now: datetime) -> None:
    """Note that a partner says to have no ledger with us, though letters of his came a day ago and more; once."""
    same = Incident.objects.filter(partner=partner, code=LEDGER_DENIED, facts__reason=NO_HEAD, closed_at=None)
    if not same.exists():
        incidents.note(partner, LEDGER_DENIED, {"reason": NO_HEAD}, now=now)


def keep_head(partner: Node, note: bytes, *, after: bytes = b"", now: datetime) -> bool:
    """Keep a partner's head, as `audit.heads.keep`; say whether it holds. What does not is an incident."""
    try:
        _check_second_line(note, partner)
        dispute = heads.keep(
            note,
            partner=partner.code,
            node=queries.own_code(),
            publics=queries.signing_publics(partner),
            after=after,
            now=now,
        )
    except LienlacError as problem:
        incidents.note(partner, LEDGER_DENIED, {"reason": problem.code}, evidence=frames.pack(note), now=now)
        return False
    if dispute:
        note_dispute(partner, dispute, now=now)
    return dispute is None


def _check_second_line(note: bytes, partner: Node) -> None:
    """Raise Unauthentic('note_signature') when a line claims the partner's lasting key and does not hold."""
    signed = checkpoint.parse(note)
    if len(signed.signatures) > 1:  # most heads bear one line, and cost no look at the keys
        lasting.signed_by(signed, queries.lasting_publics(partner))


def growth_to_ask(partner: Node, *, now: datetime) -> list[heads.ToProve]:
    """Return what a partner is asked to show of how his ledgers grew: at most MOST_ASKED, any of them where it is more.

    What was asked for on several days, and is not shown, is an incident, once.
    """
    owed = heads.to_prove(partner.code)
    chosen = random.sample(owed, MOST_ASKED) if len(owed) > MOST_ASKED else owed
    if chosen and (new := heads.not_counted(chosen, on=now.date())):
        _growth_asked(partner, new, now=now)
    return chosen


@transaction.atomic
def _growth_asked(partner: Node, growths: Sequence[heads.ToProve], *, now: datetime) -> None:
    for dispute in heads.asked(growths, on=now.date()):
        note_dispute(partner, dispute, now=now)


@transaction.atomic
def growth_told(
    partner: Node, wanted: heads.ToProve, proof: Sequence[bytes] | None, *, now: datetime
) -> None:
    """Take a partner's answer to whether his ledger only grew: a proof, or None for no such ledger or size.

    Heads of his that he does not show to fit are an incident, once.
    """
    dispute = heads.not_shown(wanted) if proof is None else heads.prove(wanted, proof)
    if dispute:
        note_dispute(partner, dispute, now=now)


def note_dispute(partner: Node, dispute: heads.Dispute, *, now: datetime) -> None:
    """Keep two signed heads that do not fit, where an operator and an inspector see them."""
    evidence = frames.pack(dispute.held, dispute.offered)
    incidents.note(partner, LEDGER_DENIED, {"reason": dispute.code}, evidence=evidence, now=now)
