"""`lienlac records`: import a list, compare what waits, erase what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lienlac import wording
from lienlac.core.errors import Malformed
from lienlac.site import start

KINDS = ("wanted", "missing", "document", "vehicle", "organisation", "phone", "account", "wallet")
REGISTERS = ("wanted_list", "missing_list", "case_file", "stolen_property", "partner_list")
SHOWN_ERRORS = 20


@click.group()
@click.pass_obj
def records(path: Path) -> None:
    """Records: import, compare, erase."""
    start.for_home(path)


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
        for line, code, field in actions.preview(row, rows=row.rows_total, now=_now()).errors[:SHOWN_ERRORS]:
            _show_error(line, code, field)
        actions.cancel(officer, row, now=_now())
        return
    actions.start(officer, row, now=_now())
    _run(row.pk)


def _run(key: int) -> None:
    from lienlac.apps.records import actions
    from lienlac.apps.screening import actions as screening

    row = actions.take_batch(key, now=_now())
    while row.state == "running":
        click.echo(f"{row.rows_done} of {row.rows_total}", err=True)
        row = actions.take_batch(key, now=_now())
    for line, code, field in row.rows.order_by("line").values_list("line", "error", "error_field")[
        :SHOWN_ERRORS
    ]:
        _show_error(line, code, field)
    found = screening.compare_waiting(now=_now())
    click.echo(f"{row.rows_done - row.rows_bad} taken in, {row.rows_bad} lines not; {found} new candidates.")


def _show_error(line: int, code: str, field: str) -> None:
    click.echo(f"line {line}: {wording.error(Malformed(code, field=field), 'en')}", err=True)


@records.command()
def compare() -> None:
    """Compare records and enquiries that wait for it (the node does so by itself)."""
    from lienlac.apps.screening import actions

    click.echo(f"{actions.compare_waiting(now=_now())} new candidates.")


@records.command("erase-due")
def erase_due() -> None:
    """Erase records and pairs whose time is over; run it once a night."""
    from lienlac.apps.records import actions
    from lienlac.apps.screening import actions as screening

    pairs, gone = screening.erase_due(now=_now()), actions.erase_due(now=_now())
    click.echo(f"{gone} records and {pairs} pairs erased.")


def _now() -> datetime:
    return datetime.now(UTC)
