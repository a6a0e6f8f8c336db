"""Addresses of health: the page, and what monitors ask."""

from django.urls import path

from lienlac.web.health import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("health", views.codes, name="health_codes"),
]
