"""Forms about accounts: allauth's in our words, and those of the administrator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lienlac.apps.accounts import actions
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.web.coded import choices, language


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: good for signing in by itself unless the officer says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for it, such as where you keep it")
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _(
            "It then asks for your finger, your face or a PIN. Without this, it only follows the password."
        )
        self.fields["passwordless"].initial = True


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """The code after the password; a wrong one is a leaf."""

    def clean_code(self) -> str:
        """Check the code."""
        try:
            return str(super().clean_code())
        except ValidationError:
            actions.failed_to_sign_in(self.user, "second_factor", now=timezone.now())
            raise


class RoleForm(forms.Form):
    """What an officer is, and where."""

    role = forms.ChoiceField(label=_("Role"))
    office = forms.ChoiceField(label=_("Office"))
    unit = forms.CharField(
        label=_("Unit"), max_length=64, required=False,
        help_text=_("Approvals come from a colleague of another unit."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [(one.code, directory.office_name(one, language())) for one in directory.own_offices()]
        self.fields["role"].choices = choices("roles", User.Role.values)  # type: ignore[attr-defined]
        self.fields["office"].choices = offices  # type: ignore[attr-defined]


class OpenForm(RoleForm):
    """A new account."""

    username = forms.CharField(label=_("User name"), max_length=150)
    full_name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As its bearer writes it, in his own script.")
    )
    language = forms.ChoiceField(label=_("Language of the desk"))
    field_order = ("username", "full_name", "role", "office", "unit", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]


class CertificateForm(forms.Form):
    """How long an officer is certified."""

    certified_to = forms.DateField(
        label=_("Last day of the certificate"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Twelve months from today at most."),
    )
