"""Deeds of the mailroom, one file a subject: post, carry, take in, receipt."""

from lienlac.apps.mailroom.actions.arriving import take_in
from lienlac.apps.mailroom.actions.carrying import greeted, heard, mark_sent
from lienlac.apps.mailroom.actions.lines import line_failed, line_worked
from lienlac.apps.mailroom.actions.posting import post
from lienlac.apps.mailroom.actions.receipting import issue_receipts, post_receipt
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame, Receivers

__all__ = [
    "Delivery",
    "ReceiptCame",
    "Receivers",
    "greeted",
    "heard",
    "issue_receipts",
    "line_failed",
    "line_worked",
    "mark_sent",
    "post",
    "post_receipt",
    "take_in",
]
