"""What an officer does about himself: the language of his desk, his second key."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter as get_keys_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lienlac.apps.accounts import actions, queries
from lienlac.web.accounts import spoken
from lienlac.web.accounts.homes import home_of
from lienlac.web.door import officer_of


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the language in this node's cookie and, for an officer, in his account; go back to the page."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer = HttpResponseRedirect(back)
    if language in dict(settings.LANGUAGES):
        spoken.keep(request, answer, language)
        if request.user.is_authenticated:
            actions.choose_language(request.user, language)
        else:
            spoken.chosen_at_the_door(request)
    return answer


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Offer the two ways of a second factor to an officer who has none yet."""
    officer = officer_of(request)
    if queries.has_second_factor(officer):
        return redirect(home_of(officer))
    ways = {"passkey_url": reverse("mfa_add_webauthn"), "code_url": reverse("mfa_activate_totp")}
    return render(request, "accounts/second_factor.html", ways)


@login_required
def still_here(request: HttpRequest) -> HttpResponse:
    """Say that the desk is open: the gate leads here only who has proved himself."""
    return render(request, "accounts/still_here.html")


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey, but not the last key where the node asks for one (allauth asks that only of codes)."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask first whether it may go."""
        keys = get_keys_adapter()
        if not keys.can_delete_authenticator(self.object):
            messages.error(self.request, keys.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)  # type: ignore[no-any-return]


remove_passkey = reauthentication_required(app="allauth.mfa")(RemovePasskey.as_view())
