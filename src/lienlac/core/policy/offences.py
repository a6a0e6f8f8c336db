"""The gate of offences for SG01: what this channel never carries (BLOCK), what a human sees first (REVIEW).

An offence passes two gates: its ICCS class (the lists `offences` and `iccs`) and its national article
(`data/articles.csv`, each row with source and `verified`). The stricter one counts. Articles are read as
officers write them, in the digits and numerals of the region; what cannot be read goes to REVIEW.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from lienlac.core import codes

_STRICTNESS: Final = {"OK": 0, "REVIEW": 1, "BLOCK": 2}
_LAW_ALIASES: Final = {"": "PC", "CL": "PC", "BLHS": "PC", "刑法": "PC"}
_ARTICLE: Final = re.compile(
    r"([0-9]+)(?:\s*(bis|ter)\b|\s?-?([A-D])(?![a-z])|\s*(?:-|–|to|至|đến)\s*([0-9]+)|\s*之\s*([0-9]+))?"
    r"(?:\s*[条條])?(?:\s*之\s*([0-9]+))?(?:\s*[(（第]\s*([0-9a-z]{1,3})\s*[)）项項款])?",
    re.IGNORECASE,
)
_HAN_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1_000}
_HAN_NUMBER: Final = re.compile("[零〇一二两三四五六七八九十百千]+")
_MOST_CHARS: Final = 64


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article, or a range of them, as somebody wrote it."""

    first: int
    last: int
    suffix: str = ""
    paragraph: str = ""


@dataclass(frozen=True, kw_only=True)
class Gated:
    """A row of the table of gates."""

    country: str
    law: str
    article: Article
    gate: str
    matter: str
    source: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a gate says: OK, REVIEW or BLOCK, on what matter, and by which source."""

    result: str
    matter: str = ""
    source: str = ""
    verified: bool = False


def gate(*, offence: str, country: str, law: str, article: str) -> Gate:
    """Give the strictest gate that the offence and its national article meet."""
    found = [_gate_of_code(offence), *_gates_of_article(country, law, article)]
    return max(found, key=lambda one: _STRICTNESS[one.result])


def iccs_of(offence: str) -> tuple[str, ...]:
    """Give the ICCS classes of an offence code; an ICCS code is its own; an unknown code has none."""
    if offence in codes.load("offences"):
        return codes.load("offences").row(offence).several("iccs")
    return (offence,) if offence in codes.load("iccs") else ()


def read_articles(text: str) -> tuple[Article, ...]:
    """Read the articles in `text`: `Điều 249`, `มาตรา ๑๑๒`, `第三百四十七条`, `293(4)`, `108-122`."""
    plain = _HAN_NUMBER.sub(lambda found: f"{_han_number(found[0])}", _ascii_digits(text[:_MOST_CHARS]))
    return tuple(_article(found) for found in _ARTICLE.finditer(plain))


def _article(found: re.Match[str]) -> Article:
    number, to = int(found[1]), int(found[4] or 0)
    suffix = (found[2] or found[3] or found[5] or found[6] or "").upper()
    if to and to < number:  # 299-1 is an article of its own, 108-122 a range
        to, suffix = 0, found[4]
    return Article(
        first=number,
        last=to or number,
        suffix=suffix.replace("BIS", "bis"),
        paragraph=(found[7] or "").lower(),
    )


def _gate_of_code(offence: str) -> Gate:
    iccs = codes.load("iccs")
    results = [codes.load("offences").row(offence)["gate"]] if offence in codes.load("offences") else []
    for code in iccs_of(offence):
        results += [
            iccs.row(code[:length])["gate"] for length in range(2, len(code) + 1) if code[:length] in iccs
        ]
    result = max(results, key=_STRICTNESS.__getitem__, default="REVIEW")
    return Gate(result=result, matter="offence", source=f"ICCS {';'.join(iccs_of(offence))}")


def _gates_of_article(country: str, law: str, text: str) -> list[Gate]:
    articles = read_articles(text)
    if not articles:
        return [Gate(result="REVIEW", matter="article_unreadable")]
    wanted = _LAW_ALIASES.get(law.strip().upper(), law.strip().upper())
    known = {row.law for row in _gated() if row.country == country}
    # A law that the table does not know may be a known one by another name: then every row is asked.
    rows = [row for row in _gated() if row.country == country and (row.law == wanted or wanted not in known)]
    return [
        Gate(result=row.gate, matter=row.matter, source=row.source, verified=row.verified)
        for row in rows
        if any(_meets(row.article, article) for article in articles)
    ]


def _meets(row: Article, article: Article) -> bool:
    """Say whether a written article falls under a row; one without suffix or paragraph means them all."""
    return (
        row.first <= article.last
        and article.first <= row.last
        and (not row.suffix or row.suffix == article.suffix)
        and (not row.paragraph or row.paragraph == article.paragraph)
    )


def _ascii_digits(text: str) -> str:
    """Write Lao, Thai, Khmer, Burmese and full-width digits as 0-9."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _han_number(text: str) -> int:
    """Read a Han numeral below ten thousand: 三百四十七 -> 347, 二九九 -> 299."""
    if not any(char in _HAN_UNITS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _HAN_UNITS:
            total, digit = total + (digit or 1) * _HAN_UNITS[char], 0
        else:
            digit = _HAN_DIGITS[char]
    return total + digit


@cache
def _gated() -> tuple[Gated, ...]:
    table = (files("lienlac.core.policy") / "data" / "articles.csv").read_text(encoding="utf-8")
    return tuple(_gated_row(cells) for cells in csv.DictReader(table.splitlines(), strict=True))


def _gated_row(cells: dict[str, str]) -> Gated:
    article = Article(
        first=int(cells["first"]),
        last=int(cells["last"]),
        suffix=cells["suffix"],
        paragraph=cells["paragraph"],
    )
    return Gated(
        country=cells["country"],
        law=cells["law"],
        article=article,
        gate=cells["gate"],
        matter=cells["matter"],
        source=cells["source"],
        verified=cells["verified"] == "true",
    )
