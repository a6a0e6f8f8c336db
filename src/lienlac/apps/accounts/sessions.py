"""Where an officer is signed in, and how all of it ends at once."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from lienlac.apps.accounts.models import User


def end_all(officer: User) -> int:
    """Sign an officer out everywhere; return how many sessions that ended.

    A session says whose it is only inside, so all are read: an office has tens of them.
    """
    own = [
        row.pk for row in Session.objects.iterator() if row.get_decoded().get(SESSION_KEY) == str(officer.pk)
    ]
    ended, _ = Session.objects.filter(pk__in=own).delete()
    return ended
