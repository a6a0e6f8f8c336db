"""Addresses of the post's pages."""

from django.urls import path

from lienlac.web.mailroom import incidents, ledgers, lost, outbox, unread

urlpatterns = [
    path("outbox", outbox.outbox, name="outbox"),
    path("unread", unread.unread, name="unread"),
    path("unread/<int:key>", unread.one, name="unread_one"),
    path("incidents/<int:key>/evidence", incidents.evidence, name="incident_evidence"),
    path("incidents/<int:key>/letters", lost.letters, name="lost_letters"),
    path("ledger", ledgers.ledger, name="ledger"),
    path("ledger/check", ledgers.check, name="ledger_check"),
]
