"""A release that is not what its makers signed is not installed, and one that breaks off leaves nothing behind."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "install.sh"
BROKEN_PYTHON = """#!/bin/sh
if [ "$2" = -c ]; then exit 0; fi
mkdir -p "$4/bin" && echo "as if the disk were full" >&2
exit 1
"""

PYTHON_OF_PAPER = """#!/bin/sh
if [ "$2" = -c ]; then exit 0; fi
mkdir -p "$4/bin"
printf '#!/bin/sh\\n' | tee "$4/bin/python" > "$4/bin/lienlac"
{more}
chmod 755 "$4/bin/python" "$4/bin/lienlac"
"""


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def key_pair(place: Path, name: str) -> tuple[Path, Path]:
    private, public = place / f"{name}.pem", place / f"{name}.pub"
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    return private, public


def sign(release: Path, private: Path) -> None:
    files = sorted(
        one for one in release.rglob("*") if one.is_file() and not one.name.startswith("SHA256SUMS")
    )
    lines = (f"{sha256(one.read_bytes()).hexdigest()}  ./{one.relative_to(release)}\n" for one in files)
    (release / "SHA256SUMS").write_text("".join(lines))
    openssl(
        "pkeyutl",
        "-sign",
        "-rawin",
        "-inkey",
        private,
        "-in",
        release / "SHA256SUMS",
        "-out",
        release / "SHA256SUMS.sig",
    )


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path, "ours")


@pytest.fixture
def release(tmp_path: Path, keys: tuple[Path, Path]) -> Path:
    """Give a signed release with one wheel."""
    made = tmp_path / "release"
    (made / "wheels").mkdir(parents=True)
    (made / "wheels" / "good-1-py3-none-any.whl").write_bytes(b"good")
    (made / "VERSION").write_text("1.2.3\n")
    shutil.copy(SCRIPT, made)
    sign(made, keys[0])
    return made


def install(
    release: Path, public: Path, prefix: Path, python: str = "python3", umask: int = -1
) -> subprocess.CompletedProcess[str]:
    words = [str(release / "install.sh"), str(public), str(prefix)]
    surroundings = {"PATH": "/usr/bin:/bin", "PYTHON": python}
    return subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False, umask=umask)


def python_of_paper(place: Path, more: str = "") -> str:
    """Give a Python whose every step goes well, so that the steps after it are what is tried."""
    python = place / "python"
    python.write_text(PYTHON_OF_PAPER.format(more=more))
    python.chmod(0o755)
    return str(python)


def with_pages(release: Path, private: Path) -> None:
    for name in ("doc", "systemd"):
        (release / name).mkdir()
        (release / name / "one").write_text("")
        (release / name / "one").chmod(0o600)
    (release / "sbom.cdx.json").write_text("{}")
    sign(release, private)


def changed_wheel(release: Path) -> None:
    (release / "wheels" / "good-1-py3-none-any.whl").write_bytes(b"evil")


def wheel_more(release: Path) -> None:
    (release / "wheels" / "evil-1-py3-none-any.whl").write_bytes(b"evil")


def link_more(release: Path) -> None:
    (release / "wheels" / "evil.whl").symlink_to("/etc/hostname")


def sums_below(release: Path) -> None:
    (release / "wheels" / "SHA256SUMS").write_bytes(b"hidden under a name that is left out")


def wheel_less(release: Path) -> None:
    (release / "wheels" / "good-1-py3-none-any.whl").unlink()


def other_sums(release: Path) -> None:
    changed_wheel(release)
    sums = release / "SHA256SUMS"
    sums.write_text(sums.read_text().replace(sha256(b"good").hexdigest(), sha256(b"evil").hexdigest()))


def no_signature(release: Path) -> None:
    (release / "SHA256SUMS.sig").unlink()


def signed_by_another(release: Path) -> None:
    other_sums(release)
    sign(release, key_pair(release.parent, "theirs")[0])


ATTACKS = (
    changed_wheel,
    wheel_more,
    link_more,
    sums_below,
    wheel_less,
    other_sums,
    no_signature,
    signed_by_another,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
def test_a_release_that_was_touched_is_refused(
    attack: Callable[[Path], None], release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    attack(release)
    said = install(release, keys[1], tmp_path / "prefix")
    assert said.returncode == 1
    assert "REFUSED" in said.stderr
    assert not (tmp_path / "prefix").exists()


def test_a_key_out_of_the_release_itself_decides_nothing(release: Path, tmp_path: Path) -> None:
    private, public = key_pair(release, "theirs")
    private.rename(tmp_path / "theirs.pem")
    sign(release, tmp_path / "theirs.pem")
    said = install(release, public, tmp_path / "prefix")
    assert "the key lies in the release itself" in said.stderr
    assert not (tmp_path / "prefix").exists()


def test_a_link_to_the_release_hides_no_key_of_its_own(release: Path, tmp_path: Path) -> None:
    private, public = key_pair(release, "theirs")
    private.rename(tmp_path / "theirs.pem")
    sign(release, tmp_path / "theirs.pem")
    link = tmp_path / "link"
    link.symlink_to(release)
    said = install(link, link / public.name, tmp_path / "prefix")
    assert "the key lies in the release itself" in said.stderr
    assert not (tmp_path / "prefix").exists()


def test_what_breaks_off_leaves_nothing_and_the_version_before_stays(
    release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(BROKEN_PYTHON)
    python.chmod(0o755)
    before = tmp_path / "prefix" / "1.2.2"
    before.mkdir(parents=True)
    said = install(release, keys[1], tmp_path / "prefix", str(python))
    assert "as if the disk were full" in said.stderr, "it was looked at, found good, and begun"
    assert said.returncode == 1
    assert list((tmp_path / "prefix").iterdir()) == [before]


def test_a_version_that_is_there_is_left_alone(
    release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "prefix" / "1.2.3").mkdir(parents=True)
    said = install(release, keys[1], tmp_path / "prefix")
    assert "is there already" in said.stderr
    assert (tmp_path / "prefix" / "1.2.3").exists()


def test_what_root_installs_others_may_read_whatever_roots_umask_is(
    release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    with_pages(release, keys[0])
    said = install(release, keys[1], tmp_path / "prefix", python_of_paper(tmp_path), umask=0o077)
    assert (said.returncode, said.stderr) == (0, "")
    assert "Installed in" in said.stdout
    made = [tmp_path / "prefix", *(tmp_path / "prefix").rglob("*")]
    assert [one for one in made if one.stat().st_mode & 0o044 != 0o044] == []


def test_pages_that_cannot_be_copied_are_no_success(
    release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    with_pages(release, keys[0])
    shutil.rmtree(release / "doc")
    sign(release, keys[0])
    said = install(release, keys[1], tmp_path / "prefix", python_of_paper(tmp_path))
    assert said.returncode == 1
    assert "Installed" not in said.stdout
    assert list((tmp_path / "prefix").iterdir()) == []


def test_what_is_told_to_stop_stops_and_leaves_nothing(
    release: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    with_pages(release, keys[0])
    stopping = """echo 'kill -TERM $PPID' >> "$4/bin/lienlac\""""
    said = install(release, keys[1], tmp_path / "prefix", python_of_paper(tmp_path, stopping))
    assert said.returncode == 1
    assert "Installed" not in said.stdout
    assert list((tmp_path / "prefix").iterdir()) == []
