"""The inspector finds a name however it was written down, and believes a ledger only when it grows to its heads."""

import base64
import json
import unicodedata
from urllib.parse import quote, quote_plus

import pytest

from lienlac.cli.demo.inspector import traces_in_bytes

NAME = "Đàm Khánh Viễn"

WRITTEN = {
    "as it is": NAME.encode(),
    "decomposed": unicodedata.normalize("NFD", NAME).encode(),
    "small letters": NAME.lower().encode(),
    "capitals": NAME.upper().encode(),
    "no marks": b"xx dam khanh vien yy",
    "no marks but the stroke": "Đam Khanh Vien".encode(),
    "UTF-16, little end first": NAME.encode("utf-16-le"),
    "UTF-16, big end first": NAME.encode("utf-16-be"),
    "JSON": json.dumps({"name": NAME}).encode(),
    "Python": repr({"name": NAME}).encode("ascii", "backslashreplace"),
    "an address": quote(NAME).encode(),
    "a form": quote_plus(NAME).encode(),
    "base64": base64.b64encode(NAME.encode()),
    "base64 after one byte": base64.b64encode(b"x" + NAME.encode()),
    "base64 after two bytes": base64.b64encode(b"xy" + NAME.encode() + b"z"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_name_is_found_however_it_was_written(how):
    assert traces_in_bytes({"log": b"2026-11-21 INFO " + WRITTEN[how] + b"\n"}, (NAME,)) == ["log"]


def test_a_name_in_han_letters_is_found():
    assert traces_in_bytes({"log": "谭庆远".encode("utf-16-le")}, ("谭庆远",)) == ["log"]


def test_other_names_are_not_found():
    assert traces_in_bytes({"log": "Đàm Khánh Vân; 谭庆林".encode()}, (NAME, "谭庆远")) == []
