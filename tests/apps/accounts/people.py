"""Invented officers for tests: Linh asks, Bằng supervises, Mara keeps the machine, Huệ inspects."""

from datetime import UTC, datetime, timedelta

from lienlac.apps.accounts import actions
from lienlac.apps.accounts.models import User

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "border-post-test-2026"
CAST = {
    "linh": ("Nông Thùy Linh", "duty_officer"),
    "bang": ("Hoàng Hải Bằng", "supervisor"),
    "an": ("Triệu Hoài An", "analyst"),
    "lam": ("Lý Tùng Lâm", "leader"),
    "diep": ("Đàm Ngọc Diệp", "protection_officer"),
    "mara": ("Mara Quách", "administrator"),
    "hue": ("Vi Thanh Huệ", "inspector"),
    "tu": ("Vương Anh Tú", "releaser"),
}


def officer(username: str, *, now: datetime = NOW, **changes: object) -> User:
    """Open the account of somebody of the cast; certified for a year."""
    full_name, role = CAST[username]
    fields = {"full_name": full_name, "role": role, "certified_to": (now + timedelta(days=365)).date()}
    return actions.open_account(
        username=username,
        password=PASSWORD,
        office="vn-tra-linh",
        unit="duty",
        language="vi",
        now=now,
        **(fields | changes),
    )
