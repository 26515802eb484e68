"""Jobs of the printers of a machine: one at a time for each printer, recorded before their first byte is sent.

The record of a job is a file. It is written and flushed before the job is sent, and replaced by its outcome: a record
without an outcome, after a power loss or a kill, is a job with an unknown outcome. A job without a
record was never sent. Records hold no content of a paper.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import msgspec

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.print_device import SentJob
from clerk_app.paper.printers.printer import PrintJob, PrintOutcome
from db.files import create_folder, open_private, replace_file, sync_path

BUSY_SECONDS = 30.0
"""Longest time for which a paper waits for another one at the same printer."""
KEPT_SECONDS = 7 * 24 * 3600
"""Time for which a record is kept whose outcome nobody took over."""
_LONGEST_SECONDS = 600.0  # a process with the id of an older job is another one
_RETRY_SECONDS = 0.05
_SUFFIX = ".job"


class JobRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was sent. `outcome` is empty while it is being sent, and after a power loss or a kill."""

    id: str
    number: int
    name: str
    printer: str
    sent_at: float  # seconds since 1970, by the clock of the machine
    process: int = 0  # id of the process that sends it
    outcome: str = ""
    sentence: str = ""
    facts: dict[str, str] = {}
    confirmed_by: str = ""

    @property
    def known_outcome(self) -> PrintOutcome:
        """What is known about the job."""
        return PrintOutcome(self.outcome) if self.outcome else PrintOutcome.UNKNOWN

    @property
    def is_left(self) -> bool:
        """Whether the program that sent the job has ended, so that nobody will store its outcome."""
        if self.process and time.time() - self.sent_at < _LONGEST_SECONDS:
            try:
                os.kill(self.process, 0)
            except ProcessLookupError:
                return True
            except OSError:  # of another user
                return False
            return False
        return True

    @property
    def problem(self) -> OutOfReach | None:
        """Why the printer did not confirm the job, if that is known."""
        return OutOfReach(self.sentence, **self.facts) if self.sentence else None


class PrintQueue:
    """The records and locks in `folder`, which several programs of a machine share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold_printer(self, printer: str) -> Iterator[None]:
        """Hold a printer for one job. Raises OutOfReach if another job does not end, or the disk is full."""
        with self._open_lock(printer) as file:
            deadline = time.monotonic() + BUSY_SECONDS
            while not _try_lock(file):
                if time.monotonic() > deadline:
                    raise OutOfReach("The printer is busy with another paper: nothing was printed. Try again.")
                time.sleep(_RETRY_SECONDS)
            yield

    def _open_lock(self, printer: str) -> BinaryIO:
        try:
            create_folder(self._folder)
            return open_private(self._folder / f"{printer}.lock", "ab")
        except OSError as error:
            raise _disk_error(error) from error

    def begin(self, job: PrintJob, printer: str) -> None:
        """Record durably that a job is sent now. Raises OutOfReach; then it must not be sent."""
        self._remove_old()
        try:
            self._write(
                JobRecord(
                    id=job.id,
                    number=job.job_number,
                    name=job.name,
                    printer=printer,
                    sent_at=time.time(),
                    process=os.getpid(),
                )
            )
        except OSError as error:
            raise _disk_error(error) from error

    def end(self, job: PrintJob, sent: SentJob) -> None:
        """Record the outcome of a job. Without room on the disk the record stays without one."""
        record = self.find_job(job.id)
        if record is None:
            return
        sentence, facts = ("", {}) if sent.problem is None else (sent.problem.sentence, sent.problem.text_facts)
        ended = msgspec.structs.replace(
            record,
            outcome=sent.outcome.value,
            sentence=sentence,
            facts=facts,
            confirmed_by=sent.confirmed_by,
        )
        with suppress(OSError):
            self._write(ended)

    def find_job(self, id: str) -> JobRecord | None:
        """Return the record of a job; None for one that was never sent, or whose record was removed."""
        return _read_record(self._path(id))

    def list_jobs(self) -> list[JobRecord]:
        """Return all records, oldest first."""
        records = [_read_record(path) for path in self._folder.glob(f"*{_SUFFIX}")]
        return sorted((record for record in records if record is not None), key=lambda record: record.sent_at)

    def remove(self, id: str) -> None:
        """Remove the record of a job whose outcome was stored elsewhere, or of which nothing was printed."""
        with suppress(OSError):
            self._path(id).unlink()
            sync_path(self._folder)

    def _remove_old(self) -> None:
        for path in self._folder.glob(f"*{_SUFFIX}*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()

    def _write(self, record: JobRecord) -> None:
        replace_file(self._path(record.id), msgspec.json.encode(record))

    def _path(self, id: str) -> Path:
        return self._folder / f"{quote(id, safe='')}{_SUFFIX}"


def _try_lock(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_record(path: Path) -> JobRecord | None:
    """Return a record; one that cannot be read counts as a job without an outcome."""
    try:
        content, sent_at = path.read_bytes(), os.stat(path).st_mtime
    except OSError:
        return None
    try:
        return msgspec.json.decode(content, type=JobRecord)
    except msgspec.DecodeError:
        return JobRecord(id=path.name.removesuffix(_SUFFIX), number=0, name="", printer="", sent_at=sent_at)


def _disk_error(error: OSError) -> OutOfReach:
    return OutOfReach(
        "The job cannot be recorded on the disk ({why}): nothing was printed. Tell the administrator.",
        why=error.strerror or str(error),
    )
