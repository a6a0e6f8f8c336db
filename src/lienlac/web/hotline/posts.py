"""Offices in the order in which they are rung: the twin, the others, the regional centre; and whether they are awake.

*Awake* is what a person did: opened a test call of ours, or answered the telephone. What a machine signs (R1) never
counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.hotline import queries as hotline
from lienlac.web.coded import language

AWAKE_FOR = timedelta(hours=12)
TEST_MAY_TAKE = timedelta(minutes=30)
CENTRE = "regional_centre"  # its country is its own name


def posts(officer: User, now: datetime, *, ringing: str = "") -> list[dict[str, Any]]:
    """Return the rows of `hotline/awake.html`."""
    twin = directory.twin_of(officer.office)
    offices = sorted(directory.reachable_offices(), key=lambda one: _rank(one, twin))
    return [post(officer, office, now, here=office.code == ringing) for office in offices]


def _rank(office: Office, twin: Office | None) -> tuple[bool, bool, str]:
    return (twin is None or office.pk != twin.pk, office.kind == CENTRE, office.code)


def post(officer: User, office: Office, now: datetime, *, here: bool = False) -> dict[str, Any]:
    """Return one row."""
    name, name_language = directory.named(office, language())
    tested_at, waiting_since = awake_signs(officer, office)
    local = now.astimezone(ZoneInfo(office.time_zone))
    return {
        "name": name,
        "lang": name_language,
        "place": "" if office.kind == CENTRE else wording.country(office.country, language()),
        "time": local.strftime("%H:%M"),
        "awake": how_awake(tested_at, waiting_since, now),
        "on_duty": "",
        "speaks": office.languages,
        "phone": office.phone,
        "tel": office.phone.replace(" ", ""),
        "tested_at": tested_at,
        "call_url": reverse("ring", args=[office.code]),
        "phrases_url": "",
        "here": here,
    }


def awake_signs(officer: User, office: Office) -> tuple[datetime | None, datetime | None]:
    """Return when a person there last answered us, and since when a test call of ours waits."""
    opened, waiting = enquiries.last_test(officer.office, office.code)
    rung = hotline.last_answered(officer.office).get(office.code)
    return max((moment for moment in (opened, rung) if moment), default=None), waiting


def how_awake(tested_at: datetime | None, waiting_since: datetime | None, now: datetime) -> str:
    """Return yes, unsure or no."""
    if waiting_since and now - waiting_since > TEST_MAY_TAKE and (not tested_at or tested_at < waiting_since):
        return "no"
    return "yes" if tested_at and now - tested_at < AWAKE_FOR else "unsure"
