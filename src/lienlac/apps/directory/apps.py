"""Registers the room with Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The room `directory`."""

    name = "lienlac.apps.directory"
