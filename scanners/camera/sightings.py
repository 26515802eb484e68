"""Selects the codes to report: a code held before a camera is read in many frames but reported once."""

from __future__ import annotations

from scanners.codes import Code

FORGET_SECONDS = 3.0
"""Seconds out of view after which a code that appears again is reported again."""

TOGETHER_SECONDS = 0.5
"""Seconds within which two different codes count as in view together, since a frame may miss one of them."""


class Sightings:
    """The codes in view and the codes reported lately. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._in_view: dict[tuple[str, bytes], tuple[float, Code]] = {}
        self._announced: dict[frozenset[tuple[str, bytes]], float] = {}

    def update(self, codes: tuple[Code, ...], now: float) -> tuple[tuple[Code, ...], bool]:
        """Return the codes to report at `now`, and whether several different codes are in view.

        Several codes in view are reported together; when all but one are removed, the remaining one is reported again,
        alone.
        """
        self._in_view.update({(code.symbology, code.data): (now, code) for code in codes})
        self._in_view = {key: entry for key, entry in self._in_view.items() if now - entry[0] <= TOGETHER_SECONDS}
        together = frozenset(self._in_view)
        self._announced = {
            group: at
            for group, at in self._announced.items()
            # a code reported alone that is now in view with another code is forgotten, so that it is reported again
            if now - at <= FORGET_SECONDS and not group < together
        }
        if not codes:
            return (), len(together) > 1
        is_new = together not in self._announced
        self._announced[together] = now
        return tuple(code for _, code in self._in_view.values()) if is_new else (), len(together) > 1
