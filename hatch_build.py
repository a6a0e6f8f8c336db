"""Make what is not kept in git when the package is built: compiled catalogues and compressed static files.

Runs for a wheel and for the editable install of a clone alike; `uv` runs it again when a source changes
(`tool.uv.cache-keys` in pyproject.toml), so nothing is compiled or compressed when a node starts.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path(__file__).parent / "src" / "lienlac"
COMPRESSIBLE = frozenset({".css", ".js", ".svg"})


class CustomBuildHook(BuildHookInterface):
    """Hatch calls `initialize` before it collects files."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Write *.mo beside *.po and *.gz beside css, js and svg, and put both into the wheel."""
        made = [*compile_catalogues(PACKAGE), *compress(PACKAGE / "web" / "static")]
        root = Path(__file__).parent
        build_data["artifacts"].extend(path.relative_to(root).as_posix() for path in made)


def compile_catalogues(package: Path) -> list[Path]:
    """Compile every gettext catalogue below `package`."""
    made = []
    for source in sorted(package.glob("locale*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        polib.pofile(str(source)).save_as_mofile(str(target))
        made.append(target)
    return made


def compress(static: Path) -> list[Path]:
    """Compress text files, reproducibly (no time in the header)."""
    made = []
    for source in sorted(path for path in static.rglob("*") if path.suffix in COMPRESSIBLE):
        target = source.with_name(source.name + ".gz")
        target.write_bytes(gzip.compress(source.read_bytes(), compresslevel=9, mtime=0))
        made.append(target)
    return made
