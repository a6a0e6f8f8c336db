"""A program: it reads a picture, and writes it small, upright and with nothing else of what it came with.

`python -I -m lienlac.apps.mailroom.shrinking JPEG < picture > preview.jpg`. It is started by `drawing`, once a picture.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import warnings
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from lienlac.core.messages.preview import MOST_BYTES as MOST_DRAWN
from lienlac.core.messages.preview import MOST_SIDE

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = MappingProxyType({"JPEG": 200_000_000, "PNG": 40_000_000, "TIFF": 40_000_000})
"""A JPEG is decoded at an eighth of its size; the others whole: a page of A4 at 600 dpi has 35 million."""
MOST_MEMORY = 768 * 1024 * 1024
MOST_CPU_S = 10
SIDES, QUALITIES = (MOST_SIDE, 240, 160), (75, 60, 45, 30)
MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})
"""What is shown as it looks; of more bits a sample nobody knows what is white."""

UNREADABLE, TOO_MANY_PIXELS, MODE_UNKNOWN, TOO_DENSE, NO_MEMORY = 3, 4, 5, 6, 7
REASONS = MappingProxyType(
    {UNREADABLE: "unreadable", TOO_MANY_PIXELS: "too_many_pixels", MODE_UNKNOWN: "mode_unknown",
     TOO_DENSE: "too_dense", NO_MEMORY: "no_memory"}
)  # fmt: skip


def main(form: str) -> int:
    """Read from the standard input, write to the standard output; return 0, or a code of REASONS."""
    _confine()
    from PIL import Image

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS[form]
    try:
        return _draw(io.BytesIO(sys.stdin.buffer.read(MOST_BYTES)), form)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except MemoryError:
        return NO_MEMORY
    except Exception:  # noqa: BLE001 (an isolation point: a decoder that stumbles over a picture has read it)
        return UNREADABLE


def _confine() -> None:
    """Take little memory, little time, and write no file."""
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _draw(picture: IO[bytes], form: str) -> int:
    from PIL import Image, ImageOps

    with Image.open(picture, formats=[form]) as opened:
        if opened.mode not in MODES:
            return MODE_UNKNOWN
        opened.draft("RGB", (2 * MOST_SIDE, 2 * MOST_SIDE))  # of a JPEG: an eighth, a quarter, a half of it
        shown = opened if opened.mode in ("L", "RGB", "CMYK", "YCbCr") else opened.convert("RGBA")
        shown.thumbnail((MOST_SIDE, MOST_SIDE))
        upright = ImageOps.exif_transpose(shown)
    drawn = _dense(_on_white(upright))
    sys.stdout.buffer.write(drawn)
    return 0 if drawn else TOO_DENSE


def _on_white(image: Image.Image) -> Image.Image:
    """Return a picture of its own: nothing that the old one carried beside its pixels is in it."""
    from PIL import Image

    canvas, solid = Image.new("RGB", image.size, "white"), image.convert("RGBA")
    canvas.paste(solid, mask=solid.getchannel("A"))
    return canvas


def _dense(image: Image.Image) -> bytes:
    """Return it as JPEG, as large and as good as fits; b"" when nothing does."""
    for side in SIDES:
        image.thumbnail((side, side))
        for quality in QUALITIES:
            made = io.BytesIO()
            image.save(made, "JPEG", quality=quality, optimize=True)
            if len(made.getvalue()) <= MOST_DRAWN:
                return made.getvalue()
    return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
