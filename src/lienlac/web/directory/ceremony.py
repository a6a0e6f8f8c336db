"""The ceremony: give our card, read theirs, compare the fingerprint by voice or on paper, trust."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from lienlac.apps.directory import actions
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.core.trust import words
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import FileForm, WordsForm
from lienlac.web.directory.partners import other_node
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators
from lienlac.web.printing import render as paper
from lienlac.web.templatetags.desk import moment_with_day


def qr(text: str) -> str:
    """Return a QR code as SVG; its text is what a scanner types."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=1, scale=4, xmldecl=False)
    return drawn.getvalue().decode()


def spelled(fingerprint: str) -> dict[str, Any]:
    """Return a fingerprint as the pages show it."""
    return {"words": words.words(fingerprint), "digits": words.digits(fingerprint)}


def _ours() -> tuple[Node, str]:
    node = directory.this_node()
    return node, directory.fingerprint_of(node)


@for_operators
def ours(request: HttpRequest) -> HttpResponse:
    """Show our fingerprint in words, in digits and as a QR code, with the card to give away."""
    node, fingerprint = _ours()
    code = qr(f"{node.code} {' '.join(words.digits(fingerprint))}")
    context = {
        **spelled(fingerprint),
        "code": node.code,
        "qr": mark_safe(code),  # noqa: S308 - drawn by segno from our own code and digits
        "file_url": reverse("our_card_file"),
        "paper_url": reverse("our_card_paper"),
        "back_url": reverse("partners"),
    }
    return render(request, "directory/ours.html", context)


@for_operators
def ours_file(_request: HttpRequest) -> HttpResponse:
    """Answer with our signed card."""
    answer_ = HttpResponse(actions.issue_card(timezone.now()), content_type="application/octet-stream")
    answer_.headers["Content-Disposition"] = f'attachment; filename="{directory.own_code()}.card"'
    return answer_


@for_operators
def ours_paper(_request: HttpRequest) -> HttpResponse:
    """Answer with the page on which two agencies begin."""
    node, fingerprint = _ours()
    office = directory.first_office(node.code)
    values = {
        "title": _("Introduction of a node"),
        "lead": _(
            "Read these words to the other agency on a known telephone number, or hand this page over."
        ),
        "name": directory.office_name(office, language()) if office else node.code,
        "node": node.code,
        "date": moment_with_day(timezone.now()),
        "words": list(words.words(fingerprint)),
        "digits_label": _("The same in digits"),
        "digits": list(words.digits(fingerprint)),
        "qr": qr(f"{node.code} {' '.join(words.digits(fingerprint))}"),
        "signature": _("Signature, full name, seal"),
        "lang": language(),
    }
    shown = HttpResponse(paper("introduction", values), content_type="application/pdf")
    shown.headers["Content-Disposition"] = f'inline; filename="{node.code}.pdf"'
    return shown


@for_administrators
@fresh_second_factor
def meet(request: HttpRequest) -> HttpResponseBase:
    """Read the card of another node."""

    def do(said: Values) -> Done:
        by = officer_of(request).username
        met = actions.meet(said["file"], by=by, now=timezone.now())
        return Done(
            said=_("The card was read. Nothing is exchanged before the fingerprint is compared."),
            next_url=reverse("partner", args=[met.code]),
        )

    return answer(
        request,
        Deed(
            title=_("Introduce a partner"),
            verb=_("Read the card"),
            lead=_("They give you the file of their card, on a stick or by mail. It need not be secret."),
            form=given(request, FileForm),
            do=do,
            upload=True,
            back_url=reverse("partners"),
        ),
    )


@for_administrators
@fresh_second_factor
def trust(request: HttpRequest, code: str) -> HttpResponseBase:
    """Compare: ours to read to them, theirs typed as it is heard."""
    node = other_node(code)

    def do(said: Values) -> Done:
        by = officer_of(request).username
        actions.trust(node, fingerprint=said["said"], by=by, now=timezone.now())
        return Done(said=_("The fingerprints agree. Parcels may be exchanged."))

    return answer(
        request,
        Deed(
            title=_("Compare fingerprints"),
            verb=_("Compare and trust"),
            lead=_(
                "Ring them on a number that you know from elsewhere. Read them your words; type what they read."
            ),
            form=given(request, WordsForm),
            do=do,
            back_url=reverse("partner", args=[code]),
            template="directory/compare.html",
            more={**spelled(_ours()[1]), "name": code},
        ),
    )
