"""Find enquiries by any part of what they say, and by a name in another script than it was written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from lienlac.apps.enquiries.models import Addressee, Enquiry, SearchToken
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Type
from lienlac.core.tokens import tokens

NAME_MARK, NUMBER_MARK = "=", "#"  # keys of names and numbers stand apart from words
MAX_TOKEN_CHARS = 64
MAX_WORDS = 32  # of a question; each costs one look into the index
MIN_NUMBER_CHARS = 4  # of a number without its blanks and dashes: fewer would find half the table
SHARED_KEYS = 2  # of a name's keys this many must agree, or all it has: one syllable in common is no find
FOUND_BY_TEXT = frozenset({Type.NAME, Type.LINE, Type.TEXT, Type.NUMBER})


def index(enquiry: Enquiry, kind: str, body: Mapping[str, Any]) -> None:
    """Make an enquiry findable by the texts and names of a body (its own, or that of an answer)."""
    found = set(_tokens_of(kind, body)) | tokens(enquiry.number)
    SearchToken.objects.bulk_create(
        [SearchToken(enquiry=enquiry, token=token[:MAX_TOKEN_CHARS]) for token in sorted(found)],
        ignore_conflicts=True,
    )


def _tokens_of(kind: str, body: Mapping[str, Any]) -> Iterator[str]:
    for field in kinds.kind(kind).fields:
        value = body.get(field.name)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and field.type in FOUND_BY_TEXT:
                yield from tokens(text)
                if field.type is Type.NAME:
                    yield from name_keys(text)
                if field.type is Type.NUMBER:
                    yield from number_key(text)


def name_keys(name: str) -> Iterator[str]:
    """Give the marked keys of a name; none when it is no name."""
    try:
        yield from (NAME_MARK + key for key in names.keys(name))
    except Malformed:
        return


def number_key(number: str) -> Iterator[str]:
    """Give the marked form of a plate or a document's number: letters and digits alone, however it is spaced."""
    folded = "".join(char for char in number.casefold() if char.isalnum())
    if len(folded) >= MIN_NUMBER_CHARS and any(map(str.isdigit, folded)):
        yield (NUMBER_MARK + folded)[:MAX_TOKEN_CHARS]


def search(rows: QuerySet[Addressee], asked: str) -> QuerySet[Addressee]:
    """Return those of `rows` whose enquiry holds all of what was asked, its number, or a name that is read like it."""
    words = sorted(token[:MAX_TOKEN_CHARS] for token in tokens(asked))[:MAX_WORDS]
    if not words:
        return rows.none()
    numbered = SearchToken.objects.filter(token__in=list(number_key(asked))).values("enquiry")
    return rows.filter(
        Q(enquiry__in=_with_all(words)) | Q(enquiry__in=_named_like(asked)) | Q(enquiry__in=numbered)
    )


def _with_all(words: Iterable[str]) -> QuerySet[Enquiry]:
    found = Enquiry.objects.all()
    for word in words:
        found = found.filter(pk__in=SearchToken.objects.filter(token=word).values("enquiry"))
    return found


def _named_like(asked: str) -> QuerySet[Enquiry]:
    keys = list(name_keys(asked))
    if not keys:
        return Enquiry.objects.none()
    shared = (
        SearchToken.objects.filter(token__in=keys)
        .values("enquiry")
        .annotate(count=Count("pk"))
        .filter(count__gte=min(SHARED_KEYS, len(keys)))
    )
    return Enquiry.objects.filter(pk__in=shared.values("enquiry"))
