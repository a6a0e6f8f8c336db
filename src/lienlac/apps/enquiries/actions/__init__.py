"""Deeds on enquiries, one file a subject: ask, receive, answer, conclude, keep; and what the node does by itself."""

from lienlac.apps.enquiries.actions.answering import answer, open_enquiry
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
from lienlac.apps.enquiries.actions.daily import daily, keep_clocks
from lienlac.apps.enquiries.actions.desking import move_to_desk
from lienlac.apps.enquiries.actions.drafting import drop_draft, keep_draft
from lienlac.apps.enquiries.actions.editing import edit
from lienlac.apps.enquiries.actions.erasing import erase_due, keep_longer, warn_due
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
from lienlac.apps.enquiries.actions.releasing import (
    MOST_BYTES,
    Paper,
    confirm_paper,
    file_paper,
    reject_paper,
    release,
    return_from_release,
    set_chain,
)
from lienlac.apps.enquiries.actions.reviewing import note_overdue_reviews, review_text
from lienlac.apps.enquiries.actions.sending import send_due
from lienlac.apps.enquiries.actions.telling import approve_follow_up, drop_follow_up, return_follow_up
from lienlac.apps.enquiries.actions.waiting_answers import approve_answer, drop_answer, return_answer
from lienlac.apps.enquiries.actions.working import start_work

__all__ = [
    "MOST_BYTES",
    "Draft",
    "Paper",
    "add_note",
    "answer",
    "approve",
    "approve_answer",
    "approve_follow_up",
    "ask",
    "clarify",
    "close",
    "confirm_paper",
    "correct",
    "daily",
    "drop_answer",
    "drop_draft",
    "drop_follow_up",
    "drop_view",
    "edit",
    "erase_due",
    "file_paper",
    "give_outcome",
    "keep_clocks",
    "keep_draft",
    "keep_longer",
    "keep_view",
    "move_to_desk",
    "note_overdue_reviews",
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
    "reject_paper",
    "release",
    "remind",
    "reopen",
    "return_answer",
    "return_follow_up",
    "return_from_release",
    "return_to_author",
    "review_text",
    "send_due",
    "set_chain",
    "start_work",
    "warn_due",
    "withdraw",
    "write_down_call",
]
