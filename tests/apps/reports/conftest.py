"""The border and its officers, as in the room of enquiries."""

from tests.apps.enquiries.conftest import jingxi, linh

__all__ = ["jingxi", "linh"]
