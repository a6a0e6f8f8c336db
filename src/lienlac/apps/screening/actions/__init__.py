"""Deeds of screening, one file a subject: find candidates, judge them, forget."""

from lienlac.apps.screening.actions.erasing import erase_due
from lienlac.apps.screening.actions.judging import judge, show
from lienlac.apps.screening.actions.screening import (
    compare_again,
    compare_waiting,
    note_end,
    note_enquiry,
)

__all__ = ["compare_again", "compare_waiting", "erase_due", "judge", "note_end", "note_enquiry", "show"]
