"""Deeds on records, one file a subject: enter, import, search and read, protect."""

from lienlac.apps.records.actions.entering import change, enter, erase_due, extend, withdraw
from lienlac.apps.records.actions.importing import (
    Declared,
    Preview,
    cancel,
    go_on,
    preview,
    run,
    stage,
    start,
    take_batch,
    understand,
)
from lienlac.apps.records.actions.searching import Question, lift_quota, read, search
from lienlac.apps.records.actions.warning import warn_due

__all__ = [
    "Declared",
    "Preview",
    "Question",
    "cancel",
    "change",
    "enter",
    "erase_due",
    "extend",
    "go_on",
    "lift_quota",
    "preview",
    "read",
    "run",
    "search",
    "stage",
    "start",
    "take_batch",
    "understand",
    "warn_due",
    "withdraw",
]
