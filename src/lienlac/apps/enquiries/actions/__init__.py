"""Deeds on enquiries, one file a subject: ask, receive, answer, conclude, keep; and what the node does by itself."""

from lienlac.apps.enquiries.actions.answering import (
    answer,
    approve_answer,
    drop_answer,
    open_enquiry,
    send_due,
)
from lienlac.apps.enquiries.actions.arriving import receipt_came, receive_answer, receive_enquiry
from lienlac.apps.enquiries.actions.asking import Draft, approve, ask, return_to_author
from lienlac.apps.enquiries.actions.concluding import (
    clarify,
    close,
    correct,
    give_outcome,
    remind,
    reopen,
    withdraw,
)
from lienlac.apps.enquiries.actions.daily import daily
from lienlac.apps.enquiries.actions.drafting import drop_draft, keep_draft
from lienlac.apps.enquiries.actions.following import (
    receive_clarification,
    receive_correction,
    receive_outcome,
    receive_reminder,
    receive_reopening,
    receive_withdrawal,
)
from lienlac.apps.enquiries.actions.keeping import (
    add_note,
    drop_view,
    keep_view,
    write_down_call,
)

__all__ = [
    "Draft",
    "add_note",
    "answer",
    "approve",
    "approve_answer",
    "ask",
    "clarify",
    "close",
    "correct",
    "daily",
    "drop_answer",
    "drop_draft",
    "drop_view",
    "give_outcome",
    "keep_draft",
    "keep_view",
    "open_enquiry",
    "receipt_came",
    "receive_answer",
    "receive_clarification",
    "receive_correction",
    "receive_enquiry",
    "receive_outcome",
    "receive_reminder",
    "receive_reopening",
    "receive_withdrawal",
    "remind",
    "reopen",
    "return_to_author",
    "send_due",
    "withdraw",
    "write_down_call",
]
