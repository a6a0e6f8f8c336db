"""What this node asks of django-allauth: nobody signs up; an administrator opens accounts."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Accounts are opened on the node (`lienlac users`), never from a page for strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no."""
        return False
