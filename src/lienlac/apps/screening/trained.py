"""Who may judge a pair and decide about a hit."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records.today import today
from lienlac.core.errors import Refused


def check_trained(officer: User, now: datetime) -> None:
    """Raise Refused unless he is trained: in a role that handles enquiries, with a certificate in force (SG34)."""
    trained = officer.certified_to is not None and today(now) <= officer.certified_to
    if not handles_enquiries(officer) or not trained:
        raise Refused("reviewer_not_trained")
