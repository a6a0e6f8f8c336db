"""Addresses of the hotline."""

from django.urls import path

from lienlac.web.hotline import views

urlpatterns = [
    path("", views.awake, name="awake"),
    path("test/<slug:office>", views.test_call, name="test_call"),
    path("ring/<slug:office>", views.ring, name="ring"),
    path("call/<int:key>", views.result, name="call_result"),
    path("shift", views.take_shift, name="take_shift"),
]
