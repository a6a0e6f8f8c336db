"""Addresses of the post's pages."""

from django.urls import path

from lienlac.web.mailroom import ledgers, outbox, unread

urlpatterns = [
    path("outbox", outbox.outbox, name="outbox"),
    path("unread", unread.unread, name="unread"),
    path("unread/<int:key>", unread.one, name="unread_one"),
    path("ledger", ledgers.ledger, name="ledger"),
    path("ledger/check", ledgers.check, name="ledger_check"),
]
