"""Deeds on accounts; each is a leaf in the house ledger."""

from lienlac.apps.accounts.actions.entering import failed_to_sign_in, signed_in, signed_out
from lienlac.apps.accounts.actions.keys import (
    chose_password,
    enter_authenticator,
    give_recovery_codes,
    give_temporary_password,
    reset_second_factor,
)
from lienlac.apps.accounts.actions.leaving import Closing, close, open_again
from lienlac.apps.accounts.actions.opening import choose_language, open_account
from lienlac.apps.accounts.actions.roles import certify, change_role, transfer
from lienlac.apps.accounts.actions.tokens import issue_token, revoke_token, token_used

__all__ = [
    "Closing",
    "certify",
    "change_role",
    "choose_language",
    "chose_password",
    "close",
    "enter_authenticator",
    "failed_to_sign_in",
    "give_recovery_codes",
    "give_temporary_password",
    "issue_token",
    "open_account",
    "open_again",
    "reset_second_factor",
    "revoke_token",
    "signed_in",
    "signed_out",
    "token_used",
    "transfer",
]
