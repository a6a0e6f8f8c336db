"""The answers that a desk may give now: six buttons, the rarer ones beneath; and whether it may correct one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.marks import may_have
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.partners import lost
from lienlac.apps.enquiries.walking import can
from lienlac.apps.screening import hits
from lienlac.core.journeys.answers import BUTTONS, answer
from lienlac.core.messages import kinds
from lienlac.web.coded import language
from lienlac.web.enquiries.answer_forms import FIELDS, ICONS, WARNS, AnswerForm
from lienlac.web.enquiries.file_box import with_box

SIX = frozenset(BUTTONS.values())
MORE_TIME = "STATUS"


def answers_of(row: Addressee, bad: AnswerForm | None) -> dict[str, Any]:
    """Return `answers` and `rare` of `thread/answers.html`; `bad` was filled in wrongly and is shown open.

    While an answer waits for other units, more time alone may be asked for; a partner who is revoked gets none.
    """
    if row.enquiry.side == Enquiry.Side.ASKED or lost(row):
        return {"answers": [], "rare": [], "rare_open": False}
    offered = list(FIELDS)
    if may_have(row, "answers") and queries.waiting_answer(row):
        offered = [MORE_TIME] if row.state == "in_release" else []
    offered = [code for code in offered if can(row, answer(code).event)]
    hit = any(code in WARNS for code in offered) and hits.stands(row.enquiry.message_id)
    shown = [_answer(row, code, bad, hit) for code in offered]
    return {
        "answers": [one for one in shown if one["code"] in SIX],
        "rare": [one for one in shown if one["code"] not in SIX],
        "rare_open": bool(bad and bad.response not in SIX),
    }


def can_correct(row: Addressee) -> bool:
    """Say whether this desk may correct what it said: an open question, an answer that was sent."""
    if not can(row, "correct"):
        return False
    if row.enquiry.side == Enquiry.Side.ASKED:
        return row.open
    # Whoever looks for a person is told found or not (SG39): there another answer is given, not a correction.
    return kinds.kind(row.enquiry.kind).cls != "LOC" and any(one.sent for one in row.answers.all())


def _answer(row: Addressee, code: str, bad: AnswerForm | None, hit: bool) -> dict[str, Any]:
    is_bad = bad is not None and bad.response == code
    return {
        "code": code,
        "label": wording.label("responses", code, language()),
        "icon": ICONS[code],
        "form": bad if is_bad else with_box(AnswerForm(code, row, hit=hit)),
        "open": is_bad,
        "causes": _causes(row, code),
    }


def _causes(row: Addressee, response: str) -> str:
    if row.enquiry.by_phone:
        return _("Nothing is sent: tell them on the telephone. This is the record of what you told.")
    if response == "REFUSED":
        return _(
            "They read the ground and nothing else. Without a stated reason it leaves at a random hour in the "
            "second half of the clock."
        )
    if answer(response).final:
        return _("The asking office sees it at once and the clock ends.")
    return _("The asking office sees it at once; the enquiry stays open.")
