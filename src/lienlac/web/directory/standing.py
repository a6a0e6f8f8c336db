"""Pause, resume, revoke and forget a partner: grave deeds, each with a second factor given just now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lienlac.apps.directory import actions
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions as enquiries
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import RevokeForm, TransportForm, end_of
from lienlac.web.door import officer_of

Standing = Node.Standing


@dataclass(frozen=True, kw_only=True)
class Change:
    """A deed on a partner: in which standings it is offered, its words, its form, what it does."""

    when: frozenset[str]
    verb: Promise
    causes: Promise
    done: Promise
    do: Callable[[Node, dict[str, Any], str], None]
    form: type[forms.Form] = forms.Form
    grave: bool = False


def _pause(node: Node, _said: dict[str, Any], by: str) -> None:
    actions.pause(node, by=by, now=timezone.now())


def _resume(node: Node, _said: dict[str, Any], by: str) -> None:
    actions.resume(node, by=by, now=timezone.now())


def _carry(node: Node, said: dict[str, Any], by: str) -> None:
    actions.carry_by(node, said["transport"], by=by, now=timezone.now())


def _forget(node: Node, _said: dict[str, Any], by: str) -> None:
    actions.forget(node, by=by, now=timezone.now())


def _revoke(node: Node, said: dict[str, Any], by: str) -> None:
    day = said.get("last_trusted_on")
    until = end_of(day) if day else None
    actions.revoke(node, reason=said["reason"], last_trusted_at=until, by=by, now=timezone.now())


CHANGES: dict[str, Change] = {
    "pause": Change(
        when=frozenset({Standing.TRUSTED}),
        verb=pgettext_lazy("the exchange with a partner", "Pause"),
        causes=gettext_lazy("Parcels wait on both sides until you resume; nothing is lost."),
        done=gettext_lazy("The exchange is paused."),
        do=_pause,
    ),
    "resume": Change(
        when=frozenset({Standing.PAUSED}),
        verb=pgettext_lazy("the exchange with a partner", "Resume"),
        causes=gettext_lazy("What waited goes out now, and what they kept comes in."),
        done=gettext_lazy("The exchange goes on."),
        do=_resume,
    ),
    "carry": Change(
        when=frozenset({Standing.TRUSTED, Standing.PAUSED}),
        verb=pgettext_lazy("the post to a partner", "Change its way"),
        causes=gettext_lazy(
            "What waits leaves by the new way. What they send to us, they send by the way that they chose."
        ),
        done=gettext_lazy("The post to this partner goes by the new way."),
        do=_carry,
        form=TransportForm,
    ),
    "revoke": Change(
        when=frozenset({Standing.TRUSTED, Standing.PAUSED, Standing.INTRODUCED}),
        verb=pgettext_lazy("a partner", "Revoke"),
        causes=gettext_lazy(
            "No parcel goes in or out any more; what waits for it is kept. It returns by a new comparison only."
        ),
        done=gettext_lazy("The partner is revoked."),
        do=_revoke,
        form=RevokeForm,
        grave=True,
    ),
    "forget": Change(
        when=frozenset({Standing.INTRODUCED}),
        verb=pgettext_lazy("a card that was read", "Throw away"),
        causes=gettext_lazy("The card is taken out of the directory, as when its words did not agree."),
        done=gettext_lazy("The card was thrown away."),
        do=_forget,
    ),
}


def deeds_of(node: Node) -> list[dict[str, Any]]:
    """Return the deeds that a partner's page offers."""
    offered = [
        {"label": change.verb, "url": reverse("partner_deed", args=[node.code, code]), "grave": change.grave}
        for code, change in CHANGES.items()
        if node.standing in change.when
    ]
    if node.standing in (Standing.INTRODUCED, Standing.TRUSTED) and node.compared_at is None:
        trust = {"label": _("Compare fingerprints"), "url": reverse("partner_trust", args=[node.code])}
        return [{**trust, "main": True}, *offered]
    return offered


@for_administrators
@fresh_second_factor
def deed(request: HttpRequest, code: str, deed: str) -> HttpResponseBase:
    """Do one of the deeds on a partner."""
    node, change = directory.other_nodes().filter(code=code).first(), CHANGES.get(deed)
    if node is None or change is None or node.standing not in change.when:
        raise Http404
    by = officer_of(request).username

    def do(said: Values) -> Done:
        change.do(node, said, by)
        enquiries.keep_clocks(now=timezone.now())
        return Done(said=str(change.done), next_url=reverse("partners") if deed == "forget" else "")

    return answer(
        request,
        Deed(
            title=_("%(deed)s: %(name)s") % {"deed": change.verb, "name": code},
            verb=str(change.verb),
            form=given(request, change.form),
            do=do,
            causes=str(change.causes),
            grave=change.grave,
            back_url=reverse("partner", args=[code]),
        ),
    )
