"""What every answer of the browser's door carries: the officer's language and the headers that keep strangers out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from lienlac.web import first_visit
from lienlac.web.first_visit import Carried

# Everything from this node, nothing inline but what is named: an injected script or style has nowhere to come from.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class NodeLocaleMiddleware(MiddlewareMixin):
    """Choose the language: the officer's choice (cookie of this node), then what the node itself speaks.

    The browser's Accept-Language is not asked: a borrowed laptop must not change the language of a desk.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language for this request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say in which language the answer is."""
        if not response.headers.get("Content-Language"):
            response.headers["Content-Language"] = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        return response


class PolicyHeadersMiddleware:
    """Add the content security policy, and keep pages about persons out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers added."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(first_visit.told(request, response)))
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _policy(carried: Carried | None) -> str:
    """Return the policy; it names by their digests the style and the script that a page carries itself."""
    if carried is None:
        return CONTENT_SECURITY_POLICY
    inline = f"style-src 'self' {carried.style_source}; script-src 'self' {carried.script_source}"
    return f"{CONTENT_SECURITY_POLICY}; {inline}"
