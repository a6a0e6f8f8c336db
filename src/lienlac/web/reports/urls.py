"""Addresses of the leader's page."""

from django.urls import path

from lienlac.web.reports import views

urlpatterns = [
    path("", views.overview, name="reports"),
    path("<slug:office>/<int:year>-<int:month>.pdf", views.paper, name="report_pdf"),
]
