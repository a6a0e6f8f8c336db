"""Registers the room with Django."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """The room `agreements`."""

    name = "lienlac.apps.agreements"
