"""Which of the codes in sight are news: a code held before a camera is seen thirty times a second and meant once."""

from __future__ import annotations

from scanners.codes import Code

FORGET_SECONDS = 3.0
"""Seconds out of sight after which the same code counts as shown again."""

TOGETHER_SECONDS = 0.5
"""Seconds within which two different codes count as in view together: a frame may miss one of them."""


class Sightings:
    """Remembers what was in sight. Times are seconds on any clock that only goes forward."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, bytes], tuple[float, Code]] = {}
        self._announced: dict[frozenset[tuple[str, bytes]], float] = {}

    def update(self, codes: tuple[Code, ...], now: float) -> tuple[tuple[Code, ...], bool]:
        """The codes to act on now, and whether more than one different code is in view.

        Several codes in view are handed over together, never one picked out of them; when one of them is taken away,
        the other alone is news again.
        """
        self._seen.update({(code.symbology, code.data): (now, code) for code in codes})
        self._seen = {key: seen for key, seen in self._seen.items() if now - seen[0] <= TOGETHER_SECONDS}
        together = frozenset(self._seen)
        self._announced = {
            group: at
            for group, at in self._announced.items()
            if now - at <= FORGET_SECONDS and not group < together  # one of two was not meant by itself
        }
        if not codes:
            return (), len(together) > 1
        news = together not in self._announced
        self._announced[together] = now
        return tuple(code for _, code in self._seen.values()) if news else (), len(together) > 1
