"""The printers of a machine, and which of them prints which kind of paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeGuard

from clerk_app.errors import BadData
from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.device_address import parse_device
from clerk_app.paper.printers.folder_printer import FolderPrinter
from clerk_app.paper.printers.print_queue import JobRecord, PrintQueue
from clerk_app.paper.printers.printer import Printer, PrintOutcome
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.paper.printers.spool import SpoolPrinter

DEFAULT_PRINTER = "folder"
"""Name of the spool folder that prints what no printer of the settings prints."""
QUEUE_FOLDER = "printing"


def is_folder(printer: Printer) -> TypeGuard[FolderPrinter]:
    """Return whether a printer is a folder, which confirms nothing and whose papers can be taken back."""
    return isinstance(printer, FolderPrinter)


class PrinterSet:
    """The printers of the office in `folder`: those of its settings, and the spool folder."""

    def __init__(
        self, folder: Path, spool: str, paper_mm: PaperWidth, printers: Sequence[PrinterSettings] = ()
    ) -> None:
        self._folder = folder
        self._settings = {settings.name: settings for settings in printers}
        self._default = FolderPrinter(DEFAULT_PRINTER, folder / spool, paper_mm=paper_mm)
        self._queue = PrintQueue(folder / QUEUE_FOLDER)

    @property
    def spool(self) -> SpoolPrinter:
        """The default spool folder."""
        return self._default.spool

    @property
    def spools(self) -> tuple[SpoolPrinter, ...]:
        """The folders of all printers that are folders, with the default one."""
        found = {printer.spool.folder: printer.spool for printer in map(self.get, self._settings) if is_folder(printer)}
        return tuple(({self.spool.folder: self.spool} | found).values())

    def spool_of(self, name: str) -> SpoolPrinter:
        """Return the folder of a printer; the default one for a printer that is no folder, or left the settings."""
        printer = self.get(name) if name in self._settings else self._default
        return printer.spool if is_folder(printer) else self.spool

    def for_paper(self, kind: str) -> Printer:
        """Return the printer for a kind of paper, such as "receipt".

        That is the first printer of the settings that names the kind, else the first that names none, else the folder.
        """
        return self.get(self.name_for_paper(kind))

    def name_for_paper(self, kind: str) -> str:
        """Return the name of the printer for a kind of paper."""
        named = [name for name, settings in self._settings.items() if kind in settings.papers]
        others = [name for name, settings in self._settings.items() if not settings.papers]
        return next(iter([*named, *others]), DEFAULT_PRINTER)

    def get(self, name: str) -> Printer:
        """Return a printer by its name. Raises BadData for an unknown one."""
        settings = self._settings.get(name)
        if settings is None:
            if name == DEFAULT_PRINTER:
                return self._default
            raise BadData("There is no printer {name}.", name=name)
        address = parse_device(settings.device)
        if address.kind == "folder":
            folder = self._folder / address.place
            return FolderPrinter(name, folder, media=settings.media, paper_mm=settings.paper_mm)
        from clerk_app.paper.printers.queued_printer import QueuedPrinter  # a folder needs none of this

        if address.kind == "cups":
            from clerk_app.paper.printers.cups_device import CupsDevice

            return QueuedPrinter(settings, CupsDevice(address.place, settings.patience_seconds), self._queue)
        from clerk_app.paper.printers.escpos_device import EscposDevice

        device = EscposDevice(address, settings.answers, settings.patience_seconds)
        return QueuedPrinter(settings, device, self._queue)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all printers, the folder last; without it if another printer prints all other papers."""
        takes_all = any(not settings.papers for settings in self._settings.values())
        return (*self._settings,) if takes_all else (*self._settings, DEFAULT_PRINTER)

    # jobs of printers that are no folder

    def find_outcome(self, job_id: str) -> PrintOutcome | None:
        """Return what is known about a job, also after a power loss; None if it was never sent to a device."""
        record = self._queue.find_job(job_id)
        return record.known_outcome if record is not None else None

    def find_confirmation(self, job_id: str) -> str:
        """Return how a printer confirmed a job: "job" (by its number), "status", or empty."""
        record = self._queue.find_job(job_id)
        return record.confirmed_by if record is not None else ""

    def remove_job(self, job_id: str) -> None:
        """Remove the record of a job whose outcome was stored."""
        self._queue.remove(job_id)

    def list_jobs(self) -> list[JobRecord]:
        """Return the jobs whose outcome was not stored yet, oldest first."""
        return self._queue.list_jobs()
