"""A passkey as a browser would register it, made without a browser; and an authenticator whose codes are known."""

from __future__ import annotations

import secrets
import time
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from lienlac.apps.accounts.models import User

STEP_S = 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT


def give(officer: User) -> None:
    """Give an officer an authenticator, recovery codes and a passkey."""
    totp.TOTP.activate(officer, SECRET)
    RecoveryCodes.activate(officer)
    data = {"name": "Khóa ở bàn trực", "credential": registered()}
    Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data=data)


def code_now() -> str:
    """Return the six digits that the authenticator shows now (RFC 6238, steps of 30 s)."""
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // STEP_S)))


def registered() -> dict[str, object]:
    """Return the credential that a browser sends when a passkey is made."""
    name = secrets.token_bytes(16)
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid.NONE, name, public)
    seen = AuthenticatorData.create(sha256(b"testserver").digest(), FLAGS, 0, held)
    client = CollectedClientData.create("webauthn.create", secrets.token_bytes(32), "https://testserver")
    return {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
    }
