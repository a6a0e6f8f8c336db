"""Addresses of the shift desk."""

from django.urls import path

from lienlac.web.desk import handover, views

urlpatterns = [
    path("", views.shift, name="desk"),
    path("desk/lists", views.lists, name="desk_lists"),
    path("desk/note", handover.note, name="handover_note"),
    path("desk/paper.pdf", handover.paper, name="desk_paper"),
    path("desk/live", views.live, name="desk_live"),
]
