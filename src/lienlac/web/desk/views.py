"""The shift desk: what must I do now, by when, for whom."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.hotline import queries as hotline
from lienlac.web.context import line_at_a_glance
from lienlac.web.desk.rows import asked_row, office_names, owed_row
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.hotline.posts import awake_signs, how_awake
from lienlac.web.live import stream
from lienlac.web.templatetags.desk import babel_locale

ROWS_A_LIST = 8


@for_enquiries
def shift(request: HttpRequest) -> HttpResponseBase:
    """Show the shift desk."""
    officer = officer_of(request)
    context = {
        "shift": _shift(officer),
        "twin": _twin(officer),
        "clocks": _clocks(officer),
        "line": _line(),
        "lists": _lists(officer),
        "urls": {
            "ask": reverse("ask"),
            "search": reverse("inbox"),
            "lists": reverse("desk_lists"),
            "live": reverse("desk_live"),
        },
    }
    return render(request, "desk/shift.html", context)


@for_enquiries
def lists(request: HttpRequest) -> HttpResponse:
    """Answer with the three lists alone, and the header's line."""
    context = {"lists": _lists(officer_of(request)), "line": line_at_a_glance(), "oob": True}
    return render(request, "desk/_lists.html", context)


async def live(request: HttpRequest) -> HttpResponseBase:
    """Tell the desk that something changed."""
    return await stream(request, ("desk-changed",))


def _shift(officer: User) -> dict[str, Any]:
    """Return who is on duty at the officer's office, and how to take the shift."""
    now = timezone.now()
    shift = hotline.shift_now(officer.office, now)
    mine = shift is not None and shift.officer_id == officer.pk
    return {
        "label": _("On duty") if shift else "",
        "officer": shift.officer.full_name if shift else "",
        "until": shift.until if shift else None,
        "next": "",
        "mine": mine,
        "take_url": "" if mine else reverse("take_shift"),
    }


def _lists(officer: User) -> dict[str, Any]:
    now = timezone.now()
    owed, waiting = enquiries.owed_by_us(officer), enquiries.waiting_for_them(officer)
    conclude = enquiries.to_conclude(officer)
    silent = enquiries.not_received(officer, now)
    names = office_names(translation.get_language() or "en")
    return {
        "ring": _list(silent, lambda row: asked_row(row, names, now, verb="ring"), "waiting"),
        "today": _list(owed, lambda row: owed_row(row, names, now), "owed"),
        "waiting": {
            "rows": [asked_row(row, names, now, verb="open") for row in waiting[:ROWS_A_LIST]]
            + [asked_row(row, names, now, verb="close") for row in conclude[:ROWS_A_LIST]],
            "total": waiting.count() + conclude.count(),
            "all_url": f"{reverse('inbox')}?view=waiting",
        },
    }


def _list(rows: Any, made: Any, view: str) -> dict[str, Any]:
    return {
        "rows": [made(row) for row in rows[:ROWS_A_LIST]],
        "total": rows.count(),
        "all_url": f"{reverse('inbox')}?view={view}",
    }


def _twin(officer: User) -> dict[str, Any] | None:
    twin = directory.twin_of(officer.office)
    if twin is None:
        return None
    name, language = directory.named(twin, translation.get_language() or "en")
    tested_at, waiting_since = awake_signs(officer, twin)
    return {
        "name": name,
        "lang": language,
        "awake": how_awake(tested_at, waiting_since, timezone.now()),
        "tested_at": tested_at,
        "awake_url": reverse("awake"),
        "test_url": reverse("test_call", args=[twin.code]),
    }


def _clocks(officer: User) -> list[dict[str, str]]:
    """Return both local times, ours first."""
    own, twin = directory.office(officer.office), directory.twin_of(officer.office)
    now, shown = timezone.now(), []
    for office in (own, twin):
        if office is not None:
            local = now.astimezone(ZoneInfo(office.time_zone))
            shown.append(
                {
                    "place": wording.country(office.country, translation.get_language() or "en"),
                    "time": local.strftime("%H:%M"),
                    "date": format_date(local, "d/M", locale=babel_locale()),
                }
            )
    return shown


def _line() -> dict[str, Any]:
    line = line_at_a_glance()
    if line["error"]:
        language = translation.get_language() or "en"
        line["error"] = wording.sentence("errors", line["error"], language)
    return line
