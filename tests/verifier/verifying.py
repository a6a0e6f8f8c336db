"""The stand-alone program, loaded from its one file, and the exports that its tests do things to."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.verifier import exchange_sample as sample

PROGRAM = Path(__file__).parents[2] / "verifier" / "lienlac_verify.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lienlac_verify", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lienlac_verify"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


verifier = load()
DEEDS = sample.deeds()
LEAVES = [leaf for leaf, _ in DEEDS]
WHOLE = sample.export(DEEDS)
PART = sample.part(DEEDS, [2, 3, 10], held_sizes=[6])
SAMPLES = {"whole": WHOLE, "part": PART}
FIRST_LEAF = sample.number_of(WHOLE, lambda record: record["t"] == "leaf")
FIRST_STATEMENT = sample.number_of(WHOLE, lambda record: record["t"] == "statement")
END = len(WHOLE)


def examined(raw: bytes, **options: Any) -> Any:
    return verifier.verify(raw, **options)[0]


def named(raw: bytes, **options: Any) -> list[int]:
    return [fault.line for fault in examined(raw, **options).faults]


def codes(raw: bytes, **options: Any) -> set[tuple[int, str]]:
    return {(fault.line, fault.code) for fault in examined(raw, **options).faults}


def joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(lines)


def forged() -> list[sample.Record]:
    return sample.records(WHOLE)


def closed_by_the_node(records: Sequence[sample.Record], **end: object) -> set[tuple[int, str]]:
    return codes(sample.refitted(records, key=sample.KEY, **end))


def keep(folder: Path, note: Any) -> Path:
    path = folder / f"kept-{note.checkpoint.size}"
    path.write_bytes(note.encode())
    return path
