"""The context of `screening/hit.html`: how far a hit is, and the deeds that this officer may do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.screening import queries
from lienlac.apps.screening.models import Candidate, Hit
from lienlac.core.messages import kinds
from lienlac.web.coded import language
from lienlac.web.screening import same_page
from lienlac.web.screening.hit_forms import AnswerAboutHit, ReasonForm


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One deed of the page: in which states, with which buttons; `response` when it is an answer that travels."""

    name: str
    states: frozenset[str]
    title: Promise
    causes: Promise
    buttons: tuple[tuple[str, Promise], ...]
    response: str = ""
    grave: bool = False

    def form(self, cls: str, data: Mapping[str, Any] | None = None) -> forms.Form:
        """Return its form."""
        return AnswerAboutHit(self.response, cls, data) if self.response else ReasonForm(self.name, data)


SIGN = ("send", gettext_lazy("Sign and send"))
TOLD = frozenset({"reported", "action_done", "action_impossible", "reviewed"})
DEEDS: Mapping[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            name="decide", states=frozenset({"confirmed"}), title=gettext_lazy("What your side decides"),
            causes=gettext_lazy("Nothing is sent by this. What is kept back needs a reason, which stays at this node."),
            buttons=(("report", gettext_lazy("The asking side is told")),
                     ("keep_back", gettext_lazy("Keep it back for now"))),
        ),
        Deed(
            name="report", states=frozenset({"confirmed"}), title=gettext_lazy("Tell the asking side"),
            causes=gettext_lazy("They learn that it is the same person, with these facts and nothing of your record."),
            buttons=(SIGN,), response="HIT_CONFIRMED",
        ),
        Deed(
            name="act", states=frozenset({"reported"}),
            title=pgettext_lazy("of a hit", "The action is done"),
            causes=gettext_lazy("The asking office sees it at once and the clock ends."),
            buttons=(SIGN,), response="ACTION_DONE",
        ),
        Deed(
            name="cannot_act", states=frozenset({"reported"}),
            title=pgettext_lazy("of a hit", "The action is not possible"),
            causes=gettext_lazy("The asking office sees it at once and the clock ends."),
            buttons=(SIGN,), response="ACTION_IMPOSSIBLE",
        ),
        Deed(
            name="review", states=frozenset({"action_done", "action_impossible"}),
            title=gettext_lazy("Review your record"),
            causes=gettext_lazy("Say why. A record whose purpose is achieved is withdrawn and later erased."),
            buttons=(("keep", gettext_lazy("Keep the record")), ("withdraw", gettext_lazy("Withdraw the record"))),
        ),
        Deed(
            name="reconsider", states=frozenset({"confirmed"}),
            title=gettext_lazy("It is not the same person after all"),
            causes=gettext_lazy("Nobody outside knows of it yet. The pair is open again."),
            buttons=(("reconsider", gettext_lazy("Take the confirmation back")),), grave=True,
        ),
        Deed(
            name="wrong", states=TOLD, title=gettext_lazy("It is not the same person after all"),
            causes=gettext_lazy("They are told that it was wrong. The pair is blocked: the inspector alone sees it."),
            buttons=(SIGN,), response="PARTIAL", grave=True,
        ),
    )
}  # fmt: skip


def page(
    officer: User, row: Candidate, hit: Hit, *, bad: tuple[str, forms.Form] | None = None
) -> dict[str, Any]:
    """Return the whole context; a form that was filled in wrongly is shown again, open."""
    asked_in = same_page.enquiry_of(officer, row)
    compared, _weighed = queries.compared(row)
    name, name_language = compared.asked_name
    return {
        "title": name or row.record.number,
        "title_lang": name_language,
        "state": row.state,
        "due_at": hit.report_by if row.state == "confirmed" and hit.decision != "keep_back" else None,
        "steps": _steps(hit),
        "waiting": bool(asked_in and enquiries.waiting_answer(asked_in)),
        "deeds": [
            _deed(row, deed, cls_of(row), bad) for deed in DEEDS.values() if is_open(deed, row, hit, asked_in)
        ],
        "urls": {
            "back": reverse("candidates"),
            "pair": reverse("same_person", args=[row.pk]),
            "thread": reverse("thread", args=[asked_in.pk]) if asked_in else "",
            "record": reverse("record", args=[row.record_id]),
        },
    }


def cls_of(row: Candidate) -> str:
    """Return the class of the enquiry."""
    return kinds.kind(row.subject.kind).cls or ""


def is_open(deed: Deed, row: Candidate, hit: Hit, asked_in: Addressee | None) -> bool:
    """Say whether the deed can be done now; an answer waits for its enquiry, and for the answer before it."""
    if row.state not in deed.states or (deed.response and asked_in is None):
        return False
    if asked_in is not None and enquiries.waiting_answer(asked_in):
        return False
    decided = hit.decision == Hit.Decision.REPORT
    return {"decide": not decided, "report": decided}.get(deed.name, True)


def _deed(row: Candidate, deed: Deed, cls: str, bad: tuple[str, forms.Form] | None) -> dict[str, Any]:
    form = bad[1] if bad and bad[0] == deed.name else deed.form(cls)
    return {
        "name": deed.name,
        "title": deed.title,
        "causes": deed.causes,
        "buttons": [{"value": value, "label": label} for value, label in deed.buttons],
        "form": form,
        "open": bool(form.errors) or deed.name in ("decide", "report", "act", "review"),
        "grave": deed.grave,
        "url": reverse("hit_deed", args=[row.pk, deed.name]),
    }


def _steps(hit: Hit) -> list[dict[str, Any]]:
    """Return what has been done, each with who and when."""
    decided = {"report": _("The asking side is told"), "keep_back": _("Keep it back for now")}
    found = (
        (wording.label("candidate_states", "confirmed", language()), "", hit.confirmed_at, ""),
        (decided.get(hit.decision, ""), _who(hit.decided_by), hit.decided_at, hit.decision_reason),
        (wording.label("candidate_states", "reported", language()), "", hit.reported_at, ""),
        (
            wording.label("candidate_states", hit.action, language()) if hit.action else "",
            "",
            hit.acted_at,
            "",
        ),
        (
            wording.label("candidate_states", "reviewed", language()),
            _who(hit.reviewed_by),
            hit.reviewed_at,
            hit.review_reason,
        ),
    )
    return [{"label": label, "who": who, "at": at, "text": text} for label, who, at, text in found if at]


def _who(officer: User | None) -> str:
    return officer.full_name if officer else ""
