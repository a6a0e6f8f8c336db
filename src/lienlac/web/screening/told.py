"""A comparison in words: the rows of the page, and what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.screening.comparing import Attribute, Compared
from lienlac.core.names import quoted
from lienlac.web.coded import language

LISTS = {"sex": "genders"}
NAME = "subject_name"


def label(attribute: str) -> str:
    """Return what an attribute is called."""
    if attribute == "number":
        return _("Number of a document or a thing")
    return wording.field(NAME if attribute == "name" else attribute, language())


def rows(compared: Compared) -> list[dict[str, Any]]:
    """Return the rows below the name; an attribute that neither side tells has none."""
    return [
        {
            "field": label(one.name),
            "asked": _value(one, one.asked),
            "asked_lang": "",
            "ours": _value(one, one.ours),
            "ours_lang": "",
            "says": one.says,
            "why": _why(one) if one.asked and one.ours else "",
        }
        for one in compared.attributes
        if one.asked or one.ours
    ]


def _value(one: Attribute, value: str) -> str:
    if not value:
        return ""
    if one.name == "nationality":
        return wording.country(value, language())
    if one.name == "birth":
        return wording.partial_date(value, language())
    return wording.label(LISTS[one.name], value, language()) if one.name in LISTS else value


def _why(one: Attribute) -> str:
    return wording.sentence("date_reasons", one.why, language(), **one.facts) if one.name == "birth" else ""


def names(compared: Compared) -> dict[str, Any]:
    """Return how the names agree, part by part."""
    return {"tier": compared.tier, "syllables": _syllables(compared)}


def _syllables(compared: Compared) -> list[dict[str, str]]:
    """Return the parts of the asked name beside ours: *Dam = 谭*, not *Đàm = 谭* and then *Dam = Đàm*."""
    found: list[dict[str, str]] = []
    read = ""  # by which reading the last part was reached, until it is said what met it
    for _code, facts in _reasons(compared, against=False):
        if "reading" in facts:
            found.append(_read(facts, compared.our_name[0]))
            read = facts["reading"]
        elif "left" in facts:
            left, right = facts["left"], facts.get("right", facts["left"])
            if read in (left, right):
                met = right if read == left else left
                found[-1] |= {side: met for side in ("asked", "ours") if found[-1][side] == read}
            else:
                found.append({"asked": left, "ours": right, "how": ""})
            read = ""
    return found


def _read(facts: Mapping[str, str], ours: str) -> dict[str, str]:
    written, reading = facts["written"], facts["reading"]
    asked, mine = (reading, written) if written in ours else (written, reading)
    how = wording.label("reading_tables", facts["table"], language()) if "table" in facts else ""
    return {"asked": asked, "ours": mine, "how": how}


def speaks_for(compared: Compared) -> list[str]:
    """Return what speaks for one person, the name first."""
    return [*_of_name(compared, against=False), *_of_attributes(compared, {"agree", "close"})]


def speaks_against(compared: Compared) -> list[str]:
    """Return what argues against it."""
    return [*_of_name(compared, against=True), *_of_attributes(compared, {"differ"})]


def _of_name(compared: Compared, *, against: bool) -> Iterator[str]:
    for code, facts in _reasons(compared, against=against):
        yield wording.reason(code, language(), facts)


def _reasons(compared: Compared, *, against: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the codes and facts of a comparison, its parts as they stand in the two names."""
    if compared.name is not None:
        for one in compared.name.against if against else compared.name.reasons:
            facts = quoted(one.facts, compared.asked_name[0], compared.our_name[0])
            yield one.code, {name: str(value) for name, value in facts.items()}


def _of_attributes(compared: Compared, says: set[str]) -> Iterator[str]:
    for one in compared.attributes:
        if one.says in says:
            yield _sentence(one)


def _sentence(one: Attribute) -> str:
    field = label(one.name)
    if one.name == "birth":
        return _("%(field)s: %(why)s") % {"field": field, "why": _why(one)}
    if one.says == "differ":
        return _("“%(field)s” differs.") % {"field": field}
    return _("“%(field)s” agrees.") % {"field": field}


def namesakes(expected: float) -> str:
    """Return how many such names chance alone gives, in words."""
    return wording.namesakes(expected, language())
