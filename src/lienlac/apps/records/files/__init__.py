"""Files that others made, read into one table of text: CSV in any usual encoding, XLSX, FollowTheMoney lines.

    read(name, content, encoding="")   -> Table(format, encoding, headings, rows)

Pure: bytes in, text out. What the columns mean is for `records.columns`.
"""

from lienlac.apps.records.files.reading import MOST_BYTES, read
from lienlac.apps.records.files.table import MOST_ROWS, Table

__all__ = ["MOST_BYTES", "MOST_ROWS", "Table", "read"]
