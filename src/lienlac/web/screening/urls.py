"""Addresses of screening."""

from django.urls import path

from lienlac.web.screening import file_searches, hits, views

urlpatterns = [
    path("", views.waiting, name="candidates"),
    path("<int:key>", views.same_person, name="same_person"),
    path("<int:key>/verdict", views.verdict, name="same_person_verdict"),
    path("<int:key>/hit", hits.hit, name="hit"),
    path("<int:key>/hit/<slug:name>", hits.deed, name="hit_deed"),
    path("blocked", views.blocked, name="blocked"),
    path("files", file_searches.every, name="file_searches"),
    path("files/new", file_searches.new, name="file_search_new"),
    path("files/<int:key>", file_searches.one, name="file_search"),
    path("files/<int:key>/progress", file_searches.progress, name="file_search_progress"),
    path("files/<int:key>/export", file_searches.export, name="file_search_export"),
    path("files/<int:key>/<slug:deed>", file_searches.deed, name="file_search_deed"),
]
