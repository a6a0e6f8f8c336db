"""What may stand on a disk after a power cut, by the loosest rules that POSIX allows.

A file is pages of 4096 bytes. Since the last sync that came back each page has had some versions. After a cut it
holds any one of them, or the synced one, or is torn: some sectors of 512 bytes of one, some of another; each page for
itself, in no order. The file has any of the lengths that it had. A name that was made or unlinked stands, or does not,
until its directory is synced. Real file systems promise more; nothing here leans on it.

After a sync that failed the kernel calls its pages clean though the disk may not have them (fsyncgate, 2018): no later
sync brings them there, until a page is written again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.storage.tape import Kind, Record

PAGE, SECTOR = 4096, 512
BLANK = bytes(PAGE)


@dataclass(kw_only=True, eq=False)
class File:
    """A file as the kernel holds it (`pages`), as it is surely on the disk (`synced`), and what lies between them."""

    pages: dict[int, bytes] = field(default_factory=dict)
    size: int = 0
    synced: dict[int, bytes] = field(default_factory=dict)
    synced_size: int = 0
    versions: dict[int, list[tuple[int, bytes]]] = field(
        default_factory=dict
    )  # numbered: which change it was
    doubtful: dict[int, list[bytes]] = field(default_factory=dict)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    changes: int = 0

    @classmethod
    def of(cls, content: bytes) -> File:
        """Return a file that is on the disk."""
        pages = {
            number: content[at : at + PAGE].ljust(PAGE, b"\0")
            for number, at in enumerate(range(0, len(content), PAGE))
        }
        return cls(pages=dict(pages), size=len(content), synced=pages, synced_size=len(content))

    def write(self, at: int, raw: bytes) -> None:
        """Change bytes; every page that is touched has one version more."""
        self.changes += 1
        end = at + len(raw)
        for number in range(at // PAGE, -(-end // PAGE)):
            page, start = self.pages.get(number, BLANK), number * PAGE
            first, last = max(at, start), min(end, start + PAGE)
            self._turn(number, page[: first - start] + raw[first - at : last - at] + page[last - start :])
        self._resize(max(self.size, end))

    def cut_to(self, size: int) -> None:
        """Make it shorter, or longer with zeros."""
        self.changes += 1
        for number in [one for one in self.pages if (one + 1) * PAGE > size]:
            kept = max(0, size - number * PAGE)
            self._turn(number, self.pages[number][:kept].ljust(PAGE, b"\0"))
        self._resize(size)

    def _turn(self, number: int, page: bytes) -> None:
        self.versions.setdefault(number, []).append((self.changes, page))
        self.pages[number] = page

    def _resize(self, size: int) -> None:
        if size != self.size:
            self.sizes.append((self.changes, size))
            self.size = size

    def sync(self, until: int) -> None:
        """What was changed until then is on the disk."""
        for number, page in self._settled(until).items():
            self.synced[number] = page[-1]
            self.doubtful.pop(number, None)
        for _, size in [one for one in self.sizes if one[0] <= until]:
            self.synced_size = size
        self.sizes = [one for one in self.sizes if one[0] > until]

    def fail_to_sync(self, until: int) -> None:
        """What was changed until then may be on the disk, and will not be brought there."""
        for number, pages in self._settled(until).items():
            self.doubtful.setdefault(number, []).extend(pages)

    def _settled(self, until: int) -> dict[int, list[bytes]]:
        """Take out the versions until a change."""
        found = dict[int, list[bytes]]()
        for number, versions in list(self.versions.items()):
            if done := [page for change, page in versions if change <= until]:
                found[number] = done
                self.versions[number] = versions[len(done) :]
                if not self.versions[number]:
                    del self.versions[number]
        return found

    def after_a_cut(self, chance: random.Random) -> bytes:
        """Return what may stand there."""
        content = dict(self.synced)
        for number in sorted({*self.versions, *self.doubtful}):
            newer = [page for _, page in self.versions.get(number, [])]
            content[number] = _any_of(
                [self.synced.get(number, BLANK), *self.doubtful.get(number, []), *newer], chance
            )
        size = chance.choice([self.synced_size, *(size for _, size in self.sizes)])
        return _joined(content, size)

    def held(self) -> bytes:
        """Return what every process reads there."""
        return _joined(self.pages, self.size)


def _joined(pages: dict[int, bytes], size: int) -> bytes:
    return b"".join(pages.get(number, BLANK) for number in range(-(-size // PAGE)))[:size]


def _any_of(versions: list[bytes], chance: random.Random) -> bytes:
    one, other = chance.choice(versions), chance.choice(versions)
    if chance.random() < 0.5 or one == other:
        return one
    starts = range(0, PAGE, SECTOR)
    return b"".join(chance.choice((one, other))[at : at + SECTOR] for at in starts)


@dataclass(kw_only=True)
class Disk:
    """Files by their names, as the kernel has them; and what a name may stand for on the disk (None: nothing)."""

    names: dict[str, File] = field(default_factory=dict)
    entries: dict[str, list[tuple[int, File | None]]] = field(default_factory=dict)
    syncs: dict[tuple[int, str], int] = field(default_factory=dict)  # by thread and name: until which change
    changes: int = 0

    @classmethod
    def of(cls, files: Iterable[Path]) -> Disk:
        """Return a disk that has these files, synced."""
        disk = cls()
        for path in files:
            disk.names[str(path)] = file = File.of(path.read_bytes())
            disk.entries[str(path)] = [(0, file)]
        return disk

    def play(self, record: Record) -> None:
        """Let happen what a record says."""
        if record.kind in (Kind.MADE, Kind.UNLINKED):
            self._enter(record.name, File() if record.kind is Kind.MADE else None)
        elif file := self._file(record):
            self._change(file, record)
        elif record.kind is Kind.SYNC_BEGAN:
            self.syncs[record.thread, record.name] = self.changes
        elif record.kind is Kind.SYNCED:
            self._sync_directory(record.name, self.syncs.pop((record.thread, record.name)))

    def _enter(self, name: str, file: File | None) -> None:
        self.changes += 1
        self.names.pop(name, None)
        if file is not None:
            self.names[name] = file
        self.entries.setdefault(name, [(0, None)]).append((self.changes, file))

    def _file(self, record: Record) -> File | None:
        """Return the file of that name; one that whoever looked on has made is on the disk, empty."""
        if record.kind is Kind.WRITTEN and record.name not in self.names:
            self.names[record.name] = file = File()
            self.entries[record.name] = [(0, file)]
        return self.names.get(record.name)

    def _change(self, file: File, record: Record) -> None:
        key = (record.thread, record.name)
        match record.kind:
            case Kind.WRITTEN:
                file.write(record.at, record.raw)
            case Kind.CUT_TO:
                file.cut_to(record.at)
            case Kind.SYNC_BEGAN:
                self.syncs[key] = file.changes
            case Kind.SYNCED:
                file.sync(self.syncs.pop(key))
            case Kind.SYNC_FAILED:
                file.fail_to_sync(self.syncs.pop(key))

    def _sync_directory(self, directory: str, until: int) -> None:
        for name, entries in self.entries.items():
            if str(Path(name).parent) == directory:
                passed = [one for one in entries if one[0] <= until]
                self.entries[name] = [passed[-1], *entries[len(passed) :]]

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return what may be found there, by names."""
        found = {name: chance.choice(entries)[1] for name, entries in self.entries.items()}
        return {name: file.after_a_cut(chance) for name, file in found.items() if file is not None}

    def held(self) -> dict[str, bytes]:
        """Return what is found there when no cut comes, by names."""
        return {name: file.held() for name, file in self.names.items()}
