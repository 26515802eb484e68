"""Interface of a line to a receipt printer."""

from __future__ import annotations

from typing import Protocol

WRITE_SECONDS = 10.0
"""Longest time in which a printer takes a piece of PIECE_BYTES; a slow one still takes a line of text a second."""
PIECE_BYTES = 512


class LineError(Exception):
    """The line to a printer failed, or the printer took nothing for WRITE_SECONDS."""


class PrinterLine(Protocol):
    """An open line to a printer."""

    def write(self, data: bytes) -> None:
        """Send a piece of at most PIECE_BYTES. Raises LineError."""
        ...

    def read(self, seconds: float) -> bytes:
        """Return what the printer sent, waiting at most so long; empty if it sent nothing. Raises LineError."""
        ...

    def close(self) -> None:
        """Close the line without waiting for the printer. Raises nothing."""
        ...
