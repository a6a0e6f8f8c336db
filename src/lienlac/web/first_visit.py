"""What a browser gets that comes for the first time: style sheet and script in the page itself.

On a slow line every file that a page needs before it can be drawn costs one more way there and back. A browser that
has been given them once bears a cookie with the digest of the static files; from then on the page names the files,
which the first one let it fetch beside the reading. Whoever has the cookie and not the files fetches them as ever.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponseBase
from django.utils.safestring import SafeString, mark_safe

STYLE, SCRIPT = "lienlac/css/lienlac.css", "lienlac/js/desk.js"
BESIDE = re.compile(r"url\(\.\./")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Two files as texts of a page, and what the page's security policy (CSP) calls them."""

    style: SafeString
    script: SafeString
    style_source: str
    script_source: str


def for_page(request: HttpRequest) -> Carried | None:
    """Return what this page must carry, None for a browser that was here; `told` then tells the browser."""
    if request.COOKIES.get(settings.STYLE_COOKIE_NAME) == _edition():
        return None
    request.carried = carried()  # type: ignore[attr-defined]
    return carried()


def told(request: HttpRequest, response: HttpResponseBase) -> Carried | None:
    """Return what this answer carries, None when nothing; mark the browser as one that has it."""
    mine: Carried | None = getattr(request, "carried", None)
    if mine is not None:
        response.set_cookie(
            settings.STYLE_COOKIE_NAME,
            _edition(),
            max_age=settings.SERVESTATIC_MAX_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return mine


@cache
def carried() -> Carried:
    """Return the two files, as they are while this process runs."""
    style = BESIDE.sub(f"url({settings.STATIC_URL}lienlac/", _text(STYLE))
    script = _text(SCRIPT)
    return Carried(
        style=mark_safe(style),  # noqa: S308 - files of this package
        script=mark_safe(script),  # noqa: S308
        style_source=_source(style),
        script_source=_source(script),
    )


def _edition() -> str:
    """Return the digest of all static files: their address holds it (`site.static_files`)."""
    return str(settings.STATIC_URL).strip("/").rpartition("/")[2]


def _text(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
