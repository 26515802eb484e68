"""The printers of a machine, and which of them prints which kind of paper."""

from __future__ import annotations

from pathlib import Path

from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.folder_printer import FolderPrinter
from clerk_app.paper.printers.printer import Printer
from clerk_app.paper.printers.spool import SpoolPrinter

DEFAULT_PRINTER = "folder"
"""Name of the spool folder that prints what no printer of the settings prints."""


class PrinterSet:
    """The printers of the office in `folder`."""

    def __init__(self, folder: Path, spool: str, paper_mm: PaperWidth) -> None:
        self._default = FolderPrinter(DEFAULT_PRINTER, folder / spool, paper_mm=paper_mm)

    @property
    def spool(self) -> SpoolPrinter:
        """The default spool folder."""
        return self._default.spool

    def for_paper(self, kind: str) -> Printer:  # noqa: ARG002  # one printer until the settings name others
        """Return the printer for a kind of paper, such as "receipt"."""
        return self._default
