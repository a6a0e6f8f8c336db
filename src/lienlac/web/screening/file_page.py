"""The context of `screening/file_search.html`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.records.models import RecordName
from lienlac.apps.records.queries import bad_lines
from lienlac.apps.screening import gates, queries
from lienlac.apps.screening.models import FileSearch, FileSearchHit
from lienlac.core.policy.rules.searching import PERSONS_IN_FILE, ROWS_EXPORTED
from lienlac.web.coded import language
from lienlac.web.records.rows import bad_line_rows

SHOWN_ERRORS = 100
NEEDED = 2
TONES = {"staged": "amber", "running": "blue", "done": "green", "lapsed": "red"}
AGREEMENT_TONES = {"strong": "green", "moderate": "blue", "weak": "amber", "contradicted": "red"}
STATES = {
    "staged": pgettext_lazy("of a search with a file", "Not begun"),
    "running": pgettext_lazy("of a search with a file", "Running"),
    "done": pgettext_lazy("of a search with a file", "Done"),
    "lapsed": pgettext_lazy("of a search with a file", "Erased before its end"),
}


def state_word(one: FileSearch) -> str:
    """Return the word of its state."""
    return str(STATES[one.state])


def page(officer: User, row: FileSearch, shown: Sequence[FileSearchHit]) -> dict[str, Any]:
    """Return the context but the pages of the list."""
    mine = row.officer_id == officer.pk
    return progress(officer, row) | {
        "state": {"word": state_word(row), "tone": TONES[row.state]},
        "staged": row.state == FileSearch.State.STAGED,
        "done": row.state == FileSearch.State.DONE,
        "facts": _facts(row),
        "approvals": _approvals(officer, row, gates.SEARCH),
        "export_approvals": _approvals(officer, row, gates.EXPORT),
        "export_most": ROWS_EXPORTED,
        "errors": bad_line_rows(bad_lines(row.rows)[:SHOWN_ERRORS]) if mine else [],
        "rows": _rows(row, shown),
    }


def progress(officer: User, row: FileSearch) -> dict[str, Any]:
    """Return the context of `screening/_progress.html` but `watched`."""
    return {
        "search": row,
        "mine": row.officer_id == officer.pk,
        "running": row.state == FileSearch.State.RUNNING,
        "many": row.rows_total > PERSONS_IN_FILE,
        "percent": 100 * row.rows_done // max(row.rows_total, 1),
        "urls": _urls(row),
    }


def _facts(row: FileSearch) -> list[dict[str, str]]:
    """Return what was declared, for whoever approves it."""
    purpose = wording.label("purposes", row.purpose, language())
    register = wording.label("registers", row.register, language())
    return [
        {"label": wording.field("purpose", language()), "value": purpose},
        {"label": wording.field("case_number", language()), "value": row.case_number},
        {"label": str(LABELS["legal_basis"]), "value": row.legal_basis},
        {"label": str(LABELS["register"]), "value": register},
        {"label": str(LABELS["origin"]), "value": row.origin},
        {"label": str(LABELS["signed"]), "value": row.officer.full_name},
    ]


LABELS = {
    "legal_basis": gettext_lazy("Legal basis"),
    "register": gettext_lazy("What the file is"),
    "origin": gettext_lazy("Where the file comes from"),
    "signed": gettext_lazy("Signed by"),
}


def _approvals(officer: User, row: FileSearch, what: str) -> dict[str, Any]:
    given = list(queries.approvals_of(row, what))
    others = row.officer_id != officer.pk and all(one.by_id != officer.pk for one in given)
    return {
        "given": [{"who": one.by.full_name, "at": one.at} for one in given],
        "missing": max(NEEDED - len(given), 0),
        "may": others and len(given) < NEEDED,
    }


def _rows(row: FileSearch, shown: Sequence[FileSearchHit]) -> list[dict[str, Any]]:
    cells = dict(row.rows.filter(line__in=[hit.line for hit in shown]).values_list("line", "cells"))
    named = RecordName.objects.filter(record__in=[hit.record_id for hit in shown]).order_by("-pk")
    names = {one.record_id: one for one in named}
    return [_hit(row, hit, cells.get(hit.line, []), names.get(hit.record_id)) for hit in shown]


def _hit(
    row: FileSearch, hit: FileSearchHit, cells: Sequence[str], name: RecordName | None
) -> dict[str, Any]:
    told = [cell for meant, cell in zip(row.fields, cells, strict=False) if meant and cell]
    return {
        "url": reverse("record", args=[hit.record_id]),
        "line": hit.line,
        "asked": " · ".join(told[:3]),
        "asked_lang": row.name_language,
        "ours": name.text if name else hit.record.number,
        "ours_lang": name.language if name else "",
        "birth": hit.record.birth,
        "kind": wording.label("record_kinds", hit.record.kind, language()),
        "agreement": wording.label("person_agreement", hit.agreement, language()),
        "tone": AGREEMENT_TONES[hit.agreement],
    }


def _urls(row: FileSearch) -> dict[str, str]:
    deeds = ("start", "step", "approve", "approve-export", "erase")
    return {one.replace("-", "_"): reverse("file_search_deed", args=[row.pk, one]) for one in deeds} | {
        "back": reverse("file_searches"),
        "page": reverse("file_search", args=[row.pk]),
        "progress": reverse("file_search_progress", args=[row.pk]),
        "export": reverse("file_search_export", args=[row.pk]),
    }
