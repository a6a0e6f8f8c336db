"""Which texts somebody reviews after they left, why, and within what time (SG34, the life clause).

A flash, always; what says something on one officer's word, always where it touches whom harm comes to easily (the
table below), and else one in ten. What needs a second person before it leaves needs none afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from lienlac.core import calendars
from lienlac.core.errors import Malformed
from lienlac.core.messages.fields import Type, filled
from lienlac.core.messages.kinds import KINDS, WHEREABOUTS
from lienlac.core.policy import life
from lienlac.core.policy.case import Case
from lienlac.core.policy.decide import decide
from lienlac.core.policy.rules import conduct

FLASH: Final = "flash"
HARM: Final = "harm"
SAMPLE: Final = "sample"
WITHIN: Final[Mapping[str, timedelta]] = MappingProxyType(
    {FLASH: timedelta(hours=life.REVIEW_HOURS), HARM: timedelta(hours=24), SAMPLE: timedelta(hours=24)}
)
"""By when somebody else has judged it, from the moment it left."""
ONE_IN: Final = 10
OF_AGE: Final = 18
_VICTIMS: Final = frozenset({"victim", "presumed_victim", "witness"})
_WORDS: Final = frozenset({Type.LINE, Type.TEXT})


@dataclass(frozen=True, kw_only=True)
class HarmFlag:
    """One row: a text that `touches` this is reviewed, always. A `secret` one draws it and is named nowhere (SG18)."""

    code: str
    touches: Callable[[Case], bool]
    secret: bool = False


def _may_be_minor(case: Case) -> bool:
    """SG17: whoever may be under 18 by a birth that is told counts as a minor; an age that nobody told does not."""
    return any(
        _is_under_age(str(body["birth"]), case.today) for body in _bodies(case) if filled(body.get("birth"))
    )


def _is_victim(case: Case) -> bool:
    return case.wished_purpose == "PROTECT_VICTIM" or any(
        str(body.get("link")) in _VICTIMS for body in _bodies(case)
    )


def _has_sensitive_words(case: Case) -> bool:
    fields = KINDS[case.kind].fields if case.kind in KINDS else ()
    words = (str(case.body.get(one.name) or "") for one in fields if one.type in _WORDS)
    return any(conduct.sensitive_words(text) for text in words)


def _tells_where(case: Case) -> bool:
    return case.from_host and any(filled(case.body.get(name)) for name in WHEREABOUTS)


def _life_in_danger(case: Case) -> bool:
    return case.matter.get("urgency") == life.FLASH


def _is_protected(case: Case) -> bool:
    known = case.protection
    return known is not None and (known.record or known.claims_persecution_by is not None)


HARM_FLAGS: Final[tuple[HarmFlag, ...]] = (
    HarmFlag(code="minor", touches=_may_be_minor),
    HarmFlag(code="victim", touches=_is_victim),
    HarmFlag(code="sensitive_words", touches=_has_sensitive_words),
    HarmFlag(code="whereabouts", touches=_tells_where),
    HarmFlag(code="life", touches=_life_in_danger),
    HarmFlag(code="protected", touches=_is_protected, secret=True),
)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a text is reviewed: `reason`, and which flags may be told. Not `certain`: it is drawn by lot, or not."""

    reason: str
    flags: tuple[str, ...] = ()
    certain: bool = True


def cause_of(case: Case) -> Cause | None:
    """Say why a text that leaves now is reviewed; None where nobody needs to.

    A person in the vault makes it certain and is told to nobody: it reads as drawn by lot.
    """
    if _is_flash(case):
        return Cause(reason=FLASH)
    if not _is_one_officers(case):
        return None
    found = [flag for flag in HARM_FLAGS if flag.touches(case)]
    told = tuple(flag.code for flag in found if not flag.secret)
    return Cause(reason=HARM if told else SAMPLE, flags=told, certain=bool(found))


def is_drawn(lot: bytes, *, passed: int) -> bool:
    """Say whether the lot falls on a text: by chance one in ten, and always after nine of its office that passed.

    `lot` is a keyed hash of its id, at least 8 bytes: who writes the text can neither choose nor foresee it.
    """
    return passed >= ONE_IN - 1 or int.from_bytes(lot[:8], "big") % ONE_IN == 0


def _is_flash(case: Case) -> bool:
    """Say whether it leaves under the life clause: an enquiry that is a flash, or what the clause alone allows."""
    if case.matter.get("urgency") != life.FLASH:
        return False
    return not case.answers or any(one.set_aside == "life" for one in decide(case).findings)


def _is_one_officers(case: Case) -> bool:
    """Say whether it says something on one officer's word: of any class but ADM, where no second person is needed.

    Its class is that of the matter: words alone make an answer or a clarification no ADM. A bare NOHIT in INF and what
    only steers the exchange (more time, passed on, a reminder) say nothing.
    """
    own, about = KINDS.get(case.kind), KINDS.get(case.about_kind)
    if own is None or about is None or "ADM" in (own.cls, about.cls) or conduct.needs_second_person(case):
        return False
    words = filled(case.body.get("text")) or bool(case.files)
    return words or not case.answers or (case.tells and not conduct.found_nothing(case))


def _bodies(case: Case) -> tuple[Mapping[str, Any], ...]:
    return (case.body, case.asked)


def _is_under_age(birth: str, today: date) -> bool:
    try:
        last = calendars.parse(birth).last
    except Malformed:
        return True  # what cannot be read is not known to be of age
    return (last.year + OF_AGE, last.month, last.day) > (today.year, today.month, today.day)
