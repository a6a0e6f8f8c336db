"""What this node asks of django-allauth about passkeys and authenticators."""

from __future__ import annotations

import base64
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import SECOND_FACTORS


@cache
def _box() -> Fernet:
    """Return the lock on secrets in the database; its key comes from the node's `keys/`, which no database holds."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lienlac/1 second factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


class KeysAdapter(DefaultMFAAdapter):
    """Secrets are encrypted where they lie; the last key stays where the node asks for one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Take the newest one your authenticator shows."),
        "cannot_delete_authenticator": _(
            "This is your last key, and this node asks for one. Add another first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret of the database."""
        return _box().decrypt(encrypted_text.encode("ascii")).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Answer no for the last second factor where the node asks for one."""
        if not settings.NEEDS_SECOND_FACTOR or authenticator.type not in SECOND_FACTORS:
            return True
        own = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_FACTORS)
        return own.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 (its name)
        """Return a name for a new passkey, which the officer may change."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def _get_site_name(self) -> str:
        """Return what the officer's phone shows beside the key."""
        return f"Lienlac · {settings.NODE.node}"
