"""Registers the room with Django."""

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """The room `enquiries`."""

    name = "lienlac.apps.enquiries"
