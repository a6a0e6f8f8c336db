"""On whose desk an incident is laid: the table of codes and roles, and what is open for a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from lienlac.apps.accounts.models import User
from lienlac.apps.mailroom.models import Incident

LOOKED_AT, SHOWN = 500, 3  # however many stand open, few rows are read and fewer are shown

_Role = User.Role
_KEEPER = frozenset({_Role.ADMINISTRATOR})
_JUDGES = _KEEPER | {_Role.INSPECTOR}
_DUTY = frozenset({_Role.DUTY_OFFICER, _Role.SUPERVISOR})

ROLES: Mapping[str, frozenset[_Role]] = {
    # the machine: nothing to do, or something that only its keeper can do
    "partner_opened_epoch": _KEEPER,
    "seq_far_ahead": _KEEPER,
    "gap": _KEEPER,
    "leaf_late": _KEEPER,
    "clock_wrong": _KEEPER,
    "training_item": _KEEPER,
    "strangers_many": _KEEPER,
    # something was lost or stands still: whoever is on duty rings the partner, whoever keeps the node mends it
    "sender_restored": _KEEPER | _DUTY,
    "i_was_restored": _KEEPER | _DUTY,
    "receiver_restored": _KEEPER | _DUTY,
    "lane_frozen": _KEEPER | _DUTY,
    "lane_frozen_by_partner": _KEEPER | _DUTY,
    "unread_full": _KEEPER | _DUTY,
    "outbox_old": _KEEPER | _DUTY,
    "letters_unanswered": _KEEPER | _DUTY,
    "disk_nearly_full": _KEEPER | _DUTY,
    "bundle_refused": _KEEPER | _DUTY,
    # the partner's word contradicts itself, or is nobody's: with what proves it, for those who judge
    "receipt_of_other_bytes": _JUDGES,
    "partner_untrusted": _JUDGES,
    "lane_thawed": _JUDGES,
    "directory_refused": _JUDGES,
    "old_epoch_replayed": _JUDGES | _DUTY,
    "equivocation": _JUDGES | _DUTY,
    "wrong_parcels": _JUDGES | _DUTY,
    "revoked_key_used": _JUDGES | _DUTY,
    # an officer's text that nobody has judged
    "flash_review_overdue": _DUTY,
    "review_overdue": _KEEPER | _DUTY,
}
"""Code of the list `lane_incidents` -> the roles whose first page shows it while it stands open."""


@dataclass(frozen=True, kw_only=True)
class OnDesk:
    """What stands open for a role: how many (no more than `LOOKED_AT` are counted), and the newest, each code once."""

    number: int
    newest: Sequence[Incident]


def codes_of(role: str) -> frozenset[str]:
    """Return the codes of incidents that are a role's affair."""
    return frozenset(code for code, roles in ROLES.items() if role in roles)


def on_desk(role: str) -> OnDesk:
    """Return the open incidents of a role, without their evidence; the offices of the partners shown are read along."""
    if not (mine := codes_of(role)):
        return OnDesk(number=0, newest=())
    still_open = Incident.objects.filter(closed_at=None, code__in=mine).select_related("partner")
    rows = list(still_open.defer("evidence").order_by("-at", "-pk")[:LOOKED_AT])
    once = {(row.partner_id, row.code): row for row in reversed(rows)}
    newest = sorted(once.values(), key=lambda row: (row.at, row.pk), reverse=True)[:SHOWN]
    prefetch_related_objects([row.partner for row in newest], "offices")
    return OnDesk(number=len(rows), newest=newest)
