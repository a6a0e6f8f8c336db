"""One enquiry on paper: both languages, our number, and a QR code that leads to what the ledger knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.offices import desk_name
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.desks import office_of
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import queries as mailroom
from lienlac.web.coded import language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.attachments import on_paper
from lienlac.web.enquiries.thread_page import page
from lienlac.web.printing import render, verification_code
from lienlac.web.templatetags.desk import moment_with_day

NUMBER = gettext_lazy("Number:")
TO = gettext_lazy("To:")
SIGNATURE = gettext_lazy("Signature, full name, seal")


@for_enquiries
def print_thread(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the PDF of an enquiry."""
    row = queries.one(officer_of(request), key)
    if row is None:
        raise Http404
    answer = HttpResponse(render("enquiry", values_of(row)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{row.enquiry.number.replace("/", "-")}.pdf"'
    return answer


def values_of(row: Addressee) -> dict[str, Any]:
    """Return the values of `enquiry.typ`."""
    shown = page(row)
    mine, theirs = shown["mine"], shown["theirs"]
    both = _in(mine, theirs)
    stored = mailroom.message(row.enquiry.message_id)
    # What was told on the telephone has no sealed message, so nothing in a ledger could vouch for the paper.
    code = (
        verification_code(row.enquiry.message_id, stored.envelope_digest)
        if stored
        else {"url": "", "svg": ""}
    )
    return {
        "mine": mine,
        "theirs": theirs,
        "number": row.enquiry.number,
        "date": moment_with_day(row.enquiry.created_at),
        "number_label": both(lambda: str(NUMBER)),
        "to_label": both(lambda: str(TO)),
        "from": both(lambda: _office(row.enquiry.from_office)),
        "to": both(lambda: _to(row)),
        "signature": both(lambda: str(SIGNATURE)),
        "qr": code["svg"],
        "footer": code["url"],
        "messages": [_message(one, both) for one in shown["messages_"]],
        "ladder_label": _("How it travelled"),
        "ladder": [
            {"label": step["label"], "at": moment_with_day(step["at"])}
            for step in shown["ladder"]
            if step["at"]
        ],
    }


Both = Callable[[Callable[[], str]], dict[str, str]]


def _in(mine: str, theirs: str) -> Both:
    """Return what says a thing in both languages."""

    def both(say: Callable[[], str]) -> dict[str, str]:
        with translation.override(theirs):
            other = say()
        return {"mine": say(), "theirs": other}

    return both


def _office(code: str) -> str:
    office = directory.office(code)
    return directory.office_name(office, language()) if office else code


def _to(row: Addressee) -> str:
    """Return the office that was asked, and the desk of ours on which it lies."""
    if not row.desk:
        return _office(row.office)
    return f"{_office(row.office)} · {desk_name(office_of(row), row.desk, language())}"


def _message(shown: dict[str, Any], both: Both) -> dict[str, Any]:
    file = both(lambda: _("File"))
    return {
        "what": {"mine": shown["what"], "theirs": shown["what_theirs"]},
        "sender": shown["from_name"],
        "at": moment_with_day(shown["at"]),
        "facts": [
            *(
                {
                    "label": {"mine": fact["label"], "theirs": fact["label_theirs"]},
                    "value": {"mine": fact["value"], "theirs": fact["value_theirs"]},
                }
                for fact in shown["facts"]
            ),
            *(
                {"label": file, "value": {"mine": value, "theirs": value}}
                for value in on_paper(shown["files"])
            ),
        ],
        "text": shown["text"] or shown["refused"],
        "text_lang": shown["text_lang"] or language(),
        "text_label": _("In our own words") if shown["ours"] else _("In their own words"),
    }
