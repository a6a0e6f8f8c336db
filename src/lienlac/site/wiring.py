"""Which room takes in which kind of message: the one place where the post meets its readers."""

from __future__ import annotations

from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.mailroom.receivers import Receivers
from lienlac.core.messages.kinds import KINDS

ENQUIRIES = {code: enquiries.receive_enquiry for code, kind in KINDS.items() if not kind.service}
"""Closed kinds too: they are refused by policy with RF20 and a signed receipt, not left lying as unknown."""

RECEIVERS = Receivers(
    by_kind={
        **ENQUIRIES,
        "ANSWER": enquiries.receive_answer,
        "REMINDER": enquiries.receive_reminder,
        "WITHDRAWAL": enquiries.receive_withdrawal,
        "FEEDBACK": enquiries.receive_outcome,
    },
    receipt=enquiries.receipt_came,
)
