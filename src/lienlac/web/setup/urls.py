"""Addresses of the first run."""

from django.urls import path

from lienlac.web.setup import gate, views

urlpatterns = [
    path(f"{gate.BEGIN}/<str:token>", views.begin, name="begin"),
    path("", views.summary, name="summary"),
    path("found", views.finish, name="found"),
    path("<slug:name>/", views.step, name="step"),
]
