"""Incidents on a line: closed with a word, a frozen lane let go on, by an administrator."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.directory.queries import own_code
from lienlac.apps.mailroom import actions, queries
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import WordForm
from lienlac.web.door import officer_of


@for_administrators
def close(request: HttpRequest, key: int) -> HttpResponseBase:
    """Close an incident."""
    incident = queries.incident(key)
    if incident is None:
        raise Http404

    def do(said: Values) -> Done:
        by = officer_of(request).username
        actions.close_incident(incident, word=said["word"], by=by, now=timezone.now())
        return Done(said=_("The incident is closed."))

    return answer(
        request,
        Deed(
            title=_("Close the incident"),
            verb=_("Close the incident"),
            lead=wording.sentence("lane_incidents", incident.code, language(), **incident.facts),
            form=given(request, WordForm),
            do=do,
            back_url=_page_of(incident.partner.code),
        ),
    )


@for_administrators
@fresh_second_factor
def thaw(request: HttpRequest, key: int) -> HttpResponseBase:
    """Let a frozen lane go on."""
    lane = queries.frozen_lane(key)
    if lane is None:
        raise Http404

    def do(_said: Values) -> Done:
        actions.thaw(lane, by=officer_of(request).username, now=timezone.now())
        return Done(said=wording.sentence("lane_incidents", "lane_thawed", language()))

    return answer(
        request,
        Deed(
            title=_("Let the lane go on"),
            verb=_("Let the lane go on"),
            causes=_("Both agencies have looked at the evidence. Both histories stay in the record."),
            form=given(request, forms.Form),
            do=do,
            grave=True,
            back_url=_page_of(lane.partner.code),
        ),
    )


def _page_of(node: str) -> str:
    return reverse("partners") if node == own_code() else reverse("partner", args=[node])
