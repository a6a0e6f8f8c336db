"""Addresses of the administrator's and the inspector's pages."""

from django.urls import path

from lienlac.web.accounts import looks, tokens, users

urlpatterns = [
    path("users/", users.users, name="users"),
    path("users/add", users.add, name="user_add"),
    path("users/tokens", tokens.tokens, name="tokens"),
    path("users/tokens/<slug:key>", tokens.revoke, name="token_revoke"),
    path("users/<int:key>", users.user, name="user"),
    path("users/<int:key>/<slug:code>", users.deed, name="user_deed"),
    path("looks/", looks.looks, name="looks"),
]
