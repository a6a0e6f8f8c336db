"""The calls, put together; `site` gives them their address."""

from __future__ import annotations

from lienlac.api import enquiries, files, imports, kinds, names, records, screening
from lienlac.api.door import api

for router in (
    kinds.router,
    enquiries.router,
    files.router,
    imports.router,
    names.router,
    records.router,
    screening.router,
):
    api.add_router("", router)

__all__ = ["api"]
