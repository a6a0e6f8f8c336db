"""Who may set a node up: the browser on this very machine that followed the one-time link."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from lienlac import wording
from lienlac.core.errors import LienlacError, Refused
from lienlac.web.setup import state

COOKIE = "lienlac-setup"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
BEGIN = "begin"


class SetupGate:
    """Let in the one browser; speak the language that was chosen, before that the browser's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say why not on a plain page."""
        language = _language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        answer = self._answer(request)
        answer.headers["Content-Language"] = request.LANGUAGE_CODE  # type: ignore[attr-defined]
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"  # the link stands in no log of anybody
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not is_local(request):
            return closed(request, Refused("setup_not_from_here"))
        begins = request.path.startswith(f"/{BEGIN}/")
        if not begins and not state.current().knows(request.COOKIES.get(COOKIE, ""), now=timezone.now()):
            return closed(request, Refused("setup_link_over"))
        return self.get_response(request)


def is_local(request: HttpRequest) -> bool:
    """Say whether a browser of this machine asks, by the machine's own name (a name that others set may lead here)."""
    host = request.META.get("HTTP_HOST", "")
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
    try:
        near = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        near = False
    forwarded = any(name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"))
    return near and not forwarded and is_local_name(name)


def is_local_name(name: str) -> bool:
    """Say whether a host name means the machine itself."""
    return name in LOCAL_NAMES or name.endswith(".localhost")


def closed(request: HttpRequest, error: LienlacError) -> HttpResponse:
    """Return the plain page of who may not."""
    said = wording.error(error, request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    return render(request, "setup/closed.html", {"said": said}, status=403)


def _language(request: HttpRequest) -> str:
    chosen = state.current().given.get("language", {}).get("language")
    if chosen:
        return str(chosen)
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return wording.nearest(next((tag for tag, _ in asked if tag != "*"), "en"))
