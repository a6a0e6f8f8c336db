"""`lienlac demo --check`: walk the journey in nodes of its own, time each step, say which one did not hold."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from lienlac.cli.demo import stage
from lienlac.cli.demo.cast import PLAYERS, Player
from lienlac.cli.demo.journey import STEPS, Walk
from lienlac.cli.demo.sabotage import SABOTAGES
from lienlac.core.errors import LienlacError


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one step went: seconds, and a few words about what was seen or what did not hold."""

    step: str
    ok: bool
    seconds: float
    told: str


Tell = Callable[[Result], None]


def command(*, as_json: bool, sabotage: str | None) -> int:
    """Check in a temporary directory on free ports; print a table or JSON; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="lienlac-check-") as directory:
        results = check(Path(directory), sabotage=sabotage, tell=_nothing if as_json else _show)
    held = holds(results)
    if as_json:
        click.echo(json.dumps(_as_json(results, sabotage), ensure_ascii=False, indent=1))
    else:
        seconds = sum(one.seconds for one in results)
        click.echo(f"{'Every step held' if held else f'FAILED at {results[-1].step}'} ({seconds:.1f} s).")
    return 0 if held else 1


def check(
    directory: Path,
    *,
    sabotage: str | None = None,
    tell: Tell = lambda _result: None,
    players: tuple[Player, ...] = PLAYERS,
) -> list[Result]:
    """Walk the steps until one does not hold, and leave no process behind.

    `directory` is empty, or holds a demo that was made before by these players and does not run. `sabotage` is a
    step of `SABOTAGES`: what it relies on is broken on the way.
    """
    walk = Walk(stage=stage.placed(directory, players=players))
    results: list[Result] = []
    try:
        for name in STEPS:
            results.append(_take(name, walk, sabotage))
            tell(results[-1])
            if not results[-1].ok:
                break
    finally:
        for one in walk.left_open:
            one.close()
        walk.stage.stop()
    return results


def holds(results: list[Result]) -> bool:
    """Say whether every step was taken and held."""
    return [one.step for one in results if one.ok] == list(STEPS)


def _take(name: str, walk: Walk, sabotage: str | None) -> Result:
    broken = SABOTAGES.get(sabotage or "")
    if broken and broken.before == name:
        broken.act(walk)
    began = time.monotonic()
    try:
        told, ok = STEPS[name](walk), True
    except LienlacError as error:
        told, ok = _why(error), False
    return Result(step=name, ok=ok, seconds=round(time.monotonic() - began, 3), told=told)


def _why(error: LienlacError) -> str:
    """Return code and facts: in the demo everybody is invented, so the facts may be shown."""
    return f"{error.code} {' '.join(f'{name}={value!r}' for name, value in error.facts.items())}".strip()


def _nothing(_result: Result) -> None:
    """JSON is told in one piece at the end."""


def _show(result: Result) -> None:
    click.echo(f"{'ok  ' if result.ok else 'FAIL'}  {result.step:16}{result.seconds:8.2f} s  {result.told}")


def _as_json(results: list[Result], sabotage: str | None) -> dict[str, object]:
    return {
        "ok": holds(results),
        "failed_at": next((one.step for one in results if not one.ok), None),
        "sabotage": sabotage,
        "seconds": round(sum(one.seconds for one in results), 3),
        "steps": [asdict(one) for one in results],
    }
