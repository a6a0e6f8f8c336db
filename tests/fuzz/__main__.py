"""python -m tests.fuzz [--inputs N] [--seed S] [--parser NAME [--number N]]: spread N inputs over all parsers.

Ends with 1 and prints seed, number and bytes of every finding; `--parser` and `--number` give one input again.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.running import Parser, Told, bounded_memory, input_of, run


def main() -> int:
    """Read the arguments, run, tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--inputs", type=int, default=20_000)
    asked.add_argument("--seed", default=str(int(time.time())))
    asked.add_argument("--parser", default="")
    asked.add_argument("--number", type=int, default=-1)
    chosen = asked.parse_args()
    from tests.fuzz.parsers import table

    parsers = [one for one in table() if chosen.parser in ("", one.name)]
    if chosen.number >= 0:
        raw = input_of(parsers[0], chosen.seed, chosen.number)
        print(raw)
        print(parsers[0].read(raw))
        return 0
    print(f"seed {chosen.seed}", flush=True)
    shares = sum(one.share for one in parsers)
    with bounded_memory():
        told = [whole(one, chosen.inputs * one.share // shares + 1, chosen.seed) for one in parsers]
    found = [one for each in told for one in each.found]
    print(f"{sum(one.inputs for one in told)} inputs, {len(found)} findings")
    return 1 if found else 0


def whole(parser: Parser, inputs: int, seed: str) -> Told:
    """Run a parser's share, and say what became of it."""
    began = time.monotonic()
    told = run(parser, range(inputs), seed=seed)
    rate = inputs / max(time.monotonic() - began, 1e-9)
    print(
        f"{parser.name:30} {inputs:9} inputs {told.read:9} read  slowest {told.slowest_s * 1000:7.1f} ms"
        f"  {rate:8.0f}/s  {len(told.found)} findings",
        flush=True,
    )
    for one in told.found[:5]:
        print(
            f"  --seed {seed} --parser '{one.parser}' --number {one.number}: {one.error}\n  {one.raw[:600]!r}"
        )
    return told


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    sys.exit(main())
