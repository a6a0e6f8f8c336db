"""Deeds on enquiries, one file a subject: ask, receive, answer, conclude."""

from lienlac.apps.enquiries.actions.answering import answer, open_enquiry
from lienlac.apps.enquiries.actions.arriving import receipt_came, receive_answer, receive_enquiry
from lienlac.apps.enquiries.actions.asking import Draft, ask
from lienlac.apps.enquiries.actions.concluding import (
    close,
    give_outcome,
    receive_outcome,
    receive_reminder,
    receive_withdrawal,
    remind,
    withdraw,
)
from lienlac.apps.enquiries.actions.drafting import drop_draft, keep_draft

__all__ = [
    "Draft",
    "answer",
    "ask",
    "close",
    "drop_draft",
    "give_outcome",
    "keep_draft",
    "open_enquiry",
    "receipt_came",
    "receive_answer",
    "receive_enquiry",
    "receive_outcome",
    "receive_reminder",
    "receive_withdrawal",
    "remind",
    "withdraw",
]
