"""The release chain on paper: print the sheet, enter the page that came back, compare it with its scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from lienlac.apps.audit import house
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.actions.releasing import SHEET_DIGITS
from lienlac.apps.enquiries.chains import PENDING
from lienlac.apps.enquiries.models import Release, Scan
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, attempt, given
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.waiting import chain_of
from lienlac.web.enquiries.whole_message import whole_message
from lienlac.web.printing import qr_code
from lienlac.web.printing import render as pdf
from lienlac.web.templatetags.desk import moment_with_day

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class PaperForm(forms.Form):
    """What stands on the page that came back, and its scan."""

    sheet = forms.CharField(
        label=gettext_lazy("Code of the sheet"),
        max_length=80,
        help_text=gettext_lazy(
            "Printed beside the QR code. If the text was changed since, it no longer fits."
        ),
    )
    signatory = forms.CharField(
        label=gettext_lazy("Who signed"), max_length=200, help_text=gettext_lazy("Rank and full name.")
    )
    number = forms.CharField(label=gettext_lazy("Number of the document"), max_length=64)
    signed_on = forms.DateField(
        label=pgettext_lazy("day of a signature", "Signed on"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed page"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 5 MB. It is kept at this node and never sent."),
    )

    def paper(self) -> actions.Paper:
        """Return what was entered; call `is_valid` first."""
        values = self.cleaned_data
        file = values["scan"]
        return actions.Paper(
            sheet=values["sheet"],
            signatory=values["signatory"],
            number=values["number"],
            signed_on=values["signed_on"],
            content=file.read(actions.MOST_BYTES + 1) if file else b"",
        )


@for_enquiries
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the release sheet as a PDF."""
    link = link_of(request, key)
    number = link.addressee.enquiry.number
    house.note(
        "printed",
        actor=house.officer(officer_of(request).username),
        subjects=[house.Thing(list="enquiry", key=link.addressee.enquiry.message_id)],
        facts={"count": 1, "list": "release_sheet"},
        now=timezone.now(),
    )
    answer = HttpResponse(pdf("release", values_of(link)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number.replace("/", "-")}-release.pdf"'
    return answer


def values_of(link: Release) -> dict[str, Any]:
    """Return the values of `release.typ`."""
    shown = whole_message(link.addressee, link.message_id)
    code = shown["digest"][:SHEET_DIGITS]
    page = reverse("release_paper", args=[link.pk])
    return {
        "lang": language(),
        "title": _("Request for release"),
        "unit_label": _("To be released by"),
        "unit": link.unit,
        "about": [[label, value] for label, value in shown["about"]],
        "made": moment_with_day(timezone.now()),
        "message_label": shown["message"]["what"],
        "facts": [[fact["label"], fact["value"]] for fact in shown["message"]["facts"]],
        "text": shown["message"]["text"],
        "text_lang": shown["message"]["text_lang"] or language(),
        "code_label": _("Code of this sheet"),
        "code": " ".join(code[start : start + 4] for start in range(0, len(code), 4)),
        "digest_label": _("Digest of the text"),
        "digest": shown["digest"],
        "asks": _(
            "The text above will be sent exactly as it stands here, if it is released. Whatever is changed "
            "afterwards needs a new sheet."
        ),
        "decision": [_("Released"), _("Not released; reasons:")],
        "lines": [_("Document number"), _("Date"), _("Rank, full name"), _("Signature and seal")],
        "qr": qr_code(f"{page}?{urlencode({'sheet': code})}")["svg"],
    }


@for_enquiries
def paper(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take the page that came back: who signed, number, day, scan."""
    link = link_of(request, key)
    form = given(request, PaperForm, sheet=request.GET.get("sheet", ""))

    def do(_said: Values) -> Done:
        actions.file_paper(officer_of(request), link, form.paper(), now=timezone.now())
        return Done(said=_("Entered. A second person compares it with its scan."))

    lead = _("Signed by %(unit)s. A second person then compares what you enter with the scan.")
    return answer(
        request,
        Deed(
            title=_("Enter the paper that came back"),
            verb=_("Enter it"),
            form=form,
            do=do,
            back_url=reverse("thread", args=[link.addressee_id]),
            lead=lead % {"unit": link.unit},
            upload=True,
        ),
    )


@for_enquiries
def compare(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show text, entry and scan side by side to the second person."""
    link = link_of(request, key)
    scan = _scan(link)
    filed_by_me = scan.filed_by_id == officer_of(request).pk
    context = {
        **whole_message(link.addressee, link.message_id),
        "chain": chain_of(link),
        "unit": link.unit,
        "rows": [
            (_("Who signed"), scan.signatory),
            (_("Number of the document"), scan.number),
            (pgettext("day of a signature", "Signed on"), scan.signed_on.isoformat()),
            (_("Entered by"), scan.filed_by.full_name),
        ],
        "is_image": scan.media_type.startswith("image/"),
        "may_confirm": not filed_by_me and queries.author_of(link) != officer_of(request),
        "urls": {
            "scan": reverse("release_scan", args=[link.pk]),
            "confirm": reverse("release_confirm", args=[link.pk]),
            "reject": reverse("release_reject", args=[link.pk]),
            "back": reverse("thread", args=[link.addressee_id]),
        },
    }
    return render(request, "enquiries/release_compare.html", context)


@for_enquiries
def scan_file(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the scan itself."""
    found = _scan(link_of(request, key, decided=True))
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    shown = "inline" if found.media_type.startswith("image/") else "attachment"
    name = f"release-{found.release_id}.{ENDINGS[found.media_type]}"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@for_enquiries
@by_post
@fresh_second_factor
def confirm(request: HttpRequest, key: int) -> HttpResponseBase:
    """Confirm, as a second person with a key given just now, that the scan is the signed release of this text."""
    link, digest = link_of(request, key), request.POST.get("digest", "")
    attempt(
        request,
        lambda: actions.confirm_paper(officer_of(request), link, digest=digest, now=timezone.now()),
        said=_("Confirmed. It leaves as soon as every unit has released it."),
    )
    return redirect("thread", key=link.addressee_id)


@for_enquiries
@by_post
def reject(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take a wrong scan out again."""
    link = link_of(request, key)
    attempt(
        request,
        lambda: actions.reject_paper(officer_of(request), link, now=timezone.now()),
        said=_("The scan was taken out. Enter the right one."),
    )
    return redirect("thread", key=link.addressee_id)


def link_of(request: HttpRequest, key: int, *, decided: bool = False) -> Release:
    """Return a link of a chain whose enquiry the officer may see; only one that has still to decide, as a rule."""
    link = queries.link(officer_of(request), key)
    if link is None or (link.decision != PENDING and not decided):
        raise Http404
    return link


def _scan(link: Release) -> Scan:
    if not hasattr(link, "scan"):
        raise Http404
    return link.scan
