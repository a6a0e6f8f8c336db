"""Addresses of the post's pages."""

from django.urls import path

from lienlac.web.mailroom import ledgers, outbox

urlpatterns = [
    path("outbox", outbox.outbox, name="outbox"),
    path("ledger", ledgers.ledger, name="ledger"),
    path("ledger/check", ledgers.check, name="ledger_check"),
]
