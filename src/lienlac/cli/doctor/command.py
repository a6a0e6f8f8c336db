"""`lienlac doctor`: the table of checks, run one after another, and what they found as text or JSON."""

from __future__ import annotations

import json
import logging
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from lienlac import wording
from lienlac.cli.doctor import house, post, store, trust
from lienlac.cli.doctor.finding import Finding, Level, Patient, bad, ok
from lienlac.core.errors import LienlacError
from lienlac.site import home as homes
from lienlac.site import start

Check = Callable[[Patient], Finding | Iterable[Finding]]

FROM_OUTSIDE: tuple[Check, ...] = (
    house.at_work,
    house.modes,
    house.free_space,
    house.disk_speed,
    house.door_key,
    house.last_backup,
    store.sqlite_library,
    store.whole,
)
FROM_INSIDE: tuple[Check, ...] = (
    store.options,
    store.tables,
    trust.own_keys,
    trust.clock,
    trust.late_leaves,
    trust.ledgers,
    post.lines,
    post.incidents,
)
"""These need the database."""

PACKAGES = ("lienlac", "django", "cryptography", "pysqlite3", "granian")
MARK = {Level.OK: "ok  ", Level.LOOK: "LOOK", Level.BAD: "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts: one JSON object.")
@click.option(
    "--thorough", is_flag=True, help="Read every leaf of the ledgers and every page of the database."
)
@click.pass_obj
def doctor(path: Path, as_json: bool, thorough: bool) -> None:
    """Say whether this node is well, and what to do if not. Exit code 1 when something is wrong."""
    home = homes.read(path)
    logging.disable(logging.WARNING)
    findings = examine(Patient(home=home, now=datetime.now(UTC), thorough=thorough))
    well = all(one.level is not Level.BAD for one in findings)
    click.echo(_as_json(home.node, well, findings) if as_json else _as_text(home.node, well, findings))
    sys.exit(0 if well else 1)


def examine(patient: Patient) -> list[Finding]:
    """Run every check; those that need the database only when it can be opened."""
    findings = [versions()]
    for check in FROM_OUTSIDE:
        findings += _run(check, patient)
    try:
        start.for_home(patient.home.path)
    except LienlacError as problem:
        return [*findings, bad("start", "The node cannot start.", wording.error(problem, "en"))]
    for check in FROM_INSIDE:
        findings += _run(check, patient)
    return findings


def _run(check: Check, patient: Patient) -> list[Finding]:
    """Run one check; one that breaks is itself a finding, and the others still run."""
    try:
        found = check(patient)
        return [found] if isinstance(found, Finding) else list(found)
    except Exception as error:  # noqa: BLE001  (a check that breaks must not hide the others)
        name = check.__name__
        says = f"The check “{name}” could not be made: {type(error).__name__}: {error}"
        return [
            bad(name, says, "Mend what is named bad above it first; else send this line to your support.")
        ]


def versions() -> Finding:
    """Say what runs here."""
    found = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    return ok("version", ", ".join(f"{name} {one}" for name, one in found.items()) + ".", **found)


def _as_json(node: str, well: bool, findings: list[Finding]) -> str:
    return json.dumps({"node": node, "well": well, "findings": [asdict(one) for one in findings]}, indent=1)


def _as_text(node: str, well: bool, findings: list[Finding]) -> str:
    lines = []
    for one in findings:
        lines.append(f"{MARK[one.level]}  {one.check:<12} {one.says}")
        if one.do:
            lines.append(f"      {'':<12} → {one.do}")
    wrong = sum(one.level is Level.BAD for one in findings)
    lines.append(f"{node} is well." if well else f"{node}: {wrong} to mend.")
    return "\n".join(lines)
