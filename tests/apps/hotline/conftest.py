"""The border and its officers, as in the room of enquiries."""

from tests.apps.enquiries.conftest import bang, jingxi, linh, mara

__all__ = ["bang", "jingxi", "linh", "mara"]
