"""Commands on the prints of a case's papers, for tests."""

from __future__ import annotations

from clerk_app.cases.prints import BeginPrint, PrintContent, RecordPrint
from tests.office import SampleOffice

PAGE = '[{"block":"text","text":"收件凭证"}]'


def begin_receipt(number: str, page: str = PAGE, *, version: int = 1) -> BeginPrint:
    """Return the command that begins the first print of a version of a case's receipt."""
    return BeginPrint(
        paper=f"{number}-receipt",
        kind="receipt",
        window="w1",
        printer="spool",
        device="folder",
        language="zh_CN",
        version=version,
        personal=PrintContent(page=page),
    )


def begin_reprint(number: str, source: str, reprint: int, *, version: int = 1) -> BeginPrint:
    """Return the command that begins a reprint of a case's receipt, with the content of the print `source`."""
    return BeginPrint(
        paper=f"{number}-receipt",
        kind="receipt",
        window="w1",
        printer="spool",
        device="folder",
        language="zh_CN",
        version=version,
        number=reprint,
        source=source,
    )


def begin(office: SampleOffice, command: BeginPrint, clerk: str = "clerk-1") -> str:
    """Begin a print; return its id."""
    return office.door.perform(command, clerk).print


def record(office: SampleOffice, print_id: str, outcome: str, clerk: str = "clerk-1") -> str:
    """Record how a print ended; return its outcome."""
    return office.door.perform(RecordPrint(print=print_id, outcome=outcome), clerk).outcome
