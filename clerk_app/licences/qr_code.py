"""QR codes for a terminal and as PNG files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import segno

_QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004)
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"  # colours 16 and 231 are fixed; themes change only 0 to 15
_RESET = "\x1b[0m"


@dataclass(frozen=True)
class TerminalCode:
    """A QR code drawn in half blocks, one column per module and one row per two modules, to be shown black on white."""

    version: int
    lines: tuple[str, ...]  # without colours

    @property
    def columns(self) -> int:
        """The required width of the terminal in columns."""
        return len(self.lines[0])

    @property
    def rows(self) -> int:
        """The required height of the terminal in rows."""
        return len(self.lines)

    def to_ansi(self) -> str:
        """Return the lines with escape sequences for black on white."""
        return "\n".join(f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in self.lines)


def render_terminal_code(text: str, quiet: int = _QUIET_ZONE) -> TerminalCode:
    """Draw `text` as a QR code with a white border of `quiet` modules (2 are enough for most cameras)."""
    code = _make_qr(text)
    rows = [tuple(bool(module) for module in row) for row in code.matrix_iter(border=quiet)]
    if len(rows) % 2:
        rows.append((False,) * len(rows[0]))
    lines = tuple(
        "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return TerminalCode(int(code.version), lines)


def save_png(text: str, path: Path, module: int = 8) -> None:
    """Save `text` as a QR code in a PNG file, black on white, `module` pixels per module. Raises OSError."""
    _make_qr(text).save(str(path), kind="png", scale=module, border=_QUIET_ZONE)


def _make_qr(text: str) -> segno.QRCode:
    """Make a QR code of level M: readable despite a scratch or a reflection, a quarter more modules than level L."""
    return segno.make_qr(text, error="m", boost_error=False)
