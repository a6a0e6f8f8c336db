"""Registers the room with Django."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """The room `hotline`."""

    name = "lienlac.apps.hotline"
