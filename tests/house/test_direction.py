"""The direction of the house, where the import linter cannot see: foreign keys, doors, the environment."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

SOURCE = Path(__file__).parents[2] / "src" / "lienlac"
ROOMS = [
    "audit",
    "accounts",
    "directory",
    "agreements",
    "relay",
    "mailroom",
    "records",
    "screening",
    "enquiries",
    "hotline",
]
"""From the bottom up; `relay`, `mailroom` and `records` are neighbours and know nothing of each other."""
NEIGHBOURS = {
    ("mailroom", "records"),
    ("records", "mailroom"),
    ("mailroom", "relay"),
    ("records", "relay"),
    ("enquiries", "hotline"),
    ("hotline", "enquiries"),
}
DOOR_ONLY = ("django.http", "django.shortcuts", "django.template", "django.urls", "django.forms")


def rooms_below(room: str) -> set[str]:
    below = set(ROOMS[: ROOMS.index(room) + 1])
    return {other for other in below if (room, other) not in NEIGHBOURS}


def foreign_keys() -> list[tuple[str, str, str]]:
    """(room, field, room it points at) for every relation between models of ours."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("lienlac.apps."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            pointing = field.is_relation and not field.auto_created and target is not None
            if pointing and target.__module__.startswith("lienlac.apps."):
                found.append(
                    (model._meta.app_label, f"{model.__name__}.{field.name}", target._meta.app_label)
                )
    return found


def test_foreign_keys_only_point_down():
    wrong = [(field, target) for room, field, target in foreign_keys() if target not in rooms_below(room)]
    assert wrong == []


def test_the_check_of_foreign_keys_sees_the_keys_that_exist():
    assert ("enquiries", "Enquiry.written_by", "accounts") in foreign_keys()
    assert "enquiries" not in rooms_below("mailroom")


def imports_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }


def doors_words(source: str) -> set[str]:
    names = {node.module or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    return {name for name in names if name.startswith(DOOR_ONLY)}


def test_apps_hold_no_pages_and_no_requests():
    wrong = {
        str(file.relative_to(SOURCE)): found
        for file in (SOURCE / "apps").rglob("*.py")
        if (found := doors_words(file.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_a_planted_page_in_an_app_is_seen():
    assert doors_words("from django.http import HttpRequest") == {"django.http"}


def test_only_the_site_reads_the_environment():
    wrong = [
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "site" not in file.relative_to(SOURCE).parts[:1]
        and "os.environ" in file.read_text(encoding="utf-8")
    ]
    assert wrong == []


FORBIDDEN_NAMES = {"utils", "helpers", "manager", "data", "process", "misc", "common"}


def test_no_module_has_a_name_that_says_nothing():
    assert [str(file) for file in SOURCE.rglob("*.py") if file.stem in FORBIDDEN_NAMES] == []


LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
PLANTED = {
    "core imports Django": ("core/errors.py", "import django.db\n"),
    "core imports an app": ("core/errors.py", "import lienlac.apps.audit.models\n"),
    "an app imports a door": ("apps/accounts/queries.py", "import lienlac.web.live\n"),
    "an app imports words": ("apps/accounts/queries.py", "import lienlac.wording\n"),
    "a lower app imports a higher one": (
        "apps/directory/queries.py",
        "import lienlac.apps.enquiries.models\n",
    ),
    "one door imports another": ("web/live.py", "import lienlac.peer.receive\n"),
    "a room called utils": ("apps/utils/__init__.py", '"""Nothing."""\n'),
}


@pytest.mark.parametrize("violation", PLANTED)
def test_a_planted_violation_breaks_the_build(violation, tmp_path):
    """Copy the house, plant one wrong import, and see the linter refuse it."""
    root = Path(__file__).parents[2]
    shutil.copytree(
        SOURCE, tmp_path / "src" / "lienlac", ignore=shutil.ignore_patterns("static", "*.csv", "*.tsv")
    )
    shutil.copy(root / "pyproject.toml", tmp_path)
    file, line = PLANTED[violation]
    target = tmp_path / "src" / "lienlac" / file
    target.parent.mkdir(exist_ok=True)
    target.write_text((target.read_text(encoding="utf-8") if target.exists() else "") + "\n" + line)
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
    ]
    answer = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src"), "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert answer.returncode != 0, answer.stdout.decode()[-500:]
