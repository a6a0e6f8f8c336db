"""The address that says how a name is read."""

from django.urls import path

from lienlac.web.names import boxes

urlpatterns = [path("readings", boxes.readings, name="name_readings")]
