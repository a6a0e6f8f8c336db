"""Tell people of letters that a carrier took and nobody answers: one open incident for each partner.

It closes by itself when his word comes, by whatever way; closed by a person, it comes back as one of late post does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import ageing, incidents
from lienlac.apps.mailroom.models import Incident
from lienlac.apps.mailroom.unanswered import Unanswered, unanswered
from lienlac.core.envelope import frames
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

CODE = "letters_unanswered"


def note_unanswered(
    partner: Node, silent: Sequence[Unanswered], said: Mapping[str, Json], *, now: datetime
) -> None:
    """Open the incident, or count it once an hour: which places, when they were handed over, what the carrier said.

    `said`: the carrier, the letters that it took (`number`, `left_at`, `sha256`), and why they are missed.
    """
    places: Json = [
        {
            "lane": str(one.lane_class),
            "epoch": one.epoch,
            "first": one.first,
            "last": one.last,
            "handed_over_at": one.since.isoformat(),
        }
        for one in silent
    ]
    facts = {**said, "places": places, "asked_at": now.isoformat()}
    what = ageing.Lasting(code=CODE, facts=facts, evidence=frames.pack(canonical.encode(facts)))
    for key in ageing.not_known(CODE, silent, now=now):
        if key == partner.pk:
            ageing.note_lasting(key, what, now=now)


def close_answered(*, now: datetime) -> None:
    """Close the incident of each partner who has answered, or is one whom we no longer speak with."""
    for incident in Incident.objects.filter(code=CODE, closed_at=None).select_related("partner"):
        if not any(one.is_handed_over for one in unanswered(incident.partner, now=now)):
            incidents.close_by_itself(incident, now=now)
