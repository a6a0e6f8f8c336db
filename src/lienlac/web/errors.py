"""The page of an error that no view expected: the store's own trouble is told apart from a mistake of ours."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.defaults import server_error

from lienlac import wording
from lienlac.core.errors import store_unavailable

STATUS_OF = {"disk_full": 507, "database_busy": 503}


def unexpected(request: HttpRequest) -> HttpResponse:
    """Answer 507 when the disk is full, 503 when the database is busy, else 500; Django calls it in its `except`."""
    error = sys.exc_info()[1]
    why = store_unavailable(error) if isinstance(error, OperationalError | OSError) else None
    if why is None or (isinstance(error, OSError) and why.code != "disk_full"):
        return server_error(request)
    told = {"says": wording.error(why, get_language() or "en")}
    return render(None, "errors/not_kept.html", told, status=STATUS_OF[why.code])
