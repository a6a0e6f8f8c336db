"""A probe and what came of it: values, and how they are told. No line and no database here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from lienlac.core.errors import LienlacError

Ground = TypeVar("Ground")
Ask: TypeAlias = Callable[[Ground], str]
MARK = {True: "ok  ", False: "BAD "}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise of the documents, and what shows that it is kept.

    `expected` is what must be found (`401 stranger`, `refused RF02`). With `any_code` its first word alone decides: the
    documents leave the rest open.
    """

    name: str
    promise: str
    expected: str
    any_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Probe(Promise, Generic[Ground]):
    """A promise that is tried by asking; `ask` returns what was found, in the writing of `expected`."""

    ask: Ask[Ground]


def probe(
    name: str, promise: str, expected: str, ask: Ask[Ground], *, any_code: bool = False
) -> Probe[Ground]:
    """Write one row of a table of probes."""
    return Probe(name=name, promise=promise, expected=expected, ask=ask, any_code=any_code)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a probe found."""

    name: str
    promise: str
    expected: str
    found: str
    passed: bool


def judge(one: Promise, found: str) -> Result:
    """Compare what was found with what was promised."""
    same = found.split(" ")[0] == one.expected.split(" ")[0] if one.any_code else found == one.expected
    return Result(name=one.name, promise=one.promise, expected=one.expected, found=found, passed=same)


def run(probes: Iterable[Probe[Ground]], ground: Ground) -> list[Result]:
    """Try each probe in its turn; an answer that cannot be read is found as the code of its error."""
    return [judge(one, _found(one, ground)) for one in probes]


def _found(one: Probe[Ground], ground: Ground) -> str:
    try:
        return one.ask(ground)
    except LienlacError as error:
        return error.code


def as_json(partner: str, url: str, results: Sequence[Result]) -> str:
    """Return the results for scripts."""
    failed = sum(not one.passed for one in results)
    told = {"partner": partner, "url": url, "passed": len(results) - failed, "failed": failed}
    return json.dumps(told | {"probes": [vars(one) for one in results]}, indent=1)


def as_text(partner: str, url: str, results: Sequence[Result]) -> str:
    """Return the results for people, one line a probe, and what was found instead beneath."""
    lines = []
    for one in results:
        lines.append(f"{MARK[one.passed]} {one.name:<32} {one.promise}")
        if not one.passed:
            lines.append(f"     {'':<32} expected {one.expected}; found {one.found}")
    failed = sum(not one.passed for one in results)
    end = (
        f"{failed} of {len(results)} promises are not kept"
        if failed
        else f"all {len(results)} promises are kept"
    )
    return "\n".join([*lines, f"{partner} at {url}: {end}."])
