"""Tokens of the API: that one was given, that it was used, that it was taken away."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.accounts import ledger
from lienlac.apps.accounts.models import ApiToken, User
from lienlac.apps.accounts.rules import check_may_change
from lienlac.core.messages.called import check_name

LONGEST = timedelta(days=90)
KEY_BYTES = 5  # names a token among the few of a node; it proves nothing
NOTE_EVERY = timedelta(minutes=1)  # a use costs a write, so one a minute is noted


@transaction.atomic
def issue_token(
    officer: User, *, label: str, good_for: timedelta, by: User | None, now: datetime
) -> ApiToken:
    """Note that a system gets a token for an officer, good for 90 days at most; `by` is None for the operator."""
    check_may_change(officer, by=by)
    row = ApiToken.objects.create(
        key=secrets.token_hex(KEY_BYTES),
        officer=officer,
        label=check_name(label, field="label"),
        issued_at=now,
        ends_at=now + min(good_for, LONGEST),
    )
    ledger.changed(officer, "token_issued", by=by, now=now)
    return row


@transaction.atomic
def revoke_token(row: ApiToken, *, by: User | None, now: datetime) -> None:
    """End a token at once, one's own too; one that has ended already stays as it is."""
    if by is None or by.pk != row.officer_id:
        check_may_change(row.officer, by=by)
    if ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now):
        ledger.changed(row.officer, "token_revoked", by=by, now=now)


def token_used(row: ApiToken, *, now: datetime) -> None:
    """Note that a token was used, to the minute."""
    if row.last_used_at is None or now - row.last_used_at >= NOTE_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
