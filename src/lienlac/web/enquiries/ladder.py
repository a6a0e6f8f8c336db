"""The delivery ladder: queued, sent, received, opened, answered; each with its time, the last error in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.mailroom.queries import Delivery
from lienlac.web.coded import language
from lienlac.web.templatetags.desk import moment

STEPS = ("queued", "sent", "received", "opened", "answered")


def ladder_of(row: Addressee) -> dict[str, Any]:
    """Return the context of `_ladder.html` for one addressee."""
    if row.enquiry.side == Enquiry.Side.RECEIVED:
        return {"ladder": _steps(_received(row), failed_at=""), "ladder_error": ""}
    delivery = _delivery_to(row)
    times = _asked(row, delivery)
    failed_at = "received" if delivery and delivery.refused_ground else ""
    return {"ladder": _steps(times, failed_at=failed_at), "ladder_error": _trouble(delivery)}


def _delivery_to(row: Addressee) -> Delivery | None:
    office = directory.office(row.office)
    deliveries = mailroom.deliveries(row.enquiry.message_id)
    return next((one for one in deliveries if office and one.partner == office.node), None)


def _asked(row: Addressee, delivery: Delivery | None) -> dict[str, datetime | None]:
    return {
        "queued": delivery.queued_at if delivery else row.enquiry.created_at,
        "sent": delivery.sent_at if delivery else None,
        "received": delivery.received_at if delivery else None,
        "opened": delivery.opened_at if delivery else None,
        "answered": row.answered_at,
    }


def _received(row: Addressee) -> dict[str, datetime | None]:
    return {"received": row.received_at, "opened": row.opened_at, "answered": row.answered_at}


def _steps(times: dict[str, datetime | None], *, failed_at: str) -> list[dict[str, Any]]:
    shown = [code for code in STEPS if code in times]
    waiting = next((code for code in shown if times[code] is None), "")
    return [
        {"code": code, "at": times[code], "by": "", "state": _state(code, times[code], waiting, failed_at)}
        for code in shown
    ]


def _state(code: str, at: datetime | None, waiting: str, failed_at: str) -> str:
    if code == failed_at:
        return "failed"
    if at is not None:
        return "done"
    return "now" if code == waiting and not failed_at else "todo"


def _trouble(delivery: Delivery | None) -> str:
    """Return the last error in plain words and what happens next."""
    if delivery is None:
        return ""
    if delivery.refused_ground:
        ground = wording.label("refusal_grounds", delivery.refused_ground, language())
        return _("Their node refused it: %(ground)s") % {"ground": ground}
    if delivery.error:
        error = wording.sentence("errors", delivery.error, language())
        return _("%(error)s It is tried again at %(at)s; nothing is lost.") % {
            "error": error,
            "at": moment(delivery.next_try_at),
        }
    return ""
