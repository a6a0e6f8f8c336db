"""Invented persons in seven scripts, and how an officer across the line writes the name of each.

Vietnamese, Chinese and Thai names are one surname and one given name of the lists of Faker (MIT), drawn with a seed:
nobody who lives is meant. Their other writing comes from packages that are not ours: cn2vn (MIT) reads Chinese
characters in Vietnamese, pypinyin (MIT) in pinyin. Names in Lao, Khmer, Burmese, and half of the Thai ones, are
composed of the syllables of `bench/names/pairs`, which say how a clerk who hears one would write it in another script.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from cn2vn import cn2vn
from pypinyin import lazy_pinyin

from bench.names import compose


@dataclass(frozen=True, kw_only=True)
class Person:
    """One invented person; `birth` is ISO. `asked` is the name in another script, `""` where no package writes it."""

    number: int
    name: str
    language: str
    birth: str
    sex: str
    nationality: str
    passport: str
    asked: str = ""
    asked_in: str = ""

    @property
    def way(self) -> str:
        """From which writing to which an enquiry about this person goes."""
        return f"{self.language} record, asked in {self.asked_in}" if self.asked else ""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A name as a record has it, and as somebody across the line asks for it (language `latin`: no tones)."""

    text: str
    asked: str = ""
    asked_in: str = ""


def people(count: int, *, seed: int = 2026) -> Iterator[Person]:
    """Give so many persons: four in ten Vietnamese, four in ten Chinese, the others from Laos to Myanmar."""
    draw = random.Random(seed)
    for number in range(1, count + 1):
        language, nationality, letter, write = MAKERS[number % len(MAKERS)]
        female = draw.random() < 0.5
        written = write(draw, female)
        yield Person(
            number=number,
            name=written.text,
            language=language,
            birth=f"{draw.randint(1950, 2006)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            sex="female" if female else "male",
            nationality=nationality,
            passport=f"{letter}{draw.randint(10**6, 10**8 - 1):08}",
            asked=written.asked,
            asked_in=written.asked_in,
        )


def vietnamese(draw: random.Random, female: bool) -> Written:
    """Surname, middle name, given name: of this country alone, so that no package writes it in characters."""
    lists = _lists("vi_VN")
    given = lists.first_names_female if female else lists.first_names_male
    return Written(
        text=f"{_one(draw, lists.last_names)} {_one(draw, lists.middle_names)} {_one(draw, given)}"
    )


def read_in_vietnamese(draw: random.Random, _female: bool) -> Written:
    """A Chinese name, on record as Viet Nam reads it; asked in characters."""
    han = _han(draw)
    return Written(text=_reading(han), asked=han, asked_in="zh-hans")


def asked_in_vietnamese(draw: random.Random, _female: bool) -> Written:
    """A Chinese name on record in characters; asked as Viet Nam reads it."""
    han = _han(draw)
    return Written(text=han, asked=_reading(han), asked_in="vi")


def asked_in_pinyin(draw: random.Random, _female: bool) -> Written:
    """A Chinese name on record in characters; asked in pinyin, as passports have it."""
    han = _han(draw)
    surname, *given = lazy_pinyin(han)
    return Written(text=han, asked=f"{surname.capitalize()} {''.join(given).capitalize()}", asked_in="latin")


def thai(draw: random.Random, female: bool) -> Written:
    """A given name and a surname that no package writes in letters as passports do."""
    lists = _lists("th_TH")
    given = lists.first_names_female if female else lists.first_names_male
    return Written(text=f"{_one(draw, given)} {_one(draw, lists.last_names)}")


def composed(script: str, *asked_in: str) -> Callable[[random.Random, bool], Written]:
    """Return what composes names in a script, asked for in one of the others."""

    def written(draw: random.Random, _female: bool) -> Written:
        known, other = _syllables(), draw.choice(asked_in)
        name = (compose.name(known, draw)[0], compose.name(known, draw)[0])
        return Written(
            text=compose.spelled(name, script, known, draw),
            asked=compose.spelled(name, other, known, draw),
            asked_in=other,
        )

    return written


MAKERS: Sequence[tuple[str, str, str, Callable[[random.Random, bool], Written]]] = (
    ("vi", "VN", "C", vietnamese),
    ("zh-hans", "CN", "E", asked_in_vietnamese),
    ("vi", "VN", "C", read_in_vietnamese),
    ("zh-hans", "CN", "E", asked_in_pinyin),
    ("lo", "LA", "PA", composed("lo", "latin", "th")),
    ("vi", "VN", "C", vietnamese),
    ("zh-hans", "CN", "E", asked_in_vietnamese),
    ("th", "TH", "AA", thai),
    ("zh-hans", "CN", "E", asked_in_pinyin),
    ("vi", "VN", "C", read_in_vietnamese),
    ("th", "TH", "AA", composed("th", "latin", "lo")),
    ("km", "KH", "N", composed("km", "latin", "th")),
    ("my", "MM", "MB", composed("my", "latin", "th")),
)
"""Language, country, letters of a passport, and what writes the name; each next person takes the next row."""


def _han(draw: random.Random) -> str:
    lists = _lists("zh_CN")
    return _one(draw, lists.last_names) + _one(draw, lists.first_names)


def _reading(name: str) -> str:
    return " ".join(part.capitalize() for part in str(cn2vn(name)).split())


def _lists(locale: str) -> Any:
    return import_module(f"faker.providers.person.{locale}").Provider


@cache
def _syllables() -> compose.Table:
    return compose.table()


def _one(draw: random.Random, names: Sequence[str]) -> str:
    return str(draw.choice(list(names)))
