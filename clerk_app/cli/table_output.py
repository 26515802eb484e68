"""Output of a report: as a table on the terminal, or as a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clerk_app.cli.console import print_line, print_table
from clerk_app.locales import _
from clerk_app.roles.csv_file import write_csv


def output_table(rows: Sequence[Sequence[str]], csv_file: str | None) -> None:
    """Print rows in columns, the first one being the longest, or write them to a CSV file if one is named."""
    if not csv_file:
        print_table([[*row, *[""] * (len(rows[0]) - len(row))] for row in rows])
        return
    write_csv(Path(csv_file), rows)
    print_line(_("Written: {file}").format(file=csv_file))
