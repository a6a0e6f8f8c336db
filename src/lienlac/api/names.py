"""Calls about names alone: how one is read, how two agree and why. They touch no record, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from ninja import Router, Schema

from lienlac import wording
from lienlac.api.door import language_of, officer_of
from lienlac.core import names

router = Router(tags=["names"])


class NameIn(Schema):
    """A name in any script."""

    name: str


class SpellingOut(Schema):
    """One way to read a syllable: the usual one costs 0, one that is rare in names 3; `table` is where it stands."""

    text: str
    cost: float
    table: str


class SyllableOut(Schema):
    """A syllable as it is written, with its readings, the most usual first."""

    written: str
    spellings: list[SpellingOut]


class ReadingOut(Schema):
    """One view of a name, what it is called, and its most usual reading; `weight` in (0, 1] is how plausible it is."""

    view: str
    how: str
    text: str
    weight: float
    syllables: list[SyllableOut]


class NameReason(Schema):
    """One reason why the names agree or do not: its code, and a sentence in the language of the call."""

    code: str
    says: str


class TwoNamesIn(Schema):
    """Two names, each in any script."""

    one: str
    other: str


class AgreementOut(Schema):
    """How two names agree: no word on whether they are one person, who needs a second attribute for that."""

    tier: str
    score: float
    probability: float
    names_agree: list[NameReason]
    names_differ: list[NameReason]


@router.post("/names/readings", response=list[ReadingOut], summary="How a name is read in other scripts")
def read(request: HttpRequest, asked: NameIn) -> list[ReadingOut]:
    """Give every plausible reading. POST: a name stands in no address and in no log."""
    officer_of(request)
    language = language_of(request)
    return [_reading(one, language) for one in names.readings(asked.name)]


@router.post("/names/compare", response=AgreementOut, summary="How two names agree, and why")
def compare(request: HttpRequest, asked: TwoNamesIn) -> AgreementOut:
    """Compare two names, each given by the caller; the records of the node are searched by other calls."""
    officer_of(request)
    found, language = names.compare(asked.one, asked.other), language_of(request)
    return AgreementOut(
        tier=found.tier,
        score=found.score,
        probability=found.probability,
        names_agree=worded(found.reasons, asked.one, asked.other, language),
        names_differ=worded(found.against, asked.one, asked.other, language),
    )


def worded(reasons: Iterable[names.Reason], one: str, other: str, language: str) -> list[NameReason]:
    """Return reasons in words, as the page has them."""
    return [
        NameReason(
            code=said.code, says=wording.reason(said.code, language, names.quoted(said.facts, one, other))
        )
        for said in reasons
    ]


def _reading(one: names.Reading, language: str) -> ReadingOut:
    return ReadingOut(
        view=one.view,
        how=wording.label("name_views", one.view, language),
        text=one.text,
        weight=one.weight,
        syllables=[
            SyllableOut(
                written=syllable.written,
                spellings=[SpellingOut(text=s.text, cost=s.cost, table=s.table) for s in syllable.spellings],
            )
            for syllable in one.syllables
        ],
    )
