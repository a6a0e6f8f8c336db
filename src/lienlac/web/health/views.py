"""Health of the node: the findings of `lienlac doctor` in the officer's language, and codes for monitors."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lienlac import wording
from lienlac.apps.accounts import queries
from lienlac.apps.reports.health import checks
from lienlac.apps.reports.health.finding import Finding, Level, Patient, worst
from lienlac.web.coded import language
from lienlac.web.door import officer_of

log = logging.getLogger("lienlac.web.health")
LEAVES = 25  # of each ledger: enough to see it extended; `lienlac doctor --thorough` reads them all
FRESH_S = 5  # a stranger may ask as often as he likes and costs one look in so long
WORST_FIRST = tuple(reversed(Level))


def _patient(now: datetime) -> Patient:
    return Patient(home=settings.NODE, now=now, leaves=LEAVES)


@login_required
def health(request: HttpRequest) -> HttpResponse:
    """Show what was found, the worst first, each with its cure; a leader sees only what is not well, and no cures."""
    officer = officer_of(request)
    if not (queries.keeps_accounts(officer) or queries.leads(officer)):
        raise PermissionDenied
    found = checks.examine(_patient(timezone.now()), checks.ON_THE_PAGE)
    keeps = queries.keeps_accounts(officer)
    shown = [one for one in found if keeps or one.level is not Level.OK]
    context = {
        "worst": worst(found),
        "to_mend": sum(one.level is Level.BAD for one in found),
        "to_look_at": sum(one.level is Level.LOOK for one in found),
        "findings": [_row(one, keeps) for one in sorted(shown, key=lambda one: WORST_FIRST.index(one.level))],
    }
    return render(request, "health/list.html", context)


def _row(one: Finding, keeps: bool) -> dict[str, Any]:
    return {
        "level": one.level,
        "says": _pieces(wording.finding(one.says, one.facts, language())),
        "do": _pieces(wording.cure(one.do, one.facts, one.problem, language())) if keeps else [],
    }


def _pieces(sentence: str) -> list[dict[str, object]]:
    """Return a sentence as its pieces: what stands between backticks is a command, in no language."""
    return [
        {"text": text, "command": number % 2 == 1} for number, text in enumerate(sentence.split("`")) if text
    ]


@require_safe
def codes(_request: HttpRequest) -> JsonResponse:
    """Tell a monitor 200 or 503, and which checks are bad or worth a look: no names, and no count of anything."""
    told = cache.get_or_set("health", _codes, FRESH_S)
    answer = JsonResponse(told, status=503 if told["state"] == Level.BAD else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _codes() -> dict[str, Any]:
    found = checks.examine(_patient(timezone.now()), checks.FOR_MONITORS)
    by_level = {
        level.value: sorted({one.check for one in found if one.level is level})
        for level in (Level.BAD, Level.LOOK)
    }
    if by_level["bad"]:
        log.warning("not well: %s", ", ".join(by_level["bad"]))
    return {"state": worst(found).value, **by_level}
