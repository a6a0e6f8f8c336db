"""The tables of a database: made at once where there are none, brought up to this version step by step where there are.

Django draws every model anew at each of its hundred steps, which is most of what making a node would cost. Where no
table is, only the last step counts: the tables are made from the models themselves, and the steps are noted as done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model


def make(alias: str = "default") -> None:
    """Make the tables of this version in the database of that alias, or bring those that it has up to this version."""
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connections

    if connections[alias].introspection.table_names():
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        return
    _make_at_once(connections[alias])
    emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)


def _make_at_once(connection: BaseDatabaseWrapper) -> None:
    """Make all tables and note all steps; where this stops half way, nothing of it is there."""
    with connection.schema_editor() as editor:
        for model in _models():
            editor.create_model(model)
        note_steps(connection)


def _models() -> list[type[Model]]:
    """Return what has a table of its own; those of many-to-many fields come with the model that names them."""
    from django.apps import apps

    return [one for one in apps.get_models() if one._meta.managed and not one._meta.proxy]


def note_steps(connection: BaseDatabaseWrapper) -> None:
    """Note each step of this version as done, in a database that has the tables of its end."""
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    for app, name in MigrationLoader(connection).graph.nodes:
        recorder.record_applied(app, name)
