"""May a small picture of a file stand on a page before anybody opens the file (SG14, SG17)?

A page shows a preview to whoever opens it; a file is opened by one who wants to see it, and a leaf says so. Where the
person may be a child, a victim, missing or dead, or the originator sets conditions of his own, nobody shall meet the
picture by opening a page. Both sides judge: the sender adds no preview, the receiver shows none. What the vault alone
knows plays no part (SG18): a preview that is missing would tell it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lienlac.core.messages.kinds import KINDS
from lienlac.core.policy.case import Case
from lienlac.core.policy.offences import iccs_of
from lienlac.core.policy.reviews import HARM_FLAGS

CONDITIONS_OF_HIS_OWN: Final = "H3"
_FLAGS: Final = frozenset({"minor", "victim", "sensitive_words", "life"})
_LINKS: Final = frozenset({"missing", "unidentified_deceased"})  # beside those of victims and witnesses
_GRAVE: Final = ("0204", "03")  # ICCS: trafficking in persons, sexual violence and exploitation
_NOBODY: Final = MappingProxyType[str, object]({})


def may_go_ahead(case: Case) -> bool:
    """Say whether previews of the files of this message may be sent, and shown.

    `case` needs kind, body, handling and today, and what was asked if it is about an earlier message.
    """
    if CONDITIONS_OF_HIS_OWN in case.handling or not _is_of_an_open_class(case):
        return False
    asked = replace(case, kind=case.asked_kind, body=case.asked, asked_kind="", asked=_NOBODY)
    return not any(_touches_the_vulnerable(one) for one in ((case, asked) if case.answers else (case,)))


def _is_of_an_open_class(case: Case) -> bool:
    kind = KINDS.get(case.about_kind)
    return kind is not None and kind.cls is not None and kind.cls != "HUM"


def _touches_the_vulnerable(case: Case) -> bool:
    flags = (flag for flag in HARM_FLAGS if flag.code in _FLAGS)
    return (
        any(flag.touches(case) for flag in flags)
        or str(case.body.get("link", "")) in _LINKS
        or _is_grave(str(case.body.get("offence", "")))
    )


def _is_grave(offence: str) -> bool:
    """Say whether pictures of this offence may show a victim; one that this node does not know may."""
    classes = iccs_of(offence)
    return bool(offence) and (not classes or any(one.startswith(_GRAVE) for one in classes))
