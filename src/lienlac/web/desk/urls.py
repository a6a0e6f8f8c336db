"""Addresses of the shift desk."""

from django.urls import path

from lienlac.web.desk import views

urlpatterns = [
    path("", views.shift, name="desk"),
    path("desk/lists", views.lists, name="desk_lists"),
    path("desk/live", views.live, name="desk_live"),
]
