"""Addresses of enquiries."""

from django.urls import path

from lienlac.web.countries import countries
from lienlac.web.enquiries import asking, inbox, printing, threads

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("ask", asking.ask, name="ask"),
    path("ask/readings", asking.readings, name="ask_readings"),
    path("ask/draft", asking.keep_draft, name="ask_draft"),
    path("ask/check", asking.check, name="ask_check"),
    path("countries", countries, name="countries"),
    path("<int:key>", threads.thread, name="thread"),
    path("<int:key>/print", printing.print_thread, name="thread_print"),
    path("<int:key>/ladder", threads.ladder, name="thread_ladder"),
    path("<int:key>/live", threads.live, name="thread_live"),
    path("<int:key>/take", threads.take, name="thread_take"),
    path("<int:key>/answer", threads.answer, name="thread_answer"),
    path("<int:key>/remind", threads.remind, name="thread_remind"),
    path("<int:key>/close", threads.close, name="thread_close"),
]
