"""The secrets of a node as files: sealed or open, never lost by a wrong word or a process that ended half way."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienlac.apps.directory.keyfiles import LOCK, KeyFiles, no_passphrase
from lienlac.apps.directory.keystore import FileStore
from lienlac.core.envelope import resting
from lienlac.core.errors import Unauthentic, Unavailable

WORDS, OTHER = "seven dry bamboo rafts", "four long wooden boats"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "SCRYPT_N", 2**4)


def opened(directory: Path, words: str = WORDS) -> KeyFiles:
    """The same files as another process sees them."""
    return KeyFiles(directory, lambda: words)


@pytest.fixture
def made(tmp_path: Path) -> KeyFiles:
    files = opened(tmp_path)
    files.add("node-a.seed", b"a" * 64)
    files.add("peer-door.key", b"-----BEGIN")
    return files


def held(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_open_secrets_need_no_passphrase(made: KeyFiles) -> None:
    assert KeyFiles(made.directory).read("node-a.seed") == b"a" * 64
    assert made.lying_open() == ["node-a.seed", "peer-door.key"]


def test_sealed_secrets_open_with_the_passphrase_alone(made: KeyFiles, tmp_path: Path) -> None:
    assert made.seal(WORDS) == ["node-a.seed", "peer-door.key"]
    assert made.lying_open() == []
    assert b"a" * 64 not in b"".join(held(tmp_path).values())
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert opened(tmp_path).read("node-a.seed") == b"a" * 64
    with pytest.raises(Unauthentic, match="passphrase_wrong"):
        opened(tmp_path, OTHER).read("node-a.seed")
    with pytest.raises(Unavailable, match="keys_locked"):
        KeyFiles(tmp_path, no_passphrase).read("node-a.seed")


def test_the_passphrase_is_asked_once_and_only_where_there_is_a_lock(made: KeyFiles, tmp_path: Path) -> None:
    asked: list[str] = []
    files = KeyFiles(tmp_path, lambda: asked.append("") or WORDS)  # type: ignore[func-returns-value]
    assert files.opened() is None
    files.read("node-a.seed")
    made.seal(WORDS)
    for _ in range(3):
        files.read("node-a.seed")
    assert len(asked) == 1


def test_a_new_secret_of_a_sealed_node_is_sealed_from_the_first_moment(
    made: KeyFiles, tmp_path: Path
) -> None:
    made.seal(WORDS)
    store = FileStore(opened(tmp_path))
    public = store.make("seal")
    assert made.lying_open() == []
    assert FileStore(opened(tmp_path)).unwrapper(public.kid).kid == public.kid


def test_a_wrong_word_changes_nothing(made: KeyFiles, tmp_path: Path) -> None:
    made.seal(WORDS)
    before = held(tmp_path)
    wrong = opened(tmp_path, OTHER)
    for deed in (lambda: wrong.seal(OTHER), lambda: wrong.change_passphrase(WORDS), wrong.unseal):
        with pytest.raises(Unauthentic, match="passphrase_wrong"):
            deed()
    assert held(tmp_path) == before


def test_a_new_passphrase_touches_the_lock_alone(made: KeyFiles, tmp_path: Path) -> None:
    made.seal(WORDS)
    before = held(tmp_path)
    made.change_passphrase(OTHER)
    after = held(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {LOCK}
    assert opened(tmp_path, OTHER).read("node-a.seed") == b"a" * 64
    with pytest.raises(Unauthentic, match="passphrase_wrong"):
        opened(tmp_path).read("node-a.seed")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_sealing_that_was_broken_off_goes_on(
    made: KeyFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    replace, done = KeyFiles._replace, list[str]()

    def until(self: KeyFiles, name: str, content: bytes) -> None:
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(name)
        replace(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(KeyFiles, "_replace", until)
        if steps < 3:
            with pytest.raises(KeyboardInterrupt):
                made.seal(WORDS)
    assert opened(tmp_path).read("node-a.seed") == b"a" * 64
    opened(tmp_path).seal(WORDS)
    assert made.lying_open() == []
    assert opened(tmp_path).read("peer-door.key") == b"-----BEGIN"


def broken_off(files: KeyFiles, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let a process end at a step of adding a secret, without a chance to tidy up."""

    def ends(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", ends)
        if step == "written":
            patch.setattr("os.link", ends)
        with pytest.raises(KeyboardInterrupt):
            files.add("seal-b.seed", b"b" * 64)


@pytest.mark.parametrize("step", ["written", "named"])
def test_what_a_broken_off_process_left_is_seen_and_gone_after_sealing(
    made: KeyFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    broken_off(made, monkeypatch, step)
    (left,) = tmp_path.glob(".*")
    assert left.name in made.lying_open()
    made.seal(WORDS)
    assert not left.exists()
    assert made.lying_open() == []
    assert b"b" * 64 not in b"".join(held(tmp_path).values())
    if step == "named":
        assert opened(tmp_path).read("seal-b.seed") == b"b" * 64


def test_sweeping_takes_no_secret_that_has_its_name(
    made: KeyFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(made, monkeypatch, "named")
    (tmp_path / ".lock.00000000").write_bytes(b"under the old words")
    made.sweep()
    assert held(tmp_path) == {
        "node-a.seed": b"a" * 64,
        "peer-door.key": b"-----BEGIN",
        "seal-b.seed": b"b" * 64,
    }


def test_unsealing_opens_all_or_nothing(made: KeyFiles, tmp_path: Path) -> None:
    made.seal(WORDS)
    broken = tmp_path / "peer-door.key"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-1])
    before = held(tmp_path)
    with pytest.raises(Unauthentic, match="key_file_broken"):
        opened(tmp_path).unseal()
    assert held(tmp_path) == before
    broken.write_bytes(whole)
    assert opened(tmp_path).unseal() == ["node-a.seed", "peer-door.key"]
    assert held(tmp_path) == {"node-a.seed": b"a" * 64, "peer-door.key": b"-----BEGIN"}


def test_a_secret_is_never_overwritten(made: KeyFiles) -> None:
    with pytest.raises(FileExistsError):
        made.add("node-a.seed", b"b" * 64)
    assert made.read("node-a.seed") == b"a" * 64


def test_a_destroyed_key_is_gone_from_file_and_store(tmp_path: Path) -> None:
    files = opened(tmp_path)
    store = FileStore(files)
    public = store.make("seal")
    store.unwrapper(public.kid)
    store.destroy("seal", public.kid)
    store.destroy("seal", public.kid)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Unavailable, match="key_missing"):
        store.unwrapper(public.kid)


def test_a_file_that_holds_another_key_than_its_name_says_is_refused(tmp_path: Path) -> None:
    files = opened(tmp_path)
    store = FileStore(files)
    one, other = store.make("node"), store.make("node")
    (tmp_path / f"node-{one.kid}.seed").write_bytes((tmp_path / f"node-{other.kid}.seed").read_bytes())
    with pytest.raises(Unauthentic, match="key_file_broken"):
        store.signer("node", one.kid)
