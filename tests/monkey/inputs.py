"""Random input of a station: keys, scans with every suffix of a reader, pastes, sizes of the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

SIZES = ((80, 24), (140, 40), (200, 60), (100, 30))
TOO_SMALL = (60, 20)  # the program asks for a larger window
SUFFIXES = ("\r", "\n", "\r\n", "\r\r", "\t", "\t\r", "")
_KEYS = {
    "Enter": 14, "Escape": 8, "Down": 10, "Up": 6, "Tab": 6, "Left": 2, "Right": 2, "PageDown": 1, "PageUp": 1,
    "F1": 2, "F2": 6, "F3": 2, "F4": 2, "F5": 6, "F6": 3, "F7": 3, "F8": 5, "F9": 7,
    "^G": 2, "^L": 1, "^N": 2, "^P": 2, "^Z": 2, "^O": 1, "^T": 1,
}  # fmt: skip
_CHARACTERS = "1234567890" * 3 + "yn abcdefghijklmnopqrstuvwxyzABC/-+.,;?!林晓雯示范市李𬭎㐀"
_TEXTS = (
    "13800138000",
    "+86 10 6555 1234 转 8",
    "690102199403120267",
    "690102 19940312 0267",
    "２０２６－１１－２８",
    "2030-01-01",
    "请补交示自然资拍[2026]G15号地块规划许可证复印件",
    "CHANNEL1:视频监控",
    "]c1260000000010",
    "欧阳·娜娜",
    "\u3000林 晓雯\u200b",
    "\u202d林\u202c",
    "\U00031350\U0002ebf0",
    "\u3164",
    "\u00a0" * 80,
    "first line\nsecond line\nthird line",
    "a\tb\x07c",
    "x" * 300,
    "e\u0301" * 40,
    "👩\u200d👩\u200d👧",
    "[[bold]]{0}%s",
    "\ufeff690102199403120267",
    "'; DROP TABLE cases; --",
)


@dataclass(frozen=True)
class Input:
    """One input: what is written to the terminal in one piece, and how it is reported."""

    kind: str  # keys, text, scan, paste, bytes
    text: str


class InputSource:
    """Draws inputs; `codes` are texts of genuine and forged codes by name, `numbers` those of cases and tickets."""

    def __init__(self, random: Random, codes: Mapping[str, str]) -> None:
        self._random = random
        self._codes = codes
        self.numbers: list[str] = []

    def draw(self) -> Input:
        """Draw the next input."""
        chance = self._random.random()
        if chance < 0.66:
            return Input("keys", self._random.choices(list(_KEYS), list(_KEYS.values()))[0])
        if chance < 0.80:
            return Input("text", "".join(self._random.choices(_CHARACTERS, k=self._random.randint(1, 6))))
        if chance < 0.92:
            return self.draw_scan()
        if chance < 0.99:
            return Input("paste", self._random.choice(_TEXTS))
        return Input("bytes", self._random.choice(("\udcff", "\udcc3(", "\udced\udca0\udc80")))

    def scan_of(self, name: str) -> Input:
        """Return the scan of the code with this name."""
        return Input("scan", self._codes[name] + self._random.choice(("\r", "\r\n", "\t")))

    def draw_scan(self) -> Input:
        """Draw a scan: a code or number with the prefix and suffix of some reader."""
        scanned = self._random.choice(list(self._codes.values()))
        if self.numbers and self._random.random() < 0.5:
            scanned = self._random.choice(self.numbers)
        if self._random.random() < 0.1:
            scanned = scanned[: self._random.randint(1, len(scanned))]
        prefix = self._random.choice(("", "", "", "]Q3", "]C1"))
        return Input("scan", prefix + scanned + self._random.choice(SUFFIXES))
