"""The shift desk: what must I do now, by when, for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries import hits
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.hotline import queries as hotline
from lienlac.web.context import line_at_a_glance
from lienlac.web.desk.rows import asked_row, hit_row, office_names, owed_row, review_row
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.drafts import unsent
from lienlac.web.hotline.posts import awake_signs, how_awake
from lienlac.web.live import mark, stream
from lienlac.web.mailroom.incidents import on_desk

ROWS_A_LIST = 8
FIRST_PAGES = {User.Role.LEADER: "reports", User.Role.ADMINISTRATOR: "users", User.Role.INSPECTOR: "looks",
               User.Role.RELEASER: "releases"}  # fmt: skip
"""Where those begin who have no desk. Everybody has a page: nobody is turned away right after signing in."""

Made = Callable[[Any], dict[str, Any]]
COUNTED = 999


@login_required
def shift(request: HttpRequest) -> HttpResponseBase:
    """Show the shift desk; whoever has none is led to the page where his day begins."""
    since, officer = mark(), officer_of(request)
    if not handles_enquiries(officer):
        return redirect(FIRST_PAGES.get(User.Role(officer.role), "mfa_index"))
    context = {
        "since": since,
        "shift": _shift(officer),
        **_twins(officer),
        "clocks": _clocks(officer),
        "line": _line(),
        "lists": _lists(officer),
        "incidents": on_desk(officer),
        "drafts": unsent(officer),
        "note": _note_before(officer),
        "urls": {
            "ask": reverse("ask"),
            "phone_call": reverse("by_phone"),
            "handover_note": reverse("handover_note"),
            "print": reverse("desk_paper"),
            "search": reverse("inbox"),
            "lists": reverse("desk_lists"),
            "live": reverse("desk_live"),
        },
    }
    return render(request, "desk/shift.html", context)


@for_enquiries
def lists(request: HttpRequest) -> HttpResponse:
    """Answer with the three lists alone, and the header's line."""
    officer = officer_of(request)
    context = {
        "lists": _lists(officer),
        "incidents": on_desk(officer),
        "line": line_at_a_glance(),
        "oob": True,
    }
    return render(request, "desk/_lists.html", context)


async def live(request: HttpRequest) -> HttpResponseBase:
    """Tell the desk that something changed."""
    return await stream(request, ("desk-changed",))


def _note_before(officer: User) -> dict[str, Any] | None:
    """Return what the shift before left for this one."""
    left = hotline.note_before(officer.office, timezone.now())
    return {"who": left.officer.full_name, "at": left.began_at, "text": left.note} if left else None


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
    """Return the three lists: ring now, answer today, waiting for them. Each row has one verb."""
    now = timezone.now()
    names = office_names(translation.get_language() or "en")

    def asked(verb: str) -> Made:
        return lambda row: asked_row(row, names, now, verb=verb)

    return {
        "ring": _list(
            "waiting",
            (enquiries.not_received(officer, now), asked("ring")),
            (enquiries.to_review(officer), lambda one: review_row(one, names, now)),
        ),
        "today": _list(
            "owed",
            (hits.to_report(officer), lambda row: hit_row(row, names, now)),
            (enquiries.to_clarify(officer), asked("clarify")),
            (enquiries.owed_by_us(officer), lambda row: owed_row(row, names, now)),
            (enquiries.to_approve(officer), asked("approve")),
        ),
        "waiting": _list(
            "waiting",
            (enquiries.waiting_for_them(officer), asked("open")),
            (enquiries.to_conclude(officer), asked("close")),
            (enquiries.not_sent(officer), asked("open")),
        ),
    }


def _list(view: str, *parts: tuple[QuerySet[Any], Made]) -> dict[str, Any]:
    """Return one list made of several questions; what does not fit is behind its link."""
    shown = [made(row) for rows, made in parts for row in rows[:ROWS_A_LIST]]
    return {
        "rows": shown[:ROWS_A_LIST],
        "total": _total(rows for rows, _made in parts),
        "all_url": f"{reverse('inbox')}?view={view}",
    }


def _total(several: Iterable[QuerySet[Any]]) -> str:
    """Return how many there are, in figures; beyond what anybody counts, that there are more."""
    total = sum(enquiries.how_many(rows, up_to=COUNTED) for rows in several)
    return str(total) if total <= COUNTED else f"{COUNTED}+"


def _twins(officer: User) -> dict[str, Any]:
    """Return the twin that can be reached; where none can, the one that is paused or revoked."""
    twin = directory.twin_of(officer.office)
    resting = None if twin else directory.resting_twin_of(officer.office)
    return {
        "twin": _twin(officer, twin) if twin else None,
        "resting_twin": _resting(resting) if resting else None,
    }


def _resting(twin: Office) -> dict[str, str]:
    name, language = directory.named(twin, translation.get_language() or "en")
    return {"name": name, "lang": language, "standing": twin.node.standing}


def _twin(officer: User, twin: Office) -> dict[str, Any]:
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
                    "date": wording.day_without_year(local, translation.get_language() or "en"),
                }
            )
    return shown


def _line() -> dict[str, Any]:
    line = line_at_a_glance()
    if line["error"]:
        language = translation.get_language() or "en"
        line["error"] = wording.sentence("errors", line["error"], language)
    return line
