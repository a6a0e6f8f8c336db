"""Start Django for one home: the only place that sets the environment."""

from __future__ import annotations

import os
from pathlib import Path


def for_home(path: Path) -> None:
    """Make Django ready for the node that lives at `path`; once a process."""
    os.environ["LIENLAC_HOME"] = str(path.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "lienlac.site.settings"
    from lienlac.site import sqlite

    sqlite.install()
    import django

    django.setup()
