"""What is kept of a pair that was refuted after something was done about it, and for whom (SG23)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lienlac.apps.records.today import today
from lienlac.apps.screening import persons
from lienlac.apps.screening.models import Blocked, Hit
from lienlac.apps.screening.persons import Known

LIMITATION = timedelta(days=3_653)  # as the acts of a handover (SG23): a person may complain as long


def block(hit: Hit, *, now: datetime) -> Blocked:
    """Keep what the inspector and the person need to see what was done on whose word, apart from record and pair."""
    row = hit.candidate
    return Blocked.objects.create(
        message_id=row.subject.message_id,
        record_number=row.record.number,
        told={
            "asked": _told(persons.asked(row.subject.body)),
            "ours": _told(persons.recorded(row.record)),
        },
        verdicts=[
            {"code": one.code, "attributes": one.attributes, "reason": one.reason,
             "officer": one.officer.username, "at": one.at.isoformat()}
            for one in row.verdicts.select_related("officer").order_by("at", "pk")
        ],
        done={
            name: moment.isoformat()
            for name in ("confirmed_at", "reported_at", "acted_at")
            if (moment := getattr(hit, name)) is not None
        },
        blocked_at=now,
        until=today(now) + LIMITATION,
    )  # fmt: skip


def _told(known: Known) -> dict[str, Any]:
    return {"names": [text for text, _ in known.names], "birth": known.birth}
