"""Registers the room with Django."""

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """The room `enquiries`."""

    name = "lienlac.apps.enquiries"

    def ready(self) -> None:
        """Say what work of an officer this room holds, for the day his account closes."""
        from lienlac.apps.accounts import open_work
        from lienlac.apps.enquiries import inspecting

        open_work.counted_by("enquiries", inspecting.left_by)
