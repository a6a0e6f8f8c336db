"""Ask in 60 seconds: the page, the safeguards' answer, sending."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Draft, Enquiry
from lienlac.core import codes
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.ask_form import ELSEWHERE, RENAMED, AskForm, first_values, usual_offence
from lienlac.web.enquiries.before_sending import asked_before, judgement, readers_sentence, why_proposed
from lienlac.web.enquiries.drafts import address, as_typed, typed, unsent
from lienlac.web.enquiries.file_box import sentence, trouble_of, with_files
from lienlac.web.templatetags.desk import moment

NO_DRAFT = {"key": "", "saved_at": None}
GROUPS = (
    ("person", gettext_lazy("More about the person")),
    ("matter", gettext_lazy("More about the matter")),
    ("decision", gettext_lazy("The decision it rests on")),
    ("evaluation", gettext_lazy("How sure this is")),
    ("paper", gettext_lazy("Numbers and signature")),
)


@for_enquiries
def ask(request: HttpRequest) -> HttpResponseBase:
    """Show the form; with `do=send` send it."""
    officer = officer_of(request)
    if request.method != "POST":
        begun = _begun(officer, request.GET.get("draft", ""), to=request.GET.get("to", ""))
        return render(request, "enquiries/ask.html", begun)
    form = AskForm(officer, request.POST)
    with_files(form, officer, request)
    if request.POST.get("do") == "draft":
        _keep(request)
        messages.success(request, _("Your draft is kept at this node."))
        return redirect("desk")
    if request.POST.get("do") == "send" and form.is_valid():
        try:
            enquiry = actions.ask(officer, form.draft(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed=RENAMED)
        else:
            return asked(request, enquiry)
    return render(request, "enquiries/ask.html", page(form, officer), status=_status(request, form))


def asked(request: HttpRequest, enquiry: Enquiry) -> HttpResponseBase:
    """Go to the thread of what was just asked, and say whether it is on its way; the draft is forgotten."""
    first = enquiry.addressees.order_by("pk")[0]
    said = (
        _("Signed and queued under number %(number)s.")
        if first.state == "sent"
        else _("Kept under number %(number)s. A second person must approve it before it is sent.")
    )
    if first.state == "in_release":
        said = _("Kept under number %(number)s. Other units must release it before it is sent.")
    messages.success(request, said % {"number": enquiry.number})
    actions.drop_draft(officer_of(request), request.POST.get("draft", ""))
    return redirect("thread", key=first.pk)


def _begun(officer: User, key: str, *, to: str = "") -> dict[str, Any]:
    """Return the page for a new question, or for a draft that is taken up again."""
    draft = queries.draft(officer, key) if key else None
    form = AskForm(officer, as_typed(draft)) if draft else AskForm(officer)
    if to:
        form.initial["desk"] = to
    with_files(form, officer)
    if draft is None:
        return page(form, officer) | {"draft": NO_DRAFT, "drafts": unsent(officer), "drafts_to": "ask"}
    return page(form, officer) | {"draft": {"key": key, "saved_at": draft.saved_at}}


@for_enquiries
@by_post
def keep_draft(request: HttpRequest) -> HttpResponse:
    """Keep what was typed; answer with the line that says when.

    The menu of languages takes the draft's address: the page in another language still holds what was typed.
    """
    kept = _keep(request)
    context = {
        "draft": {"key": kept.key, "saved_at": kept.saved_at, "url": address(kept.key)},
        "urls": {"draft": reverse("ask_draft")},
        "oob": True,
    }
    return render(request, "enquiries/_saved.html", context)


def _keep(request: HttpRequest) -> Draft:
    key = request.POST.get("draft", "")
    return actions.keep_draft(officer_of(request), key, typed(request), now=timezone.now())


def _status(request: HttpRequest, form: AskForm) -> int:
    return 422 if request.POST.get("do") == "send" and form.errors else 200


@for_enquiries
@by_post
def fields(request: HttpRequest) -> HttpResponse:
    """Answer with the boxes that the chosen why asks for; those that were not on the page have their first values."""
    officer, data = officer_of(request), request.POST.copy()
    for name, value in first_values(officer).items():
        data.setdefault(name, value)
    form = AskForm(officer, data)
    form.errors.clear()  # an empty box is no mistake before anybody has come to it
    return render(request, "enquiries/_fields.html", {"groups": groups_of(form)})


@for_enquiries
@by_post
def check(request: HttpRequest) -> HttpResponse:
    """Answer with who will read it and what the safeguards say."""
    officer = officer_of(request)
    form = AskForm(officer, request.POST)
    with_files(form, officer)
    return render(request, "enquiries/_check.html", _before_sending(form, officer))


def _before_sending(form: AskForm, officer: User) -> dict[str, Any]:
    if not form.is_bound:
        first = [code for code, _name in form.fields["desk"].choices]  # type: ignore[attr-defined]
        first = [to for to in (form.initial.get("desk"),) if to in first] or first[:1]
        nothing = actions.Draft(kind=form.kind(), body={}, to_offices=tuple(first), agreement="")
        return {
            "readers": readers_sentence(nothing),
            "proposed": why_proposed(officer, nothing),
            "check": None,
            "before": [],
        }
    form.is_valid()
    draft = form.draft()
    return {
        "readers": readers_sentence(draft),
        "proposed": why_proposed(officer, draft),
        "check": judgement(officer, draft, trouble=trouble_of(form)),
        "files": sentence(officer, draft.tray),
        "before": asked_before(officer, draft),
    }


def page(form: AskForm, officer: User) -> dict[str, Any]:
    """Return the context of `ask.html`."""
    return {
        "form": form,
        "whys": _options(form, "why", _why_hints()),
        "deadlines": _options(form, "deadline", _deadline_hints()),
        "groups": groups_of(form),
        "by_phone": False,
        "draft": {"key": form.data.get("draft", "") if form.is_bound else "", "saved_at": None},
        "urls": {
            "send": reverse("ask"),
            "check": reverse("ask_check"),
            "draft": reverse("ask_draft"),
            "fields": reverse("ask_fields"),
            "other": reverse("ask_other"),
            "cancel": reverse("desk"),
        },
        **_before_sending(form, officer),
    }


def _options(form: AskForm, name: str, hints: dict[str, str]) -> list[dict[str, Any]]:
    chosen = form[name].value()
    return [
        {"value": value, "label": label, "hint": hints.get(value, ""), "checked": value == chosen}
        for value, label in form.fields[name].choices  # type: ignore[attr-defined]
    ]


def _why_hints() -> dict[str, str]:
    """Return for each why the offence that is named when the officer chooses none."""
    return {why: wording.label("offences", usual_offence(why), language()) for why in codes.load("whys")}


def _deadline_hints() -> dict[str, str]:
    """Return for each deadline the moment at which it would end if it were received now."""
    now = timezone.now()
    urgency = codes.load("urgency")
    seconds = {code: urgency.row(code).whole("final_s") for code in urgency}
    return {code: moment(now + timedelta(seconds=span)) for code, span in seconds.items() if span}


def groups_of(form: AskForm) -> list[dict[str, Any]]:
    """Return the groups of `_fields.html`: what must be filled in stands open, the rest is folded."""
    in_sight = form.in_sight()
    groups = [_group(_("The matter"), [form[name] for name in in_sight if name in form.fields], is_open=True)]
    for group, label in GROUPS:
        names = [field.name for field in form.coded_fields() if field.group == group]
        boxes = [form[name] for name in names if name not in ELSEWHERE.union(in_sight)]
        groups.append(_group(label, boxes, is_open=group == "evaluation"))  # it is signed as it stands
    more = [form[name] for name in ("also", "handling") if name in form.fields]
    groups.append(_group(_("Other offices, restrictions"), more))
    return [group for group in groups if group["fields"]]


def _group(label: Any, boxes: list[BoundField], *, is_open: bool = False) -> dict[str, Any]:
    return {"label": label, "open": is_open or any(box.errors for box in boxes), "fields": boxes}
