"""Which texts go through the release chain: units outside the node release them before they leave."""

from __future__ import annotations

from typing import Final

from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import KINDS
from lienlac.core.policy import life
from lienlac.core.policy.case import Case

ASK: Final = "ask"
ANSWER: Final = "answer"
SAYS: Final = (ASK, ANSWER)
"""An agency may let its questions be released by other units than its answers."""


def chain_class(case: Case) -> str:
    """Give the class of kind whose chain holds for this text; "" when it leaves without one.

    What steers the exchange and tells nothing (more time, passed on, refused, a reminder) leaves at once: a
    clock runs. With words it tells. A flash under the life clause waits for nobody.
    """
    about = KINDS.get(case.about_kind)
    if about is None or about.cls is None or life.claimed(case):
        return ""
    if case.answers and not (case.tells or filled(case.body.get("text"))):
        return ""
    return about.cls


def must_be_wordless(case: Case) -> bool:
    """Say whether this may not wait, and so may say nothing that units would release.

    So are a reminder, an outcome, a withdrawal: it takes effect at once (SG29), and its words may neither delay it
    nor go round the chain.
    """
    own = KINDS.get(case.kind)
    return case.answers and own is not None and own.cls == "ADM"
