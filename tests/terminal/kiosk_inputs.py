"""Random input of a kiosk: keys, bytes, touches, pastes, scans and sizes, as nobody types them."""

from __future__ import annotations

from random import Random

from tests.terminal.pty_terminal import KEYS, Terminal

SIZES = ((80, 24), (80, 24), (80, 24), (140, 40), (100, 30), (45, 12), (20, 5), (200, 60))
_CONTROL = [chr(code) for code in range(32)] + ["\x7f", "\x1b[1;5P", "\x1b[1;3S", "\x1b[21~", "\x1b[23~", "\x1b[3;5~"]
_SEQUENCES = (
    "\x1b[I", "\x1b[O", "\x1b[?2026;2$y", "\x1b[?2048;2$y", "\x1b[48;24;80;0;0t", "\x1b[200~", "\x1b[201~",
    "\x1bP", "\x1b\\",
    "\x1b]52;c;?\x07", "\x1b[97;5u", "\x1b[122;5u", "\x1b[99;5u", "\x1b[9999999999A", "\x1b[<0;9999;9999M", "\x1b[M !!",
)  # fmt: skip
_PASTES = ("260000000017", "13800138000", "林 晓雯", "\u202d林\u202c", "x" * 200, "first\nsecond\n", "e\u0301" * 30)
_TYPED = "0123456789" * 3 + "1234561234561234567890abcxyzABCXYZ-+.*#?!<>林李𬭎 "


class KioskInputs:
    """Draws bursts of input; `codes` are texts that a scanner may send."""

    def __init__(self, random: Random, codes: tuple[str, ...]) -> None:
        self._random = random
        self._codes = codes
        self.count = 0
        self.recent: list[str] = []

    def send_burst(self, terminal: Terminal) -> None:
        """Give the terminal a few inputs at once, or another size."""
        random = self._random
        if random.random() < 0.03:
            columns, lines = random.choice(SIZES)
            self._note(f"size {columns}x{lines}")
            terminal.resize(columns, lines)
            return
        parts = [self._draw(terminal) for _part in range(random.randint(1, 30))]
        for part in parts:
            self._note(repr(part))
        terminal.send("".join(parts))

    def _note(self, text: str) -> None:
        self.count += 1
        self.recent = [*self.recent[-60:], text]

    def _draw(self, terminal: Terminal) -> str:
        random, chance = self._random, self._random.random()
        if chance < 0.45:
            return random.choice(_TYPED)
        if chance < 0.62:
            return random.choice(list(KEYS.values()))
        if chance < 0.72:
            return random.choice(_CONTROL)
        if chance < 0.90:
            x, y = random.randint(1, terminal.emulator.columns), random.randint(1, terminal.emulator.lines)
            button = random.choice((0, 0, 0, 0, 1, 2, 64, 65, 35))
            return f"\x1b[<{button};{x};{y}M\x1b[<{button};{x};{y}m"
        if chance < 0.94:
            return random.choice(self._codes) + random.choice(("\r", "\n", "\t", "\r\n", ""))
        if chance < 0.97:
            return f"\x1b[200~{random.choice(_PASTES)}\x1b[201~"
        if chance < 0.985:
            return random.choice(_SEQUENCES)
        return "".join(chr(0xDC80 + random.randrange(0x80)) for _byte in range(random.randint(1, 6)))
