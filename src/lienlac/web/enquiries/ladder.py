"""The delivery ladder: how far a question and its answer came, each step with its time, the last error in words.

Each side is told what it waits for: the asker how his question goes there, the asked one how its answer goes home.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry
from lienlac.apps.enquiries.walking import WITH_US
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.mailroom.models import Parcel
from lienlac.apps.mailroom.queries import Delivery
from lienlac.core.policy.grounds import KEY_GONE, TOO_NEW
from lienlac.web.coded import language
from lienlac.web.templatetags.desk import moment

THERE, HERE = "delivery_stages", "answer_stages"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: its code in a list of words, when it was reached (None: not yet), and who did it ("" unknown)."""

    code: str
    words: str
    at: datetime | None
    by: str = ""


def ladder_of(row: Addressee) -> dict[str, Any]:
    """Return the context of `_ladder.html` for one addressee."""
    if row.enquiry.side == Enquiry.Side.ASKED:
        delivery = _delivery(row.enquiry.message_id, row.office)
        steps, carried = _of_the_asker(row, delivery), "received"
    else:
        given = _last_sent(row)
        delivery = _delivery(given.message_id, row.enquiry.from_office) if given else None
        steps, carried = _of_the_asked(row, delivery), "delivered"
    failed_at = carried if delivery and delivery.refused_ground else ""
    return {
        "ladder": _shown(steps, failed_at=failed_at),
        "ladder_error": _trouble(delivery),
        "badge": badge(row, delivery.state if delivery else ""),
    }


def badge(row: Addressee, parcel: str) -> str:
    """Return where an enquiry stands, in words; of what we sent, never further than its parcel came.

    `parcel` is the parcel's state ("" unknown).
    """
    if row.enquiry.side == Enquiry.Side.ASKED and row.state == "sent":
        if parcel == Parcel.State.WAITING:
            return wording.label(THERE, "queued", language())
        if parcel == Parcel.State.NOT_UNDERSTOOD:
            return pgettext("where an enquiry stands", "Kept there, unread")
    return wording.label("enquiry_states", row.state, language())


def _delivery(message_id: str, to_office: str) -> Delivery | None:
    office = directory.office(to_office)
    deliveries = mailroom.deliveries(message_id)
    return next((one for one in deliveries if office and one.partner == office.node), None)


def _last_sent(row: Addressee) -> Answer | None:
    return next((one for one in reversed(list(row.answers.all())) if one.sent), None)


def _of_the_asker(row: Addressee, delivery: Delivery | None) -> list[Step]:
    unsent = None if row.state in WITH_US else row.enquiry.created_at  # what waits for people is in no queue
    return [
        Step(code="queued", words=THERE, at=delivery.queued_at if delivery else unsent),
        Step(code="sent", words=THERE, at=delivery.sent_at if delivery else None),
        Step(code="received", words=THERE, at=delivery.received_at if delivery else None),
        Step(code="opened", words=THERE, at=delivery.opened_at if delivery else None),
        Step(code="answered", words=THERE, at=row.answered_at),
    ]


def _of_the_asked(row: Addressee, delivery: Delivery | None) -> list[Step]:
    opened_by = row.taken_by.full_name if row.taken_by else ""
    steps = [
        Step(code="received", words=HERE, at=row.received_at),
        Step(code="opened", words=HERE, at=row.opened_at, by=opened_by),
        Step(code="answered", words=HERE, at=row.answered_at),
    ]
    if row.enquiry.by_phone:  # told on the telephone: nothing travels
        return steps
    return [*steps, Step(code="delivered", words=HERE, at=delivery.received_at if delivery else None)]


def _shown(steps: list[Step], *, failed_at: str) -> list[dict[str, Any]]:
    waiting = next((one.code for one in steps if one.at is None), "")
    return [
        {
            "code": one.code,
            "label": wording.label(one.words, one.code, language()),
            "at": one.at,
            "by": one.by,
            "state": _state(one, waiting, failed_at),
        }
        for one in steps
    ]


def _state(step: Step, waiting: str, failed_at: str) -> str:
    if step.code == failed_at:
        return "failed"
    if step.at is not None:
        return "done"
    return "now" if step.code == waiting and not failed_at else "todo"


def _trouble(delivery: Delivery | None) -> str:
    """Return the last error in plain words and what happens next."""
    if delivery is None:
        return ""
    if delivery.refused_ground == KEY_GONE and not delivery.sent_again:
        return _(
            "Their node could not open it: it was sealed to a key that they have destroyed. "
            "It is not sent again by itself."
        )
    if delivery.refused_ground:
        ground = wording.label("refusal_grounds", delivery.refused_ground, language())
        if delivery.refused_ground == TOO_NEW:
            refused = _(
                "Their node refused it: %(ground)s. Phone them; send it again when their system has been renewed."
            )
        else:
            refused = _("Their node refused it: %(ground)s")
        return refused % {"ground": ground}
    if delivery.state == Parcel.State.NOT_UNDERSTOOD:
        return _(
            "It is kept there, but their system is too old to read it. "
            "They have to renew it; then it is read without being sent again. Phone them if it cannot wait."
        )
    if delivery.error:
        error = wording.sentence("errors", delivery.error, language())
        return _("%(error)s It is tried again at %(at)s; nothing is lost.") % {
            "error": error,
            "at": moment(delivery.next_try_at),
        }
    return ""
