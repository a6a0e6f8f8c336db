"""Registers the door so that Django finds its templates, static files and template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The door for browsers; it has no models."""

    name = "lienlac.web"
