"""Start Django for one home: the only place that sets the environment."""

from __future__ import annotations

import os
from pathlib import Path

# We read single characters only: the phrases of pypinyin would cost each process 45 MB and a good part of its start.
LEAN = {"PYPINYIN_NO_PHRASES": "true", "PYPINYIN_NO_DICT_COPY": "true"}


def for_home(path: Path) -> None:
    """Make Django ready for the node that lives at `path`; once a process."""
    os.environ["LIENLAC_HOME"] = str(path.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "lienlac.site.settings"
    os.environ.update(LEAN)
    from lienlac.site import sqlite

    sqlite.install()
    import django

    django.setup()
