"""Questions of the pages about the post: what is on its way, what the ledgers hold."""

from __future__ import annotations

from django.db.models import QuerySet

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.lane import Until


def on_the_way() -> QuerySet[Parcel]:
    """Messages without their signed receipt, those that wait first; receipts on their way are no officer's affair."""
    waiting = Parcel.objects.filter(until=Until.RECEIPT, settled=False)
    return waiting.select_related("lane__partner__line", "message").order_by("-state", "queued_at")


def ledgers() -> QuerySet[Ledger]:
    """The current ledgers: the house first, then one for each partner."""
    return Ledger.objects.filter(current=True).order_by("partner")


def leaves(ledger: Ledger) -> QuerySet[Leaf]:
    """The leaves of a ledger, the newest first."""
    return ledger.leaves.order_by("-pk")
