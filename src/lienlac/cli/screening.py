"""One list of names against another on all cores of a machine, for `lienlac names screen`.

The list that is searched is read once and shared by processes that fork from this one. The other goes through in
chunks of lines; what they give comes out in the order of the lines. With a file to write to, the work can be killed at
any moment and goes on: what is written is noted after each chunk, beside the file.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing.pool import Pool
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lienlac.core.errors import Malformed, Refused

if TYPE_CHECKING:
    from lienlac.core.names import Candidate, Gallery, Wanted

    Answers = list[tuple[Candidate, ...] | None]  # of the names of a chunk, in order

CHUNK = 100  # lines
AHEAD = 4  # chunks a process, given out before the first of them is back

Lines = list[tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a chunk gave: its candidates as lines of JSON, how many lines it had, and how many were no names."""

    text: str
    lines: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job is: lines done, lines that were no names, bytes written."""

    job: str
    lines: int = 0
    refused: int = 0
    size: int = 0


class Screening:
    """A list to search in, and what is wanted of each name.

    Where it is a part of a longer list, `first` is the place of its first name there, `size` the names of that list.
    """

    def __init__(self, gallery: Gallery, wanted: Wanted, *, first: int = 0, size: int | None = None) -> None:
        self._gallery, self._wanted, self._first, self._size = gallery, wanted, first, size

    def found(self, chunk: Lines) -> Found:
        """Return what a chunk of (number, name) gives."""
        return joined(chunk, [self.answers(chunk)], self._wanted)

    def answers(self, chunk: Lines) -> Answers:
        """Return the candidates of each name of a chunk here, None for what is no name."""
        return [self._candidates(name) for _, name in chunk]

    def _candidates(self, name: str) -> tuple[Candidate, ...] | None:
        from lienlac.core.names import candidates

        try:
            return candidates(self._gallery, name, self._wanted, first=self._first, size=self._size)
        except Malformed:
            return None

    def chunks(self, every: Iterator[Lines], jobs: int) -> Iterator[Found]:
        """Yield what each chunk gives, in order, by so many processes; never more than a few chunks are held."""
        if jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
            yield from map(self.found, every)
            return
        with _forked(self, jobs) as pool:
            waiting = deque(pool.apply_async(_found, (chunk,)) for chunk in islice(every, AHEAD * jobs))
            while waiting:
                yield waiting.popleft().get()
                waiting.extend(pool.apply_async(_found, (chunk,)) for chunk in islice(every, 1))


def joined(chunk: Lines, parts: list[Answers], wanted: Wanted) -> Found:
    """Return what a chunk gives when each part of the list has answered."""
    from lienlac.core.names import merged

    told, refused = [], 0
    for (number, name), *answers in zip(chunk, *parts, strict=True):
        found = [one for one in answers if one is not None]
        told += [_told(number, one) for one in merged(found, wanted)]
        refused += bool(not found and name.strip())
    return Found(text="".join(told), lines=len(chunk), refused=refused)


_shared: list[Screening] = []  # what the processes that fork from this one find


@contextmanager
def _forked(screening: Screening, jobs: int) -> Iterator[Pool]:
    gc.freeze()  # so that a collection in a child touches no page that it shares
    _shared.append(screening)
    try:
        with multiprocessing.get_context("fork").Pool(jobs, _begin) as pool:
            yield pool
    finally:
        _shared.clear()
        gc.unfreeze()


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are the parent's
    gc.disable()  # what a line leaves is no cycle; looked for after each chunk, not between steps


def _found(chunk: Lines) -> Found:
    found = _shared[0].found(chunk)
    gc.collect()
    return found


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lines(file: Path) -> Iterator[str]:
    """Yield the lines of a file; Malformed `file_encoding` where it is not UTF-8."""
    with file.open(encoding="utf-8-sig") as opened:
        try:
            yield from (line.removesuffix("\n") for line in opened)
        except UnicodeDecodeError as error:
            raise Malformed("file_encoding") from error


def numbered(file: Path, done: int) -> Iterator[Lines]:
    """Yield the lines of a file after so many, in chunks, counted from 1."""
    every = islice(enumerate(lines(file), start=1), done, None)
    while chunk := list(islice(every, CHUNK)):
        yield chunk


def _told(number: int, one: Candidate) -> str:
    """Return one candidate as a line: both line numbers, and how the names agree; never the name that was asked."""
    facts = asdict(one)
    told = {"line": number, "against_line": facts.pop("at") + 1, "against_name": facts.pop("name")}
    for name, digits in (("score", 3), ("probability", 3), ("expected_namesakes", 4)):
        facts[name] = round(facts[name], digits)
    return json.dumps(told | facts, ensure_ascii=False) + "\n"


def job_of(file: Path, against: Path, wanted: Wanted) -> str:
    """Return the digest of a job: of both lists and of what is wanted."""
    found = hashlib.sha256(json.dumps(asdict(wanted), sort_keys=True).encode())
    for one in (file, against):
        with one.open("rb") as opened:
            found.update(hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()


class Output:
    """The file that candidates are written to, and the note beside it of how far the job is."""

    def __init__(self, path: Path, job: str) -> None:
        self._path, self._note = path, path.with_name(path.name + ".progress")
        self.progress = self._noted(job)

    def _noted(self, job: str) -> Progress:
        if not self._note.exists():
            found = Progress(job="" if self._path.exists() else job)
        else:
            found = Progress(**json.loads(self._note.read_text(encoding="ascii")))
        if found.job != job:
            raise Refused("output_of_another_job", path=str(self._path))
        return found

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file where the note says that it ends; what a killed process wrote beyond is cut off."""
        flags = os.O_RDWR | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            file.truncate(self.progress.size)
            file.seek(self.progress.size)
            self._keep()
            yield file

    def add(self, file: BinaryIO, found: Found) -> None:
        """Write what a chunk gave, then note it."""
        file.write(found.text.encode())
        file.flush()
        os.fsync(file.fileno())
        before = self.progress
        self.progress = Progress(
            job=before.job,
            lines=before.lines + found.lines,
            refused=before.refused + found.refused,
            size=file.tell(),
        )
        self._keep()

    def _keep(self) -> None:
        fresh = self._note.with_name(self._note.name + ".new")
        fresh.write_text(json.dumps(asdict(self.progress)), encoding="ascii")
        fresh.replace(self._note)

    def finish(self) -> None:
        """Take the note away: the file is whole."""
        self._note.unlink()
