"""Which kinds of message this room takes in, and by which verb: `site.wiring` joins it to the post."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lienlac.apps.enquiries import actions
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.messages.kinds import KINDS

Take = Callable[[Delivery], None]

ENQUIRIES: Mapping[str, Take] = {
    code: actions.receive_enquiry for code, kind in KINDS.items() if not kind.service
}
"""Closed kinds too: they are refused by policy with RF20 and a signed receipt, not left lying as unknown."""

TAKEN_IN: Mapping[str, Take] = {
    **ENQUIRIES,
    "ANSWER": actions.receive_answer,
    "CLARIFICATION": actions.receive_clarification,
    "CORRECTION": actions.receive_correction,
    "REMINDER": actions.receive_reminder,
    "WITHDRAWAL": actions.receive_withdrawal,
    "FEEDBACK": actions.receive_outcome,
    "REOPENING": actions.receive_reopening,
}
