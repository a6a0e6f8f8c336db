"""Registers the room with Django."""

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """The room `relay`."""

    name = "lienlac.apps.relay"
