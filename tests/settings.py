"""The settings of a node, in a home made for this test run.

`LIENLAC_TEST_DATABASE` names a PostgreSQL server; without it the database is a SQLite file, as on a node.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from lienlac.site import home as homes
from tests.compiled import compile_changed

compile_changed()
_path = Path(tempfile.mkdtemp(prefix="lienlac-test-"))
atexit.register(shutil.rmtree, _path, ignore_errors=True)
homes.write(
    homes.Home(
        path=_path / "node",
        node="vn-tra-linh",
        country="VN",
        time_zone="Asia/Ho_Chi_Minh",
        language="vi",
        training=True,
        desk=homes.Door(host="testserver", port=80),
        peer=homes.Door(host="127.0.0.1", port=9),
        database=os.environ.get("LIENLAC_TEST_DATABASE", ""),
        offices=("vn-tra-linh",),
    )
)
os.environ["LIENLAC_HOME"] = str(_path / "node")

from lienlac.site.settings import *  # noqa: E402, F403

# The slow hash protects passwords of people; there are none here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Test databases are made as a node's is, at once: `tests/conftest.py` notes the steps, `tests/site/test_tables.py`
# takes them.
DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False  # noqa: F405
