"""Paper: PDF by typst, which shapes and breaks lines right in all six scripts, with fonts that travel with us."""

from lienlac.web.printing.pdf import qr_code, render, verification_code

__all__ = ["qr_code", "render", "verification_code"]
