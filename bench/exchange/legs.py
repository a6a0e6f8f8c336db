"""Where the time of one urgent message goes: stamps of every process, on the clock that they share.

The processes of a node under measurement, and whoever writes, call `stamped` when they start: where the environment
names a directory, the steps of a message's way are wrapped, and each writes there when it began and ended, and how long
its thread had the processor. A stamp costs some microseconds.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHERE = "LIENLAC_BENCH_STAMPS"

STEPS: Mapping[str, tuple[str, ...]] = {
    "poster": ("lienlac.apps.mailroom.actions:post_all", "lienlac.apps.mailroom.bells:ring"),
    "work": (
        "lienlac.peer.postman:Postman._look",
        "lienlac.peer.rounds:PushRound.walk",
        "lienlac.apps.mailroom.queries:next_batch",
        "lienlac.peer.https.client:HttpsLine.push",
        "lienlac.apps.mailroom.actions:handed_over",
    ),
    "door": (
        "lienlac.peer.https.door:Door._answer",
        "lienlac.peer.receive:parcels",
        "lienlac.apps.mailroom.actions:take_in",
    ),
}
"""The steps of each process by module and name, in the order in which a message meets them."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One step of one process: seconds of the shared clock, and of the processor (0 where a coroutine waits)."""

    home: str
    step: str
    began: float
    ended: float
    cpu_s: float


def stamped(part: str, home: Path) -> None:
    """Wrap the steps of this process, where the environment asks for it."""
    place = os.environ.get(WHERE)
    if not place:
        return
    file = os.open(f"{place}/{home.name}-{part}.stamps", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for step in STEPS[part]:
        module, _, path = step.partition(":")
        *outer, name = path.split(".")
        holder: Any = functools.reduce(getattr, outer, importlib.import_module(module))
        setattr(holder, name, _wrapped(getattr(holder, name), f"{home.name} {path}", file))


def _wrapped(step: Callable[..., Any], name: str, file: int) -> Callable[..., Any]:
    def note(began: float, cpu_s: float) -> None:
        os.write(file, f"{name} {began:.6f} {time.monotonic():.6f} {cpu_s:.6f}\n".encode())

    @functools.wraps(step)
    async def waited(*args: Any, **more: Any) -> Any:
        began = time.monotonic()
        answer = await step(*args, **more)
        note(began, 0.0)
        return answer

    @functools.wraps(step)
    def done(*args: Any, **more: Any) -> Any:
        began, cpu = time.monotonic(), time.thread_time()
        answer = step(*args, **more)
        note(began, time.thread_time() - cpu)
        return answer

    return waited if inspect.iscoroutinefunction(step) else done


def read(place: Path) -> list[Stamp]:
    """Return the stamps of all processes, in the order in which the steps began."""
    found = list[Stamp]()
    for file in place.glob("*.stamps"):
        for line in file.read_text().splitlines():
            home, step, *times = line.split()
            began, ended, cpu_s = map(float, times)
            found.append(Stamp(home=home, step=step, began=began, ended=ended, cpu_s=cpu_s))
    return sorted(found, key=lambda one: one.began)
