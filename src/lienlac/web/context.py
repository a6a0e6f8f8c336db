"""What the frame of every page shows: the node, the officer, the line, the languages, the ways on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries, reads_reports
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import queries as mailroom
from lienlac.core.errors import LienlacError
from lienlac.web import first_visit
from lienlac.web.accounts.gate import LOCK_AFTER_S
from lienlac.web.accounts.homes import home_of
from lienlac.web.accounts.menu import entries
from lienlac.web.mailroom.door import keeps_the_node, sees_the_post

NAV: tuple[tuple[str, str, Callable[[User], bool]], ...] = (
    ("desk", "desk", handles_enquiries),
    ("ask", "ask", handles_enquiries),
    ("inbox", "inbox", handles_enquiries),
    ("people", "candidates", handles_enquiries),
    ("record", "records", handles_enquiries),
    ("phone", "awake", handles_enquiries),
    ("partners", "partners", sees_the_post),
    ("outbox", "outbox", sees_the_post),
    ("ledger", "ledger", keeps_the_node),
    ("report", "reports", reads_reports),
)
"""Code of the entry (`parts/_nav_word.html`), name of its address, whose way it is."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the context of `base.html`; before sign-in nothing about lines or work."""
    user = getattr(request, "user", None)
    officer = user if user is not None and user.is_authenticated else None
    return {
        "node": SimpleLazyObject(lambda: _node(request)),  # a fragment shows neither it nor the line
        "languages": [{"code": code, "name": name} for code, name in settings.LANGUAGES],
        "officer": _officer(officer) if officer else None,
        "nav": _nav(request, officer) if officer else [],
        "home": home_of(officer) if officer else "",
        "lock_after": LOCK_AFTER_S if officer else 0,
        "line": SimpleLazyObject(line_at_a_glance) if officer else None,
        "carried": SimpleLazyObject(lambda: first_visit.for_page(request)),
    }


def _node(request: HttpRequest) -> dict[str, Any]:
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    try:
        office = directory.own_offices().first()
    except LienlacError:
        office = None
    name = directory.office_name(office, language) if office else settings.NODE.node
    return {"name": name, "place": "", "training": settings.NODE.training, "lang": language}


def _officer(user: Any) -> dict[str, str]:
    return {"name": user.full_name, "role": user.role, "office": user.office}


def _nav(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    ways = [{"code": code, "url": reverse(name)} for code, name, may in NAV if may(user)]
    return [{**way, "count": None, "here": request.path == way["url"]} for way in [*entries(user), *ways]]


def line_at_a_glance() -> dict[str, Any]:
    """Return the state of all lines as one: the worst of them, what waits, when something last came through.

    `never` before the first parcel came through, `alone` without a partner; `resting` when every partner is paused or
    revoked: people know them, and nothing comes or goes.
    `unread` is what came over any of them, also one at rest, and this node does not understand yet.
    """
    every = mailroom.lines()
    lines = [line for line in every if line.state not in mailroom.AT_REST]
    order = ("down", "slow", "none", "up")
    worst = min((line.state for line in lines), key=order.index, default="alone")
    worst = "never" if worst == "none" else worst
    through = [line.last_through_at for line in lines if line.last_through_at]
    if not lines and directory.at_rest().exists():
        worst, through = "resting", mailroom.last_through_at_rest()
    return {
        "state": worst,
        "waiting": sum(line.waiting for line in lines),
        "unread": sum(line.unread for line in every),
        "last_through_at": max(through, default=None),
        "since": min((line.failing_since for line in lines if line.failing_since), default=None),
        "error": next((line.error for line in lines if line.error), ""),
        "url": reverse("outbox"),
    }
