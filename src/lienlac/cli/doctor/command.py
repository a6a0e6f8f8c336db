"""`lienlac doctor`: every check of `apps.reports.health`, and those that need a program beside the node."""

from __future__ import annotations

import json
import logging
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from lienlac import wording
from lienlac.apps.reports.health import checks
from lienlac.apps.reports.health.finding import Finding, Level, Patient, bad, ok, worst
from lienlac.apps.reports.health.house import at_work
from lienlac.cli.doctor import line, store
from lienlac.core.errors import LienlacError
from lienlac.site import home as homes
from lienlac.site import start

PACKAGES = ("lienlac", "django", "cryptography", "pysqlite3", "granian")
MARK = {Level.OK: "ok  ", Level.LOOK: "LOOK", Level.BAD: "BAD "}
LANGUAGE = "en"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts: one JSON object.")
@click.option(
    "--thorough", is_flag=True, help="Read every leaf of the ledgers and every page of the database."
)
@click.option(
    "--lines",
    is_flag=True,
    help="Ring each partner and measure the line to him; ask the hub; try each server of the relay cluster.",
)
@click.pass_obj
def doctor(path: Path, as_json: bool, thorough: bool, lines: bool) -> None:
    """Say whether this node is well, and what to do if not. Exit code 1 when something is wrong."""
    home = homes.read(path)
    logging.disable(logging.WARNING)
    findings = examine(home, datetime.now(UTC), thorough=thorough, lines=lines)
    well = worst(findings) is not Level.BAD
    click.echo(_as_json(home.node, well, findings) if as_json else _as_text(home.node, well, findings))
    sys.exit(0 if well else 1)


def examine(home: homes.Home, now: datetime, *, thorough: bool, lines: bool = False) -> list[Finding]:
    """Run every check; those that need the database only when it can be opened. `lines` are rung too if wanted."""
    patient = Patient(home=home, now=now, leaves=None) if thorough else Patient(home=home, now=now)
    findings = [
        _versions(),
        *checks.examine(patient, (at_work, *checks.FROM_OUTSIDE)),
        store.sqlite_library(home),
        store.whole(home, thorough=thorough),
    ]
    try:
        start.for_home(home.path)
    except LienlacError as problem:
        says = wording.error(problem, LANGUAGE)
        return [*findings, bad("start", "cannot_start", "", detail=says)]
    inside = (*checks.FROM_INSIDE, line.speeds, line.hub, line.relay) if lines else checks.FROM_INSIDE
    return [*findings, *checks.examine(patient, inside)]


def _versions() -> Finding:
    """Say what runs here."""
    found = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    return ok(
        "version", "version", versions=", ".join(f"{name} {one}" for name, one in found.items()), **found
    )


def _says(one: Finding) -> str:
    return wording.finding(one.says, one.facts, LANGUAGE).replace("`", "")


def _do(one: Finding) -> str:
    return wording.cure(one.do, one.facts, one.problem, LANGUAGE).replace("`", "")


def _as_json(node: str, well: bool, findings: list[Finding]) -> str:
    told = [
        {
            "check": one.check,
            "level": one.level,
            "code": one.says,
            "says": _says(one),
            "do": _do(one),
            "facts": one.facts,
        }
        for one in findings
    ]
    return json.dumps({"node": node, "well": well, "findings": told}, indent=1)


def _as_text(node: str, well: bool, findings: list[Finding]) -> str:
    lines = []
    for one in findings:
        lines.append(f"{MARK[one.level]}  {one.check:<12} {_says(one)}")
        if do := _do(one):
            lines.append(f"      {'':<12} → {do}")
    wrong = sum(one.level is Level.BAD for one in findings)
    lines.append(f"{node} is well." if well else f"{node}: {wrong} to mend.")
    return "\n".join(lines)
