"""A code as something a phone or a camera can read: in the terminal and as a PNG."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import segno

_QUIET = 4  # modules of white around the code (ISO/IEC 18004)
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"  # from the fixed colour cube: themes change only the first 16
_PLAIN = "\x1b[0m"


@dataclass(frozen=True)
class TerminalCode:
    """A QR code in half blocks: one column a module, two modules a row, meant as black on white."""

    version: int
    lines: tuple[str, ...]  # without colour; `text` has it

    @property
    def columns(self) -> int:
        """How wide the terminal must be."""
        return len(self.lines[0])

    @property
    def rows(self) -> int:
        """How high the terminal must be."""
        return len(self.lines)

    def text(self) -> str:
        """For a terminal, black on white whatever its theme."""
        return "\n".join(f"{_BLACK_ON_WHITE}{line}{_PLAIN}" for line in self.lines)


def terminal_code(text: str, quiet: int = _QUIET) -> TerminalCode:
    """`text` as a QR code for the terminal; `quiet` modules of white around it (2 are enough for most cameras)."""
    code = _code(text)
    rows = [tuple(bool(module) for module in row) for row in code.matrix_iter(border=quiet)]
    if len(rows) % 2:
        rows.append((False,) * len(rows[0]))
    lines = tuple(
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return TerminalCode(int(code.version), lines)


def save_png(text: str, path: Path, module: int = 8) -> None:
    """Saves `text` as a QR code, `module` pixels a module, black on white. Raises OSError."""
    _code(text).save(str(path), kind="png", scale=module, border=_QUIET)


def _code(text: str) -> segno.QRCode:
    """Level M: a quarter more modules than L, and readable through a scratch or a reflection."""
    return segno.make_qr(text, error="m", boost_error=False)
