"""What every call goes through: who it is, in which language he reads, how an error is told.

An error is `{"code", "says", "field"}`: a code that is stable for ever, one sentence in the language of the
`Accept-Language` header (else the officer's), and the field it is about, when it is about one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer, SessionAuth

from lienlac import wording
from lienlac.api import tokens
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.core.errors import (
    LienlacError,
    Malformed,
    NoRoom,
    NotUnderstood,
    Refused,
    Unauthentic,
    Unavailable,
    store_unavailable,
)

STATUS_OF: tuple[tuple[type[LienlacError], int], ...] = (
    (Malformed, 422),
    (Unauthentic, 401),
    (Refused, 403),
    (NotUnderstood, 422),
    (NoRoom, 507),
    (Unavailable, 503),
)
DESCRIPTION = """Enquiries, records and candidates of one node, for systems of the agency that runs it.

A call acts for ONE officer: by his session in the browser, or by `Authorization: Bearer TOKEN` (an operator
issues it: `lienlac token issue USERNAME`). He sees and may do here what he sees and may do at the desk, no more; the
same safeguards decide, and the same ledger remembers. A verdict on a person is given by a human at the desk and
has no call here."""


class Problem(Schema):
    """What went wrong: a stable code, a sentence for people, the field it is about."""

    code: str
    says: str
    field: str = ""


class Token(HttpBearer):
    """A token of an officer (`lienlac.api.tokens`)."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Return the officer; raise Unauthentic."""
        request.user = tokens.officer_of(token)
        return request.user


class Session(SessionAuth):
    """The session of a signed-in officer; a call that changes something carries the CSRF token too."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the signed-in officer; None for a stranger, before anything else is asked of him."""
        return super().__call__(request) if isinstance(request.user, User) else None


class PlainJson(JSONRenderer):
    """JSON with letters as they are: escaped, a name in Lao would be twice as long on a weak line."""

    json_dumps_params = {"ensure_ascii": False}


class WholeText(Parser):
    """JSON whose texts can be stored and sent: half a surrogate and NUL, which JSON can escape, are in no text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; what cannot be is refused as a body that is no JSON."""
        body = super().parse_body(request)
        if rb"\u" in request.body and not all(map(_is_whole, _texts(body))):
            raise ValueError("a text that cannot be stored")
        return body


def _is_whole(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    parts = value if isinstance(value, list) else [*value, *value.values()] if isinstance(value, dict) else ()
    for part in parts:
        yield from _texts(part)


api = NinjaAPI(
    title="Lienlac",
    version="1",
    description=DESCRIPTION,
    auth=[Token(), Session()],
    urls_namespace="api-v1",
    renderer=PlainJson(),
    parser=WholeText(),
)


def officer_of(request: HttpRequest) -> User:
    """Return the officer of a call whose role handles enquiries and records; Refused otherwise."""
    officer = request.user
    if not isinstance(officer, User) or not handles_enquiries(officer):
        raise Refused("officer_may_not", role=getattr(officer, "role", ""))
    return officer


def language_of(request: HttpRequest) -> str:
    """Return the language asked for, else the officer's."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = next((tag for tag, _ in asked if tag != "*"), "")
    return wording.nearest(wanted or getattr(request.user, "language", "en"))


def problem(request: HttpRequest, error: LienlacError, status: int | None = None) -> HttpResponse:
    """Return an error as the answer to a call."""
    told = Problem(
        code=error.code,
        says=wording.error(error, language_of(request)),
        field=str(error.facts.get("field") or ""),
    )
    number = status or next(number for kind, number in STATUS_OF if isinstance(error, kind))
    return api.create_response(request, told.dict(), status=number)


@api.exception_handler(LienlacError)
def _said_no(request: HttpRequest, error: LienlacError) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(OperationalError)
def _store_said_no(request: HttpRequest, error: OperationalError) -> HttpResponse:
    return problem(request, store_unavailable(error))


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(request, Unauthentic("token_over"))


@api.exception_handler(ValidationError)
def _wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = [".".join(str(part) for part in one["loc"]) for one in error.errors]
    return problem(request, Malformed("call_shape", field=places[0] if places else ""))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    csrf = error.status_code == 403  # ninja's own word for a form that another page sent
    return problem(request, Refused("call_csrf") if csrf else Malformed("call_shape"), error.status_code)


class NotThere(Malformed):
    """Nothing of that key that this officer may see."""


@api.exception_handler(NotThere)
def _not_there(request: HttpRequest, error: NotThere) -> HttpResponse:
    return problem(request, error, 404)
