"""State of a receipt printer from its four real-time status bytes (DLE EOT 1 to 4).

Source: Epson, ESC/POS command reference.
"""

from __future__ import annotations

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.printer import PaperLevel, PrinterState

_OFFLINE = 0x08  # DLE EOT 1
_COVER_OPEN = 0x04  # DLE EOT 2
_STOPPED_WITHOUT_PAPER = 0x20  # DLE EOT 2
_HAS_ERROR = 0x40  # DLE EOT 2
_CUTTER_ERROR = 0x08  # DLE EOT 3
_PAPER_LOW = 0x0C  # DLE EOT 4
_PAPER_OUT = 0x60  # DLE EOT 4


def describe_status(printer: int, offline_cause: int, error_cause: int, paper: int) -> PrinterState:
    """Return the state that the answers to DLE EOT 1, 2, 3 and 4 describe."""
    is_offline, is_open = bool(printer & _OFFLINE), bool(offline_cause & _COVER_OPEN)
    is_out = bool(paper & _PAPER_OUT or offline_cause & _STOPPED_WITHOUT_PAPER)
    level: PaperLevel = "out" if is_out else "low" if paper & _PAPER_LOW else "enough"
    error = None
    if is_open:
        error = OutOfReach("The printer's cover is open. Close it, then print again.")
    elif is_out:
        error = OutOfReach("The printer is out of paper. Put in a new roll, then print again.")
    elif error_cause & _CUTTER_ERROR:
        error = OutOfReach("The printer's cutter is blocked. Open the cover and remove the paper, then print again.")
    elif offline_cause & _HAS_ERROR or error_cause & 0x60:
        error = OutOfReach("The printer reports an error. Switch it off and on, then print again.")
    elif is_offline:
        error = OutOfReach("The printer is offline. Check its lights and its cover, then print again.")
    return PrinterState(online=not is_offline, paper=level, cover_open=is_open, error=error)


def unreachable(error: OutOfReach) -> PrinterState:
    """Return the state of a printer that gave no usable answer."""
    return PrinterState(online=False, error=error)
