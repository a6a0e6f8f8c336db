"""Addresses of screening."""

from django.urls import path

from lienlac.web.screening import views

urlpatterns = [
    path("", views.waiting, name="candidates"),
    path("<int:key>", views.same_person, name="same_person"),
    path("<int:key>/verdict", views.verdict, name="same_person_verdict"),
]
