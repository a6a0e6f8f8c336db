"""The leader's page: asked, answered, late, outcomes; this month, the last, and the same month a year ago."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import reads_reports
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.reports import actions, queries
from lienlac.apps.reports.queries import Direction, Month
from lienlac.apps.screening import queries as screening
from lienlac.core.messages import canonical
from lienlac.web import printing
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.reports.spans import in_words
from lienlac.web.templatetags.desk import babel_locale, moment_with_day


def _reader(request: HttpRequest) -> User:
    officer = officer_of(request)
    if not reads_reports(officer):
        raise PermissionDenied
    return officer


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show this month with every partner."""
    officer = _reader(request)
    this = timezone.localdate().replace(day=1)
    rows = [_row(officer, office, this) for office in directory.reachable_offices()]
    context = {
        "title": _("This month with our partners"),
        "lead": f"{month_name(this)} · {_file_searches(this.year)}",
        "deeds": [],
        "search": None,
        "columns": [
            _("Partner"),
            _("We asked"),
            _("Answered"),
            _("They asked"),
            _("Answered"),
            _("Late"),
            _("Paper"),
        ],
        "rows": rows,
        "nothing": _("No partner is in the directory yet."),
        "page": None,
    }
    return render(request, "pages/table.html", context)


def _file_searches(year: int) -> str:
    """Return how often the records were searched with a file of persons (SG27): it stands in every report of a year."""
    counted = screening.file_searches_of_year(year)
    return _("Searches with a file in %(year)s: %(files)s, with %(persons)s persons.") % {
        "year": year, "files": counted.files, "persons": counted.persons,
    }  # fmt: skip


def _row(officer: User, office: Office, first_day: date) -> dict[str, Any]:
    figures = _figures(officer, office, first_day)
    name, name_language = directory.named(office, language())
    url = reverse("report_pdf", args=[office.code, first_day.year, first_day.month])
    late = figures.we_asked.late + figures.they_asked.late
    counts = (
        figures.we_asked.asked,
        figures.we_asked.answered,
        figures.they_asked.asked,
        figures.they_asked.answered,
    )
    return {
        "url": url,
        "cells": [
            {"text": name, "lang": name_language},
            *({"text": str(count)} for count in counts),
            {"text": str(late), "tone": "red" if late else ""},
            {"text": _("One A4, PDF")},
        ],
    }


def _figures(officer: User, office: Office, first_day: date) -> Month:
    return queries.month(
        officer.office, office.code, first_day, zone=settings.NODE.time_zone, now=timezone.now()
    )


def month_name(first_day: date) -> str:
    """Return `November 2026` in the language in use."""
    return format_date(first_day, "MMMM yyyy", locale=babel_locale())


@login_required
def paper(request: HttpRequest, office: str, year: int, month: int) -> HttpResponse:
    """Answer with one A4 about a month with a partner; that it was printed, and what, is in the house ledger."""
    officer, partner = _reader(request), directory.office(office)
    if partner is None or not 1 <= month <= 12 or not 2000 <= year <= 2100:
        raise Http404
    figures = _figures(officer, partner, date(year, month, 1))
    values = _values(officer, partner, figures)
    digest = hashlib.sha256(canonical.encode(values)).hexdigest()
    actions.printed(officer, digest, now=timezone.now())
    code = printing.qr_code(reverse("verify_report", args=[digest]))
    answer = HttpResponse(
        printing.render("month", values | {"qr": code["svg"], "footer": code["url"]}),
        content_type="application/pdf",
    )
    answer.headers["Content-Disposition"] = f'inline; filename="{office}-{year}-{month:02}.pdf"'
    return answer


def _values(officer: User, partner: Office, figures: Month) -> dict[str, Any]:
    own = directory.office(officer.office)
    return {
        "lang": language(),
        "title": _("Work with %(partner)s") % {"partner": directory.office_name(partner, language())},
        "month": month_name(figures.first_day),
        "own": directory.office_name(own, language()) if own else officer.office,
        "made": moment_with_day(timezone.now()),
        "columns": ["", _("We asked them"), _("They asked us")],
        "rows": [
            [label, value(figures.we_asked), value(figures.they_asked)]
            for label, value in (
                (_("Enquiries"), lambda one: str(one.asked)),
                (_("Answered"), lambda one: str(one.answered)),
                (_("of these refused"), lambda one: str(one.refused)),
                (_("Still open"), lambda one: str(one.open)),
                (_("Late"), lambda one: str(one.late)),
                (_("Half were answered within"), lambda one: in_words(one.answer_median_s)),
                (_("Nine in ten within"), lambda one: in_words(one.answer_p90_s)),
            )
        ],
        "lists": [
            _list(_("What was asked"), "kinds", figures, lambda one: one.by_kind),
            _list(_("How urgent"), "urgency", figures, lambda one: one.by_urgency),
            _list(_("What came of it"), "outcomes", figures, lambda one: one.outcomes),
        ],
        "nothing": _("nothing"),
        "note": _(
            "Counted by the month in which they were asked, as they stand today. Test calls are not counted."
        ),
    }


def _list(title: str, code_list: str, figures: Month, of: Any) -> dict[str, Any]:
    def worded(direction: Direction) -> list[str]:
        return [f"{wording.label(code_list, code, language())}: {count}" for code, count in of(direction)]

    return {"title": title, "ours": worded(figures.we_asked), "theirs": worded(figures.they_asked)}
