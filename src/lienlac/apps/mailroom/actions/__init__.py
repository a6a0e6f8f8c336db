"""Deeds of the mailroom, one file a subject: post, carry, take in, receipt."""

from lienlac.apps.mailroom.actions.ageing import note_old_outboxes
from lienlac.apps.mailroom.actions.announcing import renew_keys, take_keys, unheard
from lienlac.apps.mailroom.actions.arriving import take_in
from lienlac.apps.mailroom.actions.carrying import (
    HandedOver,
    greeted,
    handed_over,
    heard,
    mark_sent,
    thaw,
)
from lienlac.apps.mailroom.actions.chunks import (
    drop_chunks,
    give_chunks,
    keep_chunks,
    sweep_chunks,
    sweep_remnants,
    take_chunk,
)
from lienlac.apps.mailroom.actions.effects import retry_not_understood
from lienlac.apps.mailroom.actions.erasing import erase_messages, waiting_to_leave, waits_to_leave
from lienlac.apps.mailroom.actions.files import (
    forget_files,
    go_along,
    open_file,
    put_in_tray,
    sweep_trays,
    take_out,
)
from lienlac.apps.mailroom.actions.incidents import (
    close_incident,
    note_clock,
    note_late_leaf,
    note_wrong_parcels,
)
from lienlac.apps.mailroom.actions.keeping import erase_sealed
from lienlac.apps.mailroom.actions.lines import line_failed, line_worked, way_open
from lienlac.apps.mailroom.actions.posting import Letter, Stationery, post, post_all, send_pieces
from lienlac.apps.mailroom.actions.previews import FIT, UNFIT, open_preview
from lienlac.apps.mailroom.actions.proving import (
    Question,
    arrivals_proven,
    arrivals_to_prove,
    prove_arrivals,
)
from lienlac.apps.mailroom.actions.receipting import issue_receipts, post_receipt
from lienlac.apps.mailroom.actions.resealing import send_sealed_anew
from lienlac.apps.mailroom.actions.revoking import revoke_key
from lienlac.apps.mailroom.actions.stolen import note_nobodys_parcels, note_revoked_key
from lienlac.apps.mailroom.actions.unanswered import close_answered, note_unanswered
from lienlac.apps.mailroom.actions.unread import read_raw
from lienlac.apps.mailroom.actions.watching import note_refused_file, refused_directories_noted, watch
from lienlac.apps.mailroom.actions.witnessing import (
    growth_to_ask,
    growth_told,
    head_denied,
    head_is_due,
    take_head,
)
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame, Receivers

__all__ = [
    "FIT",
    "UNFIT",
    "Delivery",
    "HandedOver",
    "Letter",
    "Question",
    "ReceiptCame",
    "Receivers",
    "Stationery",
    "arrivals_proven",
    "arrivals_to_prove",
    "close_answered",
    "close_incident",
    "drop_chunks",
    "erase_messages",
    "erase_sealed",
    "forget_files",
    "give_chunks",
    "go_along",
    "greeted",
    "growth_to_ask",
    "growth_told",
    "handed_over",
    "head_denied",
    "head_is_due",
    "heard",
    "issue_receipts",
    "keep_chunks",
    "line_failed",
    "line_worked",
    "mark_sent",
    "note_clock",
    "note_late_leaf",
    "note_nobodys_parcels",
    "note_old_outboxes",
    "note_refused_file",
    "note_revoked_key",
    "note_unanswered",
    "note_wrong_parcels",
    "open_file",
    "open_preview",
    "post",
    "post_all",
    "post_receipt",
    "prove_arrivals",
    "put_in_tray",
    "read_raw",
    "refused_directories_noted",
    "renew_keys",
    "retry_not_understood",
    "revoke_key",
    "send_pieces",
    "send_sealed_anew",
    "sweep_chunks",
    "sweep_remnants",
    "sweep_trays",
    "take_chunk",
    "take_head",
    "take_in",
    "take_keys",
    "take_out",
    "thaw",
    "unheard",
    "waiting_to_leave",
    "waits_to_leave",
    "watch",
    "way_open",
]
