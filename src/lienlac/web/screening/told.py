"""A comparison in words: the rows of the page, and what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.screening.comparing import Attribute, Compared
from lienlac.core.names import Comparison, Reason
from lienlac.web.coded import language
from lienlac.web.templatetags.desk import babel_locale

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
    comparison = compared.name
    return {"tier": compared.tier, "syllables": _syllables(comparison, compared) if comparison else []}


def _syllables(comparison: Comparison, compared: Compared) -> list[dict[str, str]]:
    return [part for reason in comparison.reasons if (part := _part(reason, compared.our_name[0]))]


def _part(reason: Reason, ours: str) -> dict[str, str] | None:
    facts = {name: str(value) for name, value in reason.facts.items()}
    if "written" in facts and "reading" in facts:
        written, read = facts["written"], facts["reading"]
        is_ours = written in ours.casefold()
        how = wording.label("reading_tables", facts["table"], language()) if "table" in facts else ""
        asked, mine = (read, written) if is_ours else (written, read)
        return {"asked": asked, "ours": mine, "how": how}
    if "left" in facts:
        return {"asked": facts["left"], "ours": facts.get("right", facts["left"]), "how": ""}
    return None


def speaks_for(compared: Compared) -> list[str]:
    """Return what speaks for one person, the name first."""
    return [*_of_name(compared, against=False), *_of_attributes(compared, {"agree", "close"})]


def speaks_against(compared: Compared) -> list[str]:
    """Return what argues against it."""
    return [*_of_name(compared, against=True), *_of_attributes(compared, {"differ"})]


def _of_name(compared: Compared, *, against: bool) -> Iterator[str]:
    if compared.name is not None:
        for one in compared.name.against if against else compared.name.reasons:
            yield wording.reason(one.code, language(), one.facts)


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
    if expected < 0.01:
        return _("By chance alone, fewer than one in a hundred lists like ours holds such a name.")
    shown = format_decimal(expected, "0.00" if expected < 1 else "#,##0", locale=babel_locale())
    return _("By chance alone a list like ours holds about %(count)s such names.") % {"count": shown}
