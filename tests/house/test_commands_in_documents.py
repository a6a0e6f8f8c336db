"""Every command line that a document shows is one of the program's: its commands, its options, no word too many."""

import re
import shlex
from pathlib import Path

import click
import pytest

from lienlac.cli.main import lienlac

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```|^(?: {4}[^\n]*\n)+", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`]+)`")
COMMAND = re.compile(
    r"^(?:sudo -u \S+ |uv run |ExecStart=|[A-Z_]+=\S+ )*(?:/\S+/bin/)?lienlac (?P<words>.+)$"
)
OPEN = "…"  # whatever stands there is left to the reader


def lines_of(text):
    """The command lines of a document: those in blocks, with their continuations, and those between backticks."""
    for block in FENCE.finditer(text):
        yield from block.group(0).replace("\\\n", " ").splitlines()
    for span in INLINE.findall(FENCE.sub("", text)):
        yield " ".join(span.split())


def shown_in(text):
    """The words behind `lienlac` of each command line, without what the shell does with them."""
    for line in lines_of(re.sub(r"/bin/sh -c '(.*)'", r"\1", re.sub(r"\$\([^)]*\)", "SO", text))):
        for part in re.split(r"&&|\||;", line.partition(" #")[0]):
            if found := COMMAND.search(part.strip()):
                yield shlex.split(found["words"])


def problem_of(words):
    """What is wrong with a command line; "" for nothing."""
    command, context = lienlac, click.Context(lienlac)
    while isinstance(command, click.Group):
        words = left_of(command, context, words)
        if not words or words[0] == OPEN:
            return ""
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context)
    left = left_of(command, context, [word.strip("[]") for word in words])
    many = [word for word in left if word != OPEN]
    return f"too many words: {' '.join(many)}" if many else ""


def left_of(command, context, words):
    """The words that a command takes neither as an option nor as an argument; raises click's own errors."""
    return command.make_parser(context).parse_args(list(words))[1]


def every():
    for document in DOCUMENTS:
        for words in shown_in(document.read_text(encoding="utf-8")):
            yield pytest.param(words, id=f"{document.relative_to(ROOT)}: {' '.join(words)}")


@pytest.mark.parametrize("words", list(every()))
def test_a_command_that_a_document_shows_is_one_of_the_program(words):
    assert not problem_of(words)


def test_commands_are_found_in_blocks_and_in_sentences():
    text = "```\nsudo -u x /opt/bin/lienlac --home A \\\n  keys export B  # why\n```\nThen `lienlac users\nlist`.\n"
    assert list(shown_in(text)) == [["--home", "A", "keys", "export", "B"], ["users", "list"]]
    assert len(list(every())) > 40


@pytest.mark.parametrize("words", [["grow"], ["users", "grow"], ["users", "list", "linh"]])
def test_a_command_that_is_none_is_found(words):
    assert problem_of(words)


def test_an_option_that_is_none_is_found():
    with pytest.raises(click.NoSuchOption):
        problem_of(["up", "--grow"])
