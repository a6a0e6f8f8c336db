"""The administrator's authenticator before there is an account: a secret, the picture it is read from, its digits."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from urllib.parse import quote

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
STEP_S, DIGITS = 30, 6  # what every authenticator takes for granted (RFC 6238)
TOLERANCE = (-1, 0, 1)  # a telephone's clock may be half a minute off


def new_secret() -> str:
    """Return a new secret in base32, as authenticators take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def fits(secret: str, code: str, *, at_s: float | None = None) -> bool:
    """Say whether these digits are shown now; spaces do not count."""
    plain = "".join(code.split()).encode()
    now = time.time() if at_s is None else at_s
    return any(hmac.compare_digest(digits(secret, now + steps * STEP_S), plain) for steps in TOLERANCE)


def digits(secret: str, at_s: float) -> bytes:
    """Return the digits that an authenticator shows at a moment; b"" for what is no secret."""
    try:
        key = base64.b32decode(secret)
    except binascii.Error:
        return b""
    return TOTP(key, DIGITS, SHA1(), STEP_S).generate(int(at_s))  # noqa: S303  (what authenticators do)


def picture(secret: str, *, node: str, username: str) -> str:
    """Return a QR code as a `data:` address."""
    account = quote(f"{node}:{username}")
    uri = f"otpauth://totp/{account}?secret={secret}&issuer={quote(node)}"
    return str(segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="white"))
