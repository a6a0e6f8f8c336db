"""`lienlac records`: import a list, search with a file, compare what waits, erase what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lienlac import wording
from lienlac.cli.of_node import OfNode
from lienlac.core.errors import Malformed

KINDS = ("wanted", "missing", "document", "vehicle", "organisation", "phone", "account", "wallet")
REGISTERS = ("wanted_list", "missing_list", "case_file", "stolen_property", "partner_list")


@click.group(cls=OfNode)
def records() -> None:
    """Records: import, compare, erase."""


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="The officer who answers for it.")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="For lines that do not say theirs.")
@click.option("--source", required=True, help="The register or authority it comes from.")
@click.option("--register", required=True, type=click.Choice(REGISTERS), help="What the file is.")
@click.option("--legal-basis", required=True)
@click.option("--name-language", default="", help="Language of the names: vi, zh-hans …")
@click.option("--encoding", default="", help="Found by itself when absent.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken in, and take nothing.")
def take_in(
    file: Path,
    username: str,
    kind: str,
    source: str,
    register: str,
    legal_basis: str,
    name_language: str,
    encoding: str,
    dry_run: bool,
) -> None:
    """Take in CSV, XLSX or FollowTheMoney JSON lines, in batches; bad lines are named and left out."""
    from lienlac.apps.accounts.queries import find
    from lienlac.apps.records import actions

    officer = find(username)
    if officer is None:
        raise Malformed("username_unknown", field="username")
    said = actions.Declared(
        kind=kind,
        source=source,
        legal_basis=legal_basis,
        register=register,
        name_language=name_language,
        encoding=encoding,
    )
    row = actions.stage(officer, file.name, file.read_bytes(), said, now=_now())
    click.echo(f"{row.rows_total} lines, {row.dropped_columns} sensitive columns dropped.")
    if dry_run:
        for line, code, field in actions.preview(row, rows=row.rows_total, now=_now()).errors:
            _show_error(line, code, field)
        actions.cancel(officer, row, now=_now())
        return
    actions.start(officer, row, now=_now())
    _run(row.pk)


def _run(key: int) -> None:
    from lienlac.apps.records import actions, queries
    from lienlac.apps.screening import actions as screening

    row = actions.take_batch(key, now=_now())
    while row.state == "running":
        click.echo(f"{row.rows_done} of {row.rows_total}", err=True)
        row = actions.take_batch(key, now=_now())
    for line, code, field in queries.bad_lines(row.rows):
        _show_error(line, code, field)
    found = screening.compare_waiting(now=_now())
    taken = row.rows_done - row.rows_bad - row.rows_known
    known = f"{row.rows_known} known already, " if row.rows_known else ""
    click.echo(f"{taken} taken in, {known}{row.rows_bad} lines not; {found} new candidates.")


def _show_error(line: int, code: str, field: str) -> None:
    click.echo(f"line {line}: {wording.error(Malformed(code, field=field), 'en')}", err=True)


@records.command("search-file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="The officer who searches and answers for it.")
@click.option("--purpose", required=True, help="Code of the list of purposes: INVESTIGATE …")
@click.option("--case", "case_number", required=True, help="Number of the case or the campaign.")
@click.option("--legal-basis", required=True)
@click.option("--register", required=True, type=click.Choice(REGISTERS), help="What the file is.")
@click.option("--origin", required=True, help="Who gave it, when, under what decision.")
@click.option("--signed", "origin_signed", is_flag=True, help="The officer signs that the origin is so.")
@click.option("--name-language", default="", help="Language of the names: vi, zh-hans …")
@click.option("--encoding", default="", help="Found by itself when absent.")
def search_file(file: Path, username: str, **said: Any) -> None:
    """Search with a file of persons: candidates alone come out; of more than 50, two others approve it at the desk."""
    from lienlac.apps.accounts.queries import find
    from lienlac.apps.screening import actions
    from lienlac.core.policy.rules.searching import PERSONS_IN_FILE

    officer = find(username)
    if officer is None:
        raise Malformed("username_unknown", field="username")
    question = actions.FileQuestion(**said)
    row = actions.stage_search(officer, file.name, file.read_bytes(), question, now=_now())
    click.echo(f"{row.rows_total} persons, {row.dropped_columns} sensitive columns dropped.")
    if row.rows_total > PERSONS_IN_FILE:
        click.echo(f"Search {row.pk} waits for two approvals at the desk; then the node goes on by itself.")
        return
    actions.start_search(officer, row, now=_now())
    _search_on(row.pk)


@records.command("go-on")
@click.argument("key", type=int)
def go_on(key: int) -> None:
    """Go on with a file search that was approved or interrupted (the node does so by itself)."""
    _search_on(key)


def _search_on(key: int) -> None:
    """Search batch after batch; lines that cannot be read are named, what was found is counted."""
    from lienlac.apps.records.queries import bad_lines
    from lienlac.apps.screening import actions

    row = actions.search_batch(key, now=_now())
    while row.state == "running":
        click.echo(f"{row.rows_done} of {row.rows_total}", err=True)
        row = actions.search_batch(key, now=_now())
    for line, code, field in bad_lines(row.rows):
        _show_error(line, code, field)
    click.echo(f"Search {row.pk} {row.state}: {row.hits.count()} candidates, {row.rows_bad} lines not read.")


@records.command("search-files")
@click.option(
    "--processes", type=click.IntRange(1), help="As many as [file_searches] of node.toml says, or cores."
)
@click.option("--beside", type=int, hidden=True, help="End with this process, which started it.")
def search_files(processes: int | None, beside: int | None) -> None:
    """Go on with all file searches that run, on all cores, until none is left (`work` starts this by itself)."""
    import os

    from django.conf import settings

    from lienlac.cli import searchers

    said = settings.NODE.file_searches
    done = searchers.search(
        processes=processes or said.processes,
        megabytes=said.megabytes,
        wanted=lambda: beside is None or os.getppid() == beside,
    )
    if not done:
        raise click.exceptions.Exit(1)


@records.command()
def compare() -> None:
    """Compare records and enquiries that wait for it (the node does so by itself)."""
    from lienlac.apps.screening import actions

    click.echo(f"{actions.compare_waiting(now=_now())} new candidates.")


@records.command("erase-due")
def erase_due() -> None:
    """Erase what is over its time: records, pairs, files of searches (the node does so by itself)."""
    from lienlac.apps.records import actions
    from lienlac.apps.screening import actions as screening

    pairs, gone = screening.erase_due(now=_now()), actions.erase_due(now=_now())
    click.echo(f"{gone} records and {pairs} pairs erased.")


def _now() -> datetime:
    return datetime.now(UTC)
