"""Registers the room with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room `records`."""

    name = "lienlac.apps.records"
