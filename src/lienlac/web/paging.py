"""Pages of a long list, by `from` in the address; the filters of the address are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

ROWS_A_PAGE = 25


def first_row(request: HttpRequest) -> int:
    """Return from which row (0 is the first) the page shows; nonsense in the address means the first."""
    text = request.GET.get("from", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def pager(request: HttpRequest, first: int, shown: int, total: int) -> dict[str, Any]:
    """Return the context of `parts/_pager.html`."""

    def url(start: int) -> str:
        query = request.GET.copy()
        query["from"] = str(max(start, 0))
        return f"{request.path}?{query.urlencode()}"

    return {
        "first": first + 1 if shown else 0,
        "last": first + shown,
        "prev_url": url(first - ROWS_A_PAGE) if first else "",
        "next_url": url(first + ROWS_A_PAGE) if first + shown < total else "",
    }
