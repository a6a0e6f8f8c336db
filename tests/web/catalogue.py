"""Every sentence of the web door, read from the code as it runs, and the catalogues that must hold them all.

    python -m tests.web.catalogue        write what is new into every catalogue (empty), drop what nobody says any more

Templates are read with Django's own parser and Python with its own, so no gettext tools are needed and the message
ids are exactly those that are looked up.
"""

import ast
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).parents[2] / "src" / "lienlac"
LANGUAGES = ("vi", "lo", "zh_Hans", "km", "th", "my")  # English is the language of the message ids
PLURAL_FORMS = "nplurals=1; plural=0;"  # none of the six bends a word for its number
SINGULAR = {"gettext", "gettext_lazy", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One message: its id, its context, its plural (None when it has none)."""

    msgid: str
    context: str | None = None
    plural: str | None = None


def sentences() -> dict[Sentence, set[str]]:
    """Every sentence with the files that say it."""
    found: dict[Sentence, set[str]] = {}
    for file in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for sentence in of_template(file):
            found.setdefault(sentence, set()).add(file.relative_to(ROOT).as_posix())
    for file in sorted((ROOT / "web").rglob("*.py")):
        for sentence in of_python(file.read_text(encoding="utf-8")):
            found.setdefault(sentence, set()).add(file.relative_to(ROOT).as_posix())
    return found


def of_template(file: Path) -> Iterator[Sentence]:
    """Sentences of `{% translate %}` and `{% blocktranslate %}`."""
    from django.template import engines
    from django.template.base import Node
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    template = engines["django"].from_string(file.read_text(encoding="utf-8"))
    for node in template.template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            yield Sentence(
                msgid=str(node.filter_expression.var.literal), context=_constant(node.message_context)
            )
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else None
            if node.trimmed:
                raise ValueError(f"{file}: blocktranslate trimmed is not used here")
            yield Sentence(msgid=singular, context=_constant(node.message_context), plural=plural)


def _constant(expression) -> str | None:
    return str(expression.var) if expression is not None else None


def of_python(source: str) -> Iterator[Sentence]:
    """Sentences of calls of gettext and its kin with constant text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if node.func.id in SINGULAR and texts:
                yield Sentence(msgid=texts[0])
            elif node.func.id in PLURAL and len(texts) >= 2:
                yield Sentence(msgid=texts[0], plural=texts[1])
            elif node.func.id in CONTEXT and len(texts) >= 2:
                yield Sentence(msgid=texts[1], context=texts[0])


def path_of(language: str, *, folder: str = "locale") -> Path:
    """The catalogue of a language."""
    return ROOT / folder / language / "LC_MESSAGES" / "django.po"


def read(language: str, *, folder: str = "locale") -> dict[Sentence, polib.POEntry]:
    """The entries of a catalogue by sentence."""
    entries = polib.pofile(str(path_of(language, folder=folder)))
    return {
        Sentence(msgid=one.msgid, context=one.msgctxt, plural=one.msgid_plural or None): one
        for one in entries
        if not one.obsolete
    }


def is_translated(entry: polib.POEntry) -> bool:
    """Whether every form of the entry has words."""
    return (
        bool(entry.msgstr_plural and all(entry.msgstr_plural.values()))
        if entry.msgid_plural
        else bool(entry.msgstr)
    )


def write() -> None:
    """Bring every catalogue up to the sentences that are said; translations are kept."""
    said = sentences()
    for language in LANGUAGES:
        path = path_of(language)
        old = read(language) if path.exists() else {}
        catalogue = polib.POFile(wrapwidth=110)
        catalogue.metadata = {
            "Project-Id-Version": "Lienlac",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": PLURAL_FORMS,
        }
        for sentence, files in said.items():
            entry = polib.POEntry(
                msgid=sentence.msgid, msgctxt=sentence.context, msgid_plural=sentence.plural or ""
            )
            if sentence.plural:
                entry.msgstr_plural = {0: ""}
            if sentence in old:
                kept = old[sentence]
                entry.msgstr, entry.msgstr_plural = kept.msgstr, kept.msgstr_plural
                entry.tcomment, entry.flags = kept.tcomment, kept.flags
            entry.occurrences = [(file, "") for file in sorted(files)]
            catalogue.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        missing = sum(not is_translated(entry) for entry in catalogue)
        sys.stdout.write(f"{language}: {len(catalogue)} sentences, {missing} without words\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    write()
