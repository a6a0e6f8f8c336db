"""Drafts: kept at the node every few seconds as an officer types, so that no line and no laptop loses them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.letters import new_id
from lienlac.apps.enquiries.models import Draft

KEPT_FOR = timedelta(days=7)
MAX_CHARS = 20_000
MAX_VALUES = 100


@transaction.atomic
def keep_draft(officer: User, key: str, fields: Mapping[str, str | list[str]], *, now: datetime) -> Draft:
    """Keep what was typed under `key` (a new one when it is empty or another officer's); drop what is too old."""
    Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    kept = {name: _cut(value) for name, value in fields.items()}
    changed = Draft.objects.filter(officer=officer, key=key).update(fields=kept, saved_at=now) if key else 0
    if changed:
        return Draft.objects.get(key=key)
    return Draft.objects.create(key=new_id(), officer=officer, fields=kept, saved_at=now)


@transaction.atomic
def drop_draft(officer: User, key: str) -> None:
    """Forget a draft: it was sent, or is not wanted."""
    Draft.objects.filter(officer=officer, key=key).delete()


def _cut(value: str | list[str]) -> str | list[str]:
    return value[:MAX_CHARS] if isinstance(value, str) else [one[:MAX_CHARS] for one in value[:MAX_VALUES]]
