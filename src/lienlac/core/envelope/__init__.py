"""Envelopes: sign what was written, seal it to nodes, open and check what came."""

from lienlac.core.envelope.dsse import ENVELOPE_TYPE, MESSAGE_TYPE, sign, verify
from lienlac.core.envelope.envelope import (
    MAX_ENVELOPE_BYTES,
    Header,
    KeyLookup,
    Opened,
    Recipient,
    check_addressed,
    check_outer,
    digest,
    open_envelope,
    read_message,
    seal,
)
from lienlac.core.envelope.keys import SealingKey, SealingPublic, SigningKey, VerifyKey
from lienlac.core.envelope.suite import SUITES, Suite

__all__ = [
    "ENVELOPE_TYPE",
    "MAX_ENVELOPE_BYTES",
    "MESSAGE_TYPE",
    "SUITES",
    "Header",
    "KeyLookup",
    "Opened",
    "Recipient",
    "SealingKey",
    "SealingPublic",
    "SigningKey",
    "Suite",
    "VerifyKey",
    "check_addressed",
    "check_outer",
    "digest",
    "open_envelope",
    "read_message",
    "seal",
    "sign",
    "verify",
]
