"""What waits at this node before it may leave: a second person's consent, the protection desk's word."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry

Deeds = list[dict[str, Any]]


def waiting_of(row: Addressee, officer: User) -> dict[str, Any] | None:
    """Return `waiting` of `thread.html`: a worded text and the deeds this officer may do; None when nothing waits."""
    if row.enquiry.side == Enquiry.Side.ASKED:
        return _enquiry_waits(row, officer)
    given = queries.waiting_answer(row)
    if given is not None and row.leaves_at is None:
        return _answer_waits(row, given, officer)
    if officer.role == User.Role.PROTECTION_OFFICER and row.open and row.leaves_at is None:
        text = _("If the answer to this enquiry is held for review, your word lets it go.")
        return {"text": text, "deeds": [_deed("thread_release", row, _("Release the answer"), main=False)]}
    return None


def _enquiry_waits(row: Addressee, officer: User) -> dict[str, Any] | None:
    if row.state == "returned":
        return {"text": _("A second person returned this to its author. It has not been sent."), "deeds": []}
    if row.state != "checked":
        return None
    text = _("This has not been sent: a second person must approve it first.")
    return {
        "text": text,
        "deeds": [] if row.enquiry.written_by_id == officer.pk else _of_a_second_person(row),
    }


def _answer_waits(row: Addressee, given: Answer, officer: User) -> dict[str, Any]:
    text = _("Your answer has not been sent: a second person must approve it first.")
    if given.given_by_id == officer.pk:
        return {
            "text": text,
            "deeds": [_deed("thread_drop_answer", row, _("Take the answer back"), main=False)],
        }
    return {"text": text, "deeds": [_approve(row)]}


def _of_a_second_person(row: Addressee) -> Deeds:
    back = pgettext("to the author", "Return it")
    return [_approve(row), _deed("thread_return", row, back, main=False)]


def _approve(row: Addressee) -> dict[str, Any]:
    return _deed("thread_approve", row, _("Approve and send"), main=True)


def _deed(name: str, row: Addressee, label: str, *, main: bool) -> dict[str, Any]:
    return {"url": reverse(name, args=[row.pk]), "label": label, "main": main}
