"""The page that keeps one thing longer than its class says, for a reason of its own (SG23): a record, an enquiry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac.web.deed_page import Deed, Done, Values, answer, given


class KeepForm(forms.Form):
    """Until when, and the reason."""

    retention_until = forms.DateField(label=gettext_lazy("Keep until"))
    retention_reason = forms.CharField(
        label=gettext_lazy("Why it is kept longer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing: its last day as it stands, the latest that may be given, whose reason it must be, how it is kept."""

    title: str
    last_day: date
    latest: date
    whose: str
    keep: Callable[[date, str], object]
    said: str
    causes: str
    back_url: str


def keep_longer(request: HttpRequest, kept: Kept) -> HttpResponseBase:
    """Show until when it is kept; keep it longer."""
    form = given(request, KeepForm, retention_until=kept.latest.isoformat())
    form.fields["retention_reason"].help_text = kept.whose

    def do(said: Values) -> Done:
        kept.keep(said["retention_until"], said["retention_reason"])
        return Done(said=kept.said)

    return answer(
        request,
        Deed(
            title=kept.title,
            verb=_("Keep it longer"),
            form=form,
            do=do,
            back_url=kept.back_url,
            lead=_("Kept until %(until)s.") % {"until": kept.last_day.isoformat()},
            causes=kept.causes,
        ),
    )
