"""The encrypted file of backups: whole or refused."""

import os
import tarfile

import pytest

from lienlac.cli import archive
from lienlac.core.envelope import resting
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic

WORDS = "seven dry bamboo rafts"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch):
    """Half a second a key would be minutes in all; one test below uses the real cost."""
    monkeypatch.setattr(resting, "SCRYPT_N", 2**4)
    monkeypatch.setattr(archive, "PIECE_BYTES", 4096)


def sample(tmp_path, size=10_000):
    (tmp_path / "in" / "keys").mkdir(parents=True)
    (tmp_path / "in" / "node.toml").write_bytes(b"node = 1\n")
    (tmp_path / "in" / "keys" / "a.seed").write_bytes(os.urandom(size))
    file = tmp_path / "archive"
    with archive.writing(file, WORDS) as target:
        for found, name in archive.files_below(tmp_path / "in", ()):
            archive.add(target, found, name)
    return file


def unpacked(tmp_path, file, words=WORDS):
    directory = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
    directory.mkdir()
    archive.unpack(file, words, directory)
    return directory


@pytest.mark.parametrize("size", [0, 1, 4096, 8192, 100_000])
def test_what_was_put_in_comes_out(tmp_path, size):
    out = unpacked(tmp_path, sample(tmp_path, size))
    for name in ("node.toml", "keys/a.seed"):
        assert (out / name).read_bytes() == (tmp_path / "in" / name).read_bytes()
    assert (out / "keys" / "a.seed").stat().st_mode & 0o777 == 0o600
    assert (out / "keys").stat().st_mode & 0o777 == 0o700


def test_nobody_else_may_read_the_file(tmp_path):
    assert sample(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_wrong_passphrase_opens_nothing(tmp_path):
    with pytest.raises(Unauthentic, match="archive_does_not_open"):
        unpacked(tmp_path, sample(tmp_path), "seven wet bamboo rafts")


def test_a_changed_byte_anywhere_is_refused(tmp_path):
    file = sample(tmp_path)
    raw = file.read_bytes()
    for place in [*range(60), *range(60, len(raw), 97), len(raw) - 1]:
        altered = bytearray(raw)
        altered[place] ^= 1
        file.write_bytes(altered)
        with pytest.raises(LienlacError):
            unpacked(tmp_path, file)


def test_a_file_cut_anywhere_is_refused(tmp_path):
    file = sample(tmp_path)
    raw = file.read_bytes()
    chunk = 4096 + archive.TAG_BYTES
    head = len(archive.MAGIC) + archive.SALT_BYTES
    for length in [0, 5, head - 1, head, *range(head + chunk, len(raw), chunk), *range(head, len(raw), 501)]:
        file.write_bytes(raw[:length])
        with pytest.raises(LienlacError):
            unpacked(tmp_path, file)


def test_chunks_cannot_change_places(tmp_path):
    file = sample(tmp_path)
    raw = file.read_bytes()
    head, chunk = len(archive.MAGIC) + archive.SALT_BYTES, 4096 + archive.TAG_BYTES
    first, second = raw[head : head + chunk], raw[head + chunk : head + 2 * chunk]
    file.write_bytes(raw[:head] + second + first + raw[head + 2 * chunk :])
    with pytest.raises(Unauthentic):
        unpacked(tmp_path, file)


def test_what_is_no_archive_or_a_newer_one_is_called_so(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(Malformed, match="not_an_archive"):
        unpacked(tmp_path, file)
    file.write_bytes(archive.MAGIC.replace(b"/1", b"/2") + bytes(100))
    with pytest.raises(NotUnderstood, match="newer_archive"):
        unpacked(tmp_path, file)


@pytest.mark.parametrize("name", ["../node.toml", "/etc/passwd", "keys/../../x", "keys//x", "a b", "."])
def test_no_name_leads_out_of_the_directory(tmp_path, name):
    file = tmp_path / "archive"
    with archive.writing(file, WORDS) as target:
        target.addfile(tarfile.TarInfo(name))
    with pytest.raises(Malformed, match="archive_name"):
        unpacked(tmp_path, file)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_nothing_but_regular_files_comes_out(tmp_path, kind):
    file = tmp_path / "archive"
    member = tarfile.TarInfo("keys")
    member.type, member.linkname = kind, "/etc/passwd"
    with archive.writing(file, WORDS) as target:
        target.addfile(member)
    with pytest.raises(Malformed, match="archive_name"):
        unpacked(tmp_path, file)


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(Malformed, match="passphrase_short"), archive.writing(tmp_path / "file", "bamboo"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_no_file(tmp_path):
    with pytest.raises(RuntimeError), archive.writing(tmp_path / "file", WORDS):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_guessing_a_passphrase_costs_memory_and_time(tmp_path, monkeypatch):
    monkeypatch.undo()
    assert resting.SCRYPT_N == 2**17
    assert unpacked(tmp_path, sample(tmp_path)).joinpath("node.toml").read_bytes() == b"node = 1\n"
