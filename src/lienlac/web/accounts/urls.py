"""Addresses of sign-in and of an officer's own keys (`account/`). Of allauth only what this node uses: no sign-up, no
addresses of e-mail, no password by e-mail."""

from allauth.account import views as allauth
from django.urls import include, path

from lienlac.web.accounts import views

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("here/", views.still_here, name="still_here"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("keys/webauthn/keys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("keys/", include("allauth.mfa.urls")),
]
