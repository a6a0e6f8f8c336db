"""Addresses of records."""

from django.urls import path

from lienlac.web.records import due, entering, importing, searching, vault

urlpatterns = [
    path("", searching.search, name="records"),
    path("<int:key>", searching.one, name="record"),
    path("due", due.due, name="records_due"),
    path("<int:key>/extend", due.extend, name="record_extend"),
    path("quota", searching.quota, name="record_quota"),
    path("new", entering.new, name="record_new"),
    path("<int:key>/edit", entering.edit, name="record_edit"),
    path("<int:key>/withdraw", entering.withdraw, name="record_withdraw"),
    path("import", importing.upload, name="record_import"),
    path("import/<int:key>", importing.look, name="record_import_page"),
    path("import/<int:key>/columns", importing.columns_, name="record_import_columns"),
    path("import/<int:key>/start", importing.start, name="record_import_start"),
    path("import/<int:key>/step", importing.step, name="record_import_step"),
    path("import/<int:key>/cancel", importing.cancel, name="record_import_cancel"),
    path("protected", vault.persons, name="protected"),
    path("protected/new", vault.new, name="protected_new"),
    path("protected/release", vault.release, name="protected_release"),
]
