"""`lienlac names`: how a name is read, how two agree and why, and which names of a file or of two are near.

Needs no node: these commands read nothing but their arguments and keep nothing.
"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lienlac import wording
from lienlac.cli.language import LANGUAGE
from lienlac.core.errors import Malformed
from lienlac.site import readings as own_readings
from lienlac.site import start

if TYPE_CHECKING:
    from lienlac.core.names import Comparison, Reading

JSON = click.option("--json", "as_json", is_flag=True, help="Codes and facts as JSON instead of words.")


@click.group()
@click.option(
    "--table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Readings of your own, as a node has them in readings.tsv.",
)
def names(table: Path | None) -> None:
    """Names in six scripts: readings, comparison, search, one list against another. Nothing is kept."""
    start.lean()  # before the tables are read
    if table is not None:
        own_readings.take_in(table)


@names.command()
@click.argument("name")
@LANGUAGE
@JSON
def readings(name: str, language: str, as_json: bool) -> None:
    """Show every plausible reading of NAME, syllable by syllable, with its sources."""
    from lienlac.core import names as core

    found = core.readings(name)
    if as_json:
        click.echo(
            _json([{"view": one.view, "text": one.text, "syllables": _syllables(one)} for one in found])
        )
        return
    for one in found:
        tables = sorted({s.spellings[0].table for s in one.syllables} - {"written"})
        told = f"  ({', '.join(tables)})" if tables else ""
        click.echo(f"{wording.label('name_views', one.view, language)}: {one.text}{told}")


def _syllables(reading: Reading) -> list[dict[str, object]]:
    return [
        {"written": s.written, "spellings": [o._asdict() for o in s.spellings]} for s in reading.syllables
    ]


@names.command()
@click.argument("one")
@click.argument("other")
@LANGUAGE
@JSON
def compare(one: str, other: str, language: str, as_json: bool) -> None:
    """Say how two names agree, and why. A name agrees with a name, never a person with a person."""
    from lienlac.core import names as core

    found = core.compare(one, other)
    if as_json:
        click.echo(_json(asdict(found)))
        return
    click.echo(f"{wording.label('name_agreement', found.tier, language)}  {found.score:.2f}")
    for line in _reasons(found, one, other, language):
        click.echo(line)


def _reasons(found: Comparison, one: str, other: str, language: str) -> list[str]:
    from lienlac.core.names import quoted

    return [
        f"  {sign} {wording.reason(reason.code, language, quoted(reason.facts, one, other))}"
        for sign, side in (("+", found.reasons), ("-", found.against))
        for reason in side
    ]


@names.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 200), help="How many to show.")
@LANGUAGE
@JSON
def search(file: Path, name: str, limit: int, language: str, as_json: bool) -> None:
    """Show the names of FILE (one a line) that are nearest to NAME, and how many chance alone would give."""
    from lienlac.cli import screening
    from lienlac.core import names as core

    core.write(name)  # what is no name is refused before the file is read
    gallery = core.Gallery(line for line in screening.lines(file) if line.strip())
    hits, by_chance = gallery.search(name, limit), gallery.expected_namesakes(name)
    if as_json:
        click.echo(_json({"expected_namesakes": by_chance, "hits": [hit._asdict() for hit in hits]}))
        return
    for hit in hits:
        click.echo(f"{hit.score:.2f}  {hit.name}")  # which view showed it is a code: in the JSON
    click.echo(wording.namesakes(by_chance, language))


@names.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("against", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", default=3, show_default=True, type=click.IntRange(1, 200), help="Candidates a name.")
@click.option(
    "--least", default="likely", show_default=True, type=click.Choice(["same", "likely", "possible"]),
    help="How well names agree at least.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), help="Processes; as many as there are cores unless told.")
@click.option(
    "--into", type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write to; the same command goes on where a killed one stopped.",
)  # fmt: skip
@click.option("--ray", help="A Ray cluster to work on (extra `bulk`): its address, or `local`.")
@click.option(
    "--parts", default=1, show_default=True, type=click.IntRange(1), help="With --ray: parts of AGAINST."
)
@click.option("--erase", is_flag=True, help="With --into: delete FILE when all of it was screened.")
def screen(
    file: Path, against: Path, limit: int, least: str, jobs: int | None, into: Path | None, ray: str | None,
    parts: int, erase: bool,
) -> None:  # fmt: skip
    """Find the names of FILE among those of AGAINST (one a line in both); candidates come out as lines of JSON.

    Compares a list with a list, never with the records of a node: there, a file of persons needs an analyst, a case, a
    legal basis and two approvals (SG27), and is screened on the page for it. A name alone is a lead, never a match.
    """
    from lienlac.cli import screening, screening_ray
    from lienlac.core import names as core

    if erase and into is None:
        raise Malformed("erase_needs_into")  # what reads our output may have lost it when the list is gone
    wanted = core.Wanted(limit=limit, least=least)
    output = screening.Output(into, screening.job_of(file, against, wanted)) if into else None
    done = output.progress.lines if output else 0
    chunks = screening.numbered(file, done)
    if ray:
        every = screening_ray.screened(chunks, against, wanted, parts=parts, address=ray)
    else:
        work = screening.Screening(core.Gallery(screening.lines(against)), wanted)
        every = work.chunks(chunks, jobs or screening.cores())
    total = sum(1 for _ in screening.lines(file))
    refused = output.progress.refused if output else 0
    with (
        output.opened() if output else nullcontext(sys.stdout.buffer) as target,
        click.progressbar(length=total, label="names", file=sys.stderr) as bar,
    ):
        bar.update(done)
        for found in every:
            if output:
                output.add(target, found)
            else:
                target.write(found.text.encode())
            refused += found.refused
            bar.update(found.lines)
    if output:
        output.finish()
    if erase:
        file.unlink()
    click.echo(f"{refused} of {total} lines are no names", err=True)


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)
