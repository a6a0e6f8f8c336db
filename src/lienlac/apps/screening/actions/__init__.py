"""Deeds of screening, one file a subject: find candidates, judge them, what a hit leads to, forget."""

from lienlac.apps.screening.actions.erasing import erase_due, erase_files, forget_enquiry, keeps
from lienlac.apps.screening.actions.file_search import (
    FileQuestion,
    approve_search,
    drop_search,
    export_search,
    search_batch,
    search_files,
    show_found,
    stage_search,
    start_search,
)
from lienlac.apps.screening.actions.hits import (
    answer_dropped,
    answer_left,
    check_answer,
    decide,
    note_answer,
    reconsider,
    review_record,
    show_blocked,
)
from lienlac.apps.screening.actions.judging import judge, show
from lienlac.apps.screening.actions.screening import (
    compare_again,
    compare_waiting,
    note_clarification,
    note_correction,
    note_end,
    note_enquiry,
    note_reopening,
    something_waits,
)

__all__ = [
    "FileQuestion",
    "answer_dropped",
    "answer_left",
    "approve_search",
    "check_answer",
    "compare_again",
    "compare_waiting",
    "decide",
    "drop_search",
    "erase_due",
    "erase_files",
    "export_search",
    "forget_enquiry",
    "judge",
    "keeps",
    "note_answer",
    "note_clarification",
    "note_correction",
    "note_end",
    "note_enquiry",
    "note_reopening",
    "reconsider",
    "review_record",
    "search_batch",
    "search_files",
    "show",
    "show_blocked",
    "show_found",
    "something_waits",
    "stage_search",
    "start_search",
]
