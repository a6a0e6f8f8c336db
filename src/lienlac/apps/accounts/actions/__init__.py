"""Deeds on accounts; each is a leaf in the house ledger."""

from lienlac.apps.accounts.actions.entering import failed_to_sign_in, signed_in, signed_out
from lienlac.apps.accounts.actions.keys import (
    chose_password,
    give_recovery_codes,
    give_temporary_password,
    reset_second_factor,
)
from lienlac.apps.accounts.actions.leaving import Closing, close, open_again
from lienlac.apps.accounts.actions.opening import choose_language, open_account
from lienlac.apps.accounts.actions.roles import certify, change_role, transfer

__all__ = [
    "Closing",
    "certify",
    "change_role",
    "choose_language",
    "chose_password",
    "close",
    "failed_to_sign_in",
    "give_recovery_codes",
    "give_temporary_password",
    "open_account",
    "open_again",
    "reset_second_factor",
    "signed_in",
    "signed_out",
    "transfer",
]
