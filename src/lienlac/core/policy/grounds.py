"""The two grounds of refusal: what is stored at the refusing node, and what leaves it.

Inside grounds could betray somebody: that a person is a victim, a child, a refugee, a source. They always
leave as RF00, and RF00 says nothing more.
"""

from __future__ import annotations

from typing import Final

from lienlac.core import codes
from lienlac.core.errors import NotUnderstood

NO_REASON_STATED: Final = "RF00"
NEVER_TOLD: Final = frozenset(
    {"RF03", "RF04", "RF05", "RF06", "RF09", "RF11", "RF12", "RF13", "RF14", "RF18"}
)
"""Inside grounds that always leave as RF00, whatever a data file says."""
TOO_NEW: Final = "RF21"
"""What a node says by itself of a message that it cannot read and does not keep; people refuse nothing with it."""
KEY_GONE: Final = "RF22"
"""What a node says by itself of an envelope that is sealed to a key that it has destroyed."""


def outward(inside: str) -> str:
    """Give the ground that leaves the node for an inside ground; one that is not known leaves as RF00."""
    if inside in NEVER_TOLD:
        return NO_REASON_STATED
    try:
        return codes.load("refusal_grounds").row(inside)["leaves_as"]
    except NotUnderstood:
        return NO_REASON_STATED


def may_leave(ground: str) -> bool:
    """Say whether people may refuse something with `ground` towards the other side."""
    listed = codes.load("refusal_grounds")
    if ground not in listed or outward(ground) != ground:
        return False
    return ground == NO_REASON_STATED or listed.row(ground).flag("inside")  # a node alone says the others
