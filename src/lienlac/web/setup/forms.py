"""The questions of the first run, one form a step; each is checked where it is asked."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name
from lienlac.web.setup import authenticator, state

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
ZONES = {
    "VN": "Asia/Ho_Chi_Minh",
    "LA": "Asia/Vientiane",
    "CN": "Asia/Shanghai",
    "KH": "Asia/Phnom_Penh",
    "TH": "Asia/Bangkok",
    "MM": "Asia/Yangon",
}
COUNTRIES = "nationalities"
RINGS, DIALS = "rings", "dials"
LIVE, TRAINING = "live", "training"
DESK_PORT, PEER_PORT = 8100, 8200


def language() -> str:
    """Return the language in use."""
    return get_language() or "en"


def _bad(code: str, **facts: object) -> ValidationError:
    return ValidationError(wording.error(Malformed(code, **facts), language()), code=code)


def _called(value: str) -> None:
    """Check at once what the node would refuse at the end."""
    try:
        check_name(value, field="name")
    except Malformed as error:
        raise ValidationError(wording.error(error, language()), code=error.code) from error


class LanguageForm(forms.Form):
    """In which language the node speaks."""

    language = forms.ChoiceField(widget=forms.RadioSelect, label=_("Language of the desk"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]


class OfficeForm(forms.Form):
    """Whose node it is."""

    country = forms.ChoiceField(label=_("Country"))
    kind = forms.ChoiceField(label=_("Kind of agency"))
    name = forms.CharField(max_length=120, label=_("Name of the office, in its own language"))
    name_en = forms.CharField(max_length=120, required=False, label=_("Its name in English"))
    place = forms.CharField(max_length=80, required=False, label=_("Place, in its own language"))
    place_en = forms.CharField(max_length=80, required=False, label=_("The place in Latin letters"))
    phone = forms.CharField(max_length=40, required=False, label=_("Telephone of the duty desk"))
    time_zone = forms.ChoiceField(required=False, label=_("Time zone"))
    code = forms.CharField(
        max_length=48,
        required=False,
        label=_("Code of the node"),
        help_text=_("Small letters, digits and hyphens, such as vn-tra-linh. Left empty, one is suggested."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [(code, wording.label(COUNTRIES, code, language())) for code in ZONES]
        for name in ("name", "name_en", "place", "place_en", "phone"):
            self.fields[name].validators.append(_called)
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["kind"].choices = list(wording.labels("agency_types", language()).items())  # type: ignore[attr-defined]
        of_country = [("", _("That of the country"))]
        self.fields["time_zone"].choices = [*of_country, *((z, z) for z in ZONES.values())]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Check the form of the code; an empty one is suggested in `clean`."""
        code = str(self.cleaned_data["code"])
        if code and not CODE.fullmatch(code):
            raise _bad("node_code_broken", value=code)
        return code

    def clean(self) -> dict[str, Any]:
        """Fill in what may be left to the node."""
        given = super().clean() or {}
        country = given.get("country", "")
        given["time_zone"] = given.get("time_zone") or ZONES.get(country, "")
        given["code"] = given.get("code") or suggested(
            country,
            given.get("place_en") or given.get("name_en") or given.get("place") or given.get("name") or "",
        )
        return given


def suggested(country: str, name: str) -> str:
    """Return a code for an office: the country and the name in plain Latin letters, `office` when it has none."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", letters)
    return "-".join([country.lower(), *(words or ["office"])])[:48].rstrip("-")


def _kept_password() -> str:
    """Return the password that was given before, `""` for none."""
    return str(state.current().given.get("administrator", {}).get("password", ""))


class AdministratorForm(forms.Form):
    """Who keeps the node."""

    full_name = forms.CharField(max_length=200, validators=[_called], label=_("Full name"))
    username = forms.CharField(
        max_length=150, label=_("User name"), help_text=_("For signing in, such as mara.")
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=_("Password"),
        help_text=_("At least 12 characters; a sentence is good."),
    )
    again = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=_("Password, again"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password", "again"):
            self.fields[name].required = not _kept_password()

    def clean_username(self) -> str:
        """Check the name as the account itself will."""
        name = str(self.cleaned_data["username"])
        try:
            User._meta.get_field("username").run_validators(name)
        except ValidationError as error:
            raise _bad("username_broken", field="username") from error
        return name

    def clean(self) -> dict[str, Any]:
        """Check the password as the account itself will; one that was given before may be left out."""
        given = super().clean() or {}
        if "password" in self.errors or "again" in self.errors:
            return given
        password = given.get("password") or ""
        if not password and not given.get("again"):
            return {**given, "password": _kept_password()}
        if password != given.get("again"):
            self.add_error("again", _bad("passwords_differ", field="again"))
            return given
        try:
            validate_password(password, User(username=given.get("username", "")))
        except ValidationError:
            self.add_error("password", _bad("password_weak", field="password"))
        return given


class KeyForm(forms.Form):
    """The administrator's authenticator: its six digits prove that it was taken over."""

    code = forms.CharField(
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        label=_("The six digits that the authenticator shows"),
        help_text=_("Left empty, a passkey or an authenticator is asked for at the first sign-in."),
    )

    def clean_code(self) -> str:
        """Check the digits."""
        code = str(self.cleaned_data["code"])
        if code and not authenticator.fits(state.current().secret, code):
            raise _bad("setup_digits_wrong")
        return code


class PurposeForm(forms.Form):
    """Training or live."""

    purpose = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("What is this node for?"),
        choices=(
            (TRAINING, _("Training: it never speaks with a live node")),
            (LIVE, _("Live work with partners")),
        ),
    )


class ReachForm(forms.Form):
    """How browsers and partners reach the node."""

    desk_host = forms.CharField(
        max_length=253,
        label=_("Name of the desk for browsers"),
        help_text=_("localhost for this machine alone; else the name behind your proxy with TLS."),
    )
    desk_port = forms.IntegerField(min_value=1, max_value=65535, label=_("Port of the desk"))
    how = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("How do partners reach this node?"),
        choices=(
            (RINGS, _("They ring it: it has an address")),
            (DIALS, _("They cannot: it dials out and asks for its post")),
        ),
    )
    peer_host = forms.CharField(
        max_length=253,
        label=_("Address for partners"),
        help_text=_("Only when they ring it: its name or number in the network."),
    )
    peer_port = forms.IntegerField(
        min_value=1, max_value=65535, label=pgettext_lazy("setup", "Port for partners")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["peer_host"].required = self.data.get("how") != DIALS

    def clean(self) -> dict[str, Any]:
        """Check that the addresses are ones, and do not stand in each other's way."""
        given = super().clean() or {}
        for name in ("desk_host", "peer_host"):
            value = given.get(name, "")
            if value and not HOST.fullmatch(value):
                self.add_error(name, _bad("door_broken", door=value, field=name))
        if given.get("desk_port") and given.get("desk_port") == given.get("peer_port"):
            self.add_error("peer_port", _bad("setup_ports_same", field="peer_port"))
        return given
