"""Close an account, and open it again. Nothing that its officer did is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts import ledger, open_work, sessions
from lienlac.apps.accounts.actions.keys import forget_keys
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.rules import check_another_administrator, check_may_change


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closing an account found: sessions it ended, open work by room that somebody must take over."""

    sessions: int
    open_work: Mapping[str, int]


@transaction.atomic
def close(officer: User, *, by: User | None, now: datetime) -> Closing:
    """Close an account: nobody signs in with it any more, and whoever is signed in is out at once."""
    check_may_change(officer, by=by)
    check_another_administrator(officer)
    officer.is_active, officer.certified_to = False, None
    officer.save(update_fields=["is_active", "certified_to"])
    ended = sessions.end_all(officer)
    ledger.changed(officer, "closed", by=by, now=now)
    return Closing(sessions=ended, open_work=open_work.of(officer))


@transaction.atomic
def open_again(officer: User, *, by: User | None, now: datetime) -> None:
    """Open a closed account. Its keys are forgotten (who had them since?), and it is certified anew."""
    check_may_change(officer, by=by)
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    forget_keys(officer)
    ledger.changed(officer, "opened_again", by=by, now=now)
