"""The command examines an export with the one file that a stranger would use."""

import tomllib
from pathlib import Path

import pytest
from django.utils import timezone
from tests.peer.bundle.world import ROOT, lienlac
from tests.verifier import exchange_sample as sample

from lienlac.apps.directory.models import Node
from lienlac.cli import audit


def test_the_wheel_carries_the_very_file_that_stands_alone() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    carried = told["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    in_wheel = audit.PLACES[0].relative_to(audit.PACKAGE.parent).as_posix()
    assert carried == {"verifier/lienlac_verify.py": in_wheel}
    assert audit.PLACES[1] == ROOT / "verifier" / "lienlac_verify.py"
    assert audit.PLACES[1].exists()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"".join(sample.export(sample.deeds())))
    return file


@pytest.mark.processes
def test_an_export_that_holds_is_said_to_hold(export: Path) -> None:
    assert lienlac("audit", "verify", export).startswith("HOLDS\n")


@pytest.mark.processes
def test_a_line_that_was_dropped_is_named(export: Path) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join([*lines[:5], *lines[6:]]))
    assert "line" in lienlac("audit", "verify", export, expect=1)


@pytest.mark.django_db
def test_of_a_partner_of_whom_no_key_holds_no_fingerprint_is_left_blank() -> None:
    bare = Node(code="cn-jingxi", country="CN", introduced_at=timezone.now())
    bare.save()
    assert audit._on_paper(bare) == "  cn-jingxi  no key holds: the file names those that were revoked"
