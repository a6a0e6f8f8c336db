"""Registers the room with Django."""

from django.apps import AppConfig


class MailroomConfig(AppConfig):
    """The room `mailroom`."""

    name = "lienlac.apps.mailroom"
