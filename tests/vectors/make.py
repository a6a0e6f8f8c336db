"""Write the files of vectors that have fixed bytes, or those named: python -m tests.vectors.make [bundle …].

Each is one JSON object; byte strings are hex. Private keys in them are seeds of invented nodes. What a file holds is
said by the module of its name in `tests/vectors/making`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIXED = ("bytes", "messages", "lane", "transport", "relay", "ledger", "card", "directory", "roots", "export")
SEALED = ("bundle", "lasting", "letter")  # random keys, random signatures: made once


def made(name: str) -> Any:
    """Return what the node makes now, as a reader of the file would have it."""
    return json.loads(json.dumps(import_module(f"tests.vectors.making.of_{name}").vectors()))


def kept(name: str) -> Any:
    """Return what stands in the file."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def main(names: list[str]) -> None:
    """Write the files."""
    for name in names or FIXED:
        text = json.dumps(made(name), ensure_ascii=True, indent=1)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()  # the doors' modules import the apps; no database is touched
    main(sys.argv[1:])
