"""Registers the room with Django."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """The room `screening`."""

    name = "lienlac.apps.screening"
