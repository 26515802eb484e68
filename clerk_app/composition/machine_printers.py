"""The printers of the settings of a machine."""

from __future__ import annotations

from pathlib import Path

from clerk_app.composition.settings import Settings
from clerk_app.paper.printers.printer_set import PrinterSet


def open_printers(folder: Path, settings: Settings) -> PrinterSet:
    """Return the printers of the office in `folder`. Nothing is opened until a printer is used."""
    return PrinterSet(folder, settings.spool, settings.paper_mm, settings.printers)
