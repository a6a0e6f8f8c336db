"""What an officer has begun and not sent: found again on his desk and where he asks, taken up or discarded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Draft
from lienlac.core import codes
from lienlac.web.coded import language
from lienlac.web.door import by_post, for_enquiries, officer_of

ROWS = 8
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "draft", "do"})


def address(key: str) -> str:
    """Return where a draft is taken up again."""
    return f"{reverse('ask')}?{urlencode({'draft': key})}"


def typed(request: HttpRequest) -> dict[str, str | list[str]]:
    """Return what a form holds, as a draft keeps it: a list where a field has several values."""
    several = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}
    return {name: values if len(values) > 1 else values[0] for name, values in several.items() if values}


def as_typed(draft: Draft) -> QueryDict:
    """Return what a draft keeps as a form takes it: several values of one field are several again."""
    data = QueryDict(mutable=True)
    for name, value in draft.fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def unsent(officer: User) -> list[dict[str, Any]]:
    """Return the rows of `enquiries/_drafts.html`: the officer's own drafts, the newest first."""
    return [_row(one) for one in queries.drafts(officer)[:ROWS]]


def _row(one: Draft) -> dict[str, Any]:
    why = str(one.fields.get("why", ""))
    return {
        "subject": str(one.fields.get("subject", "")).strip(),
        "why": wording.label("whys", why, language()) if why in codes.load("whys") else "",
        "saved_at": one.saved_at,
        "url": address(one.key),
        "drop_url": reverse("ask_draft_drop", args=[one.key]),
    }


@for_enquiries
@by_post
def drop(request: HttpRequest, key: str) -> HttpResponseBase:
    """Discard a draft of the officer's own, and go back to the page it was listed on."""
    actions.drop_draft(officer_of(request), key)
    to = request.POST.get("to", "")
    if to == "inbox":
        return redirect(f"{reverse('inbox')}?view=unsent")
    return redirect("ask" if to == "ask" else "desk")
