"""A process at a node's home that sends an enquiry with a file, or reads the newest file that came.

python -m tests.journeys.filer HOME send SIZE | read      prints SHA-256 of the file, "" when it is not whole
"""

import hashlib
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from lienlac.site import start


def content(size: int) -> bytes:
    """A document of so many bytes."""
    return (b"%PDF-1.7 " + bytes(i % 251 for i in range(size)))[:size]


def send(size: int) -> str:
    """Ask with a file."""
    from dataclasses import replace

    from lienlac.apps.accounts.models import User
    from lienlac.apps.enquiries import actions, letters
    from lienlac.apps.mailroom import actions as mailroom
    from tests.journeys.asker import draft

    officer, tray, now = User.objects.get(username="linh"), letters.new_id(), datetime.now(UTC)
    row = mailroom.put_in_tray(officer, tray, "quyết định.pdf", io.BytesIO(content(size)), now=now)
    asked = draft(7)
    assert isinstance(asked, actions.Draft)
    actions.ask(officer, replace(asked, tray=tray), now=now)
    return row.sha256


def read() -> str:
    """Read the file that came, as an officer's page does."""
    from lienlac.apps.mailroom import actions as mailroom
    from lienlac.apps.mailroom.models import File
    from lienlac.core.errors import Unavailable

    row = File.objects.order_by("-pk").first()
    if row is None:
        return ""
    try:
        return hashlib.sha256(b"".join(mailroom.open_file(row, now=datetime.now(UTC)))).hexdigest()
    except Unavailable:
        return ""


if __name__ == "__main__":
    home, deed, *size = sys.argv[1:]
    start.for_home(Path(home))
    sys.stdout.write(send(int(size[0])) if deed == "send" else read())
