"""Rows of the desk's lists (`parts/_item.html`): who, what, a clock, one verb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries.models import Addressee, Enquiry, Review
from lienlac.apps.enquiries.queries import clock_of, how_pressing
from lienlac.web.enquiries.subjects import subject_of


class OfficeName(NamedTuple):
    """The name of an office, the language of that name, and how its node stands with us."""

    name: str
    language: str
    standing: str = ""


Names = Mapping[str, OfficeName]


def office_names(language: str) -> dict[str, OfficeName]:
    """Return office code -> its name, in that language if it has one."""
    return {
        office.code: OfficeName(*directory.named(office, language), office.node.standing)
        for office in directory.every_office().select_related("node")
    }


def owed_row(row: Addressee, names: Names, now: datetime) -> dict[str, Any]:
    """Return the row of an enquiry that this desk must answer."""
    verb = "answer" if row.opened_at else "open"
    return _row(row, row.enquiry.from_office, names, now) | {"new": row.opened_at is None, "verb": verb}


def asked_row(row: Addressee, names: Names, now: datetime, *, verb: str) -> dict[str, Any]:
    """Return the row of an enquiry that waits for `verb`; of one that this desk asked, as a rule."""
    partner = row.office if row.enquiry.side == Enquiry.Side.ASKED else row.enquiry.from_office
    return _row(row, partner, names, now) | {"new": False, "verb": verb}


def hit_row(row: Any, names: Names, now: datetime) -> dict[str, Any]:
    """Return the row of a confirmed pair of which the asker must be told (`apps.enquiries.hits`)."""
    url = reverse("hit", args=[row.pair])
    told = {"due_at": row.report_by, "clock": how_pressing(row.report_by, now), "url": url, "verb_url": url}
    return (
        _row(row, row.enquiry.from_office, names, now)
        | told
        | {"key": f"hit-{row.pair}", "new": False, "verb": "report"}
    )


def review_row(review: Review, names: Names, now: datetime) -> dict[str, Any]:
    """Return the row of a text that somebody else than its sender has to judge."""
    row, url = review.addressee, reverse("review", args=[review.pk])
    partner = row.office if row.enquiry.side == Enquiry.Side.ASKED else row.enquiry.from_office
    told = {"due_at": review.due_at, "clock": how_pressing(review.due_at, now), "url": url, "verb_url": url}
    return (
        _row(row, partner, names, now) | told | {"key": f"review-{review.pk}", "new": False, "verb": "review"}
    )


def _row(row: Addressee, partner: str, names: Names, now: datetime) -> dict[str, Any]:
    _, due_at, clock = clock_of(row, now)
    name, language, standing = names.get(partner, OfficeName(partner, ""))
    subject, subject_language = subject_of(row.enquiry)
    url = reverse("thread", args=[row.pk])
    return {
        "key": str(row.pk),
        "url": url,
        "kind": row.enquiry.kind,
        "subject": subject,
        "subject_lang": subject_language,
        "partner": name,
        "partner_lang": language,
        "standing": standing,
        "number": row.enquiry.number,
        "urgency": row.enquiry.urgency,
        "due_at": due_at,
        "clock": clock,
        "verb_url": url,
        "verb_post": False,
    }
