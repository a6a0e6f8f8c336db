"""One list of names against another on several machines: a part of the long list in the memory of each Ray actor.

Needs the extra `bulk`. Every machine of the cluster reads the long list from the same path, its own lines of it; the
chunks of the other list go to all parts, and what these answer is merged. What is done with a name is
`screening.Screening.answers`, as on one machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac.cli.screening import AHEAD, Found, Lines, Screening, joined, lines
from lienlac.core.errors import Unavailable

if TYPE_CHECKING:
    from lienlac.cli.screening import Answers
    from lienlac.core.names import Wanted


class Part:
    """Some lines of the long list, held by one process of the cluster."""

    def __init__(self, against: Path, first: int, after: int, size: int, wanted: Wanted) -> None:
        from lienlac.core.names import Gallery

        gallery = Gallery(islice(lines(against), first, after))
        self._screening = Screening(gallery, wanted, first=first, size=size)

    def answers(self, chunk: Lines) -> Answers:
        """Return the candidates of each name of a chunk among these lines."""
        return self._screening.answers(chunk)


def bounds(size: int, parts: int) -> list[tuple[int, int]]:
    """Return (first, after the last) of so many parts of a list, as even as can be."""
    ends = [size * at // parts for at in range(parts + 1)]
    return list(pairwise(ends))


def screened(
    every: Iterator[Lines], against: Path, wanted: Wanted, *, parts: int, address: str
) -> Iterator[Found]:
    """Yield what each chunk gives, in order; `address` is that of a cluster, or `local` for this machine alone.

    Raises Unavailable (`engine_missing`) where Ray is not installed.
    """
    engine = _started(address)
    size = sum(1 for _ in lines(against))
    remote = engine.remote(Part)
    held = [remote.remote(against, first, after, size, wanted) for first, after in bounds(size, parts)]
    waiting: deque[tuple[Lines, list[Any]]] = deque()

    def ask(chunk: Lines) -> None:
        waiting.append((chunk, [part.answers.remote(chunk) for part in held]))

    try:
        for chunk in islice(every, AHEAD):
            ask(chunk)
        while waiting:
            chunk, asked = waiting.popleft()
            yield joined(chunk, engine.get(asked), wanted)
            for after in islice(every, 1):
                ask(after)
    finally:
        engine.shutdown()


def _started(address: str) -> Any:
    try:
        import ray
    except ImportError as error:
        raise Unavailable("engine_missing", extra="bulk") from error
    if address == "local":
        ray.init(address="local", include_dashboard=False, log_to_driver=False)
    else:
        ray.init(address=address, log_to_driver=False)
    return ray
