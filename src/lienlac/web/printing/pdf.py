"""From values to a PDF: one typst template a document, values as JSON, so that no text is ever taken for markup."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse

HERE = Path(__file__).parent
DIGEST_DIGITS = 32
"""Hex digits of an envelope's digest on paper: 128 bits, far beyond forging by trial."""


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF of `<template>.typ` with `values` (plain JSON), in our own fonts alone: alike everywhere."""
    return typst.compile(
        HERE / f"{template}.typ",
        root=HERE,
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
    )


def verification_code(message_id: str, envelope_digest: str) -> dict[str, str]:
    """Return url and QR code of the page that says what this node's ledger knows of a message."""
    return qr_code(reverse("verify", args=[message_id, envelope_digest[:DIGEST_DIGITS]]))


def qr_code(path: str) -> dict[str, str]:
    """Return `{url, svg}` of a page of this node, for paper."""
    url = f"{settings.NODE.address}{path}"
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=1, scale=4)
    return {"url": url, "svg": drawn.getvalue().decode()}
