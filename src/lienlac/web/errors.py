"""The page of an error that no view expected: the store's own trouble is told apart from a mistake of ours."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.defaults import server_error

from lienlac import wording
from lienlac.core.errors import NoRoom, Unavailable, store_unavailable


def unexpected(request: HttpRequest) -> HttpResponse:
    """Answer 507 when the disk is full, 503 when the database is busy, else 500; Django calls it in its `except`."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | OSError):
        return server_error(request)
    why = store_unavailable(error)
    if isinstance(why, NoRoom):
        return _not_kept(why, 507)
    return _not_kept(why, 503) if isinstance(error, OperationalError) else server_error(request)


def _not_kept(why: Unavailable, status: int) -> HttpResponse:
    return render(
        None, "errors/not_kept.html", {"says": wording.error(why, get_language() or "en")}, status=status
    )
