"""Groups of commands that need the node: it starts before anything is asked of the operator, and never for --help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lienlac.site import start


def _start(context: click.Context, _option: click.Parameter, _value: Any) -> None:
    home: Path | None = context.obj
    if home is not None and not context.resilient_parsing:  # a shell that completes a word wants no node
        start.for_home(home)


# click looks at eager options that were typed (--help) first, at others next, and only then prompts for a password.
_STARTS = click.Option(
    ["--start"], is_flag=True, is_eager=True, expose_value=False, hidden=True, callback=_start
)


class _Command(click.Command):
    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [_STARTS, *super().get_params(ctx)]


class OfNode(click.Group):
    """A group whose every command works on the node at the home; Malformed('home_missing') where there is none."""

    command_class = _Command
