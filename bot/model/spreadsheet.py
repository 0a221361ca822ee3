"""Tables for spreadsheets: what others wrote is shown there, and never run."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = re.compile(r"^[\t\r\n ]*[=+\-@]")


def write(columns: Sequence[str], rows: Iterable[Sequence[str | float]]) -> bytes:
    """CSV; text that a spreadsheet would take for a formula begins with an apostrophe, numbers stay numbers."""
    out = io.StringIO()
    table = csv.writer(out)
    for row in (columns, *rows):
        table.writerow([f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")
