"""Addresses of enquiries."""

from django.urls import path

from lienlac.web.countries import countries
from lienlac.web.enquiries import asking, attachments, deeds, inbox, other, phone, printing, threads

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("ask", asking.ask, name="ask"),
    path("ask/readings", asking.readings, name="ask_readings"),
    path("ask/draft", asking.keep_draft, name="ask_draft"),
    path("ask/check", asking.check, name="ask_check"),
    path("ask/fields", asking.fields, name="ask_fields"),
    path("tray", attachments.tray, name="tray"),
    path("<int:key>/files/<int:file>", attachments.give, name="thread_file"),
    path("<int:key>/files/of/<slug:of>", attachments.listed, name="thread_files"),
    path("ask/other", other.choose, name="ask_other"),
    path("ask/other/<slug:kind>", other.ask, name="ask_kind"),
    path("by-phone", phone.write_down, name="by_phone"),
    path("views", inbox.keep_view, name="keep_view"),
    path("views/<int:key>/drop", inbox.drop_view, name="drop_view"),
    path("several", inbox.several, name="inbox_several"),
    path("countries", countries, name="countries"),
    path("<int:key>", threads.thread, name="thread"),
    path("<int:key>/print", printing.print_thread, name="thread_print"),
    path("<int:key>/news", threads.news, name="thread_news"),
    path("<int:key>/live", threads.live, name="thread_live"),
    path("<int:key>/take", threads.take, name="thread_take"),
    path("<int:key>/answer", threads.answer, name="thread_answer"),
    path("<int:key>/remind", deeds.remind, name="thread_remind"),
    path("<int:key>/clarify", deeds.clarify, name="thread_clarify"),
    path("<int:key>/correct", deeds.correct, name="thread_correct"),
    path("<int:key>/withdraw", deeds.withdraw, name="thread_withdraw"),
    path("<int:key>/close", deeds.close, name="thread_close"),
    path("<int:key>/reopen", deeds.reopen, name="thread_reopen"),
    path("<int:key>/approve", deeds.approve, name="thread_approve"),
    path("<int:key>/return", deeds.give_back, name="thread_return"),
    path("<int:key>/drop-answer", deeds.drop_answer, name="thread_drop_answer"),
    path("<int:key>/release", deeds.release, name="thread_release"),
    path("<int:key>/note", deeds.note, name="thread_note"),
]
