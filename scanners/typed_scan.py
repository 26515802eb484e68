"""Separates the scans of a keyboard-wedge scanner from what a person types, while the keys arrive.

A run is a series of characters that arrive without a pause, as a device types them. A run that begins like a code
(`KeyboardWedge.match_start`) is a scan: all its keys belong to it, with the keys that end it (Enter, line feed, Tab,
also doubled or late). Other runs are returned with the key that ended them, because only the screen knows whether
the field with the focus takes codes. The same burst can come from a person: a terminal multiplexer or a slow line
bunches keys, an input method commits several characters, a terminal without bracketed paste types a paste.

A code may follow typed characters closely. It is separated from them by its frame: a measurable pause, and after it the
beginning of a code at a clearly higher speed (`FRAME_GAP_SECONDS`, `FRAME_SPEED_RATIO`), or STX or a byte order mark.
Without a pause the characters of a code cannot be distinguished from text that contains them.

The classes are no dataclasses, which take half a millisecond each before the first screen is painted.
"""

from __future__ import annotations

import unicodedata
from typing import Generic, Literal, TypeVar

from scanners.wedge import LEAD_CHARACTERS, TEXT_LIMIT, KeyboardWedge, Start

K = TypeVar("K")

RUN_GAP_SECONDS = 0.05
"""Longest time between two keys of a run: scanners need 1 to 20 ms for a key, fast typists 60 ms and more."""

SCAN_GAP_SECONDS = 0.3
"""Longest time between two keys of a recognised scan, in which a wireless scanner or a busy machine may pause."""

SUFFIX_SECONDS = 0.5
"""Time after a scan during which Enter, line feed and Tab are its suffix; a person needs longer to read its result."""

LATE_SUFFIX_SECONDS = 0.25
"""Time after a run that is not a recognised scan, during which the same keys count as its suffix."""

FRAME_GAP_SECONDS = 0.005
"""Shortest pause after which a code may begin within a run; a terminal reads the keys of a burst in under 1 ms each."""

FRAME_SPEED_RATIO = 3
"""How many times shorter than that pause the time between the first characters of the code has to be."""

MIN_SCAN_LENGTH = 4
"""Shortest scan without its identifier: the number of a ticket."""

SUFFIX_KEYS = ("enter", "ctrl+j", "tab")
CONTROL_SUFFIX_KEYS = ("ctrl+@", "ctrl+c", "ctrl+d")  # NUL, ETX, EOT
_SEPARATORS = "\x1c\x1d\x1e"  # FS, GS and RS inside a code
_START_LENGTH = 12  # characters of a run that are checked for ideographs
_MAX_RUN_LENGTH = TEXT_LIMIT + 64  # longer ones are reported as too long

Holding = Literal["all", "codes"]
"""Which keys are held until their run ends: all, or only those that may begin a code."""


class KeyRun(Generic[K]):
    """Characters that arrived without a pause.

    `keys` are the keys not yet returned, `returned` is the number of keys returned before. `suffix` is the key that
    ended the run, or None after a pause. `is_scan`: the run begins like a code. `dropped`: no key of it is returned any
    more. `taken` is set by the receiver: whether it used the run as a scan.
    """

    def __init__(self, text: str = "", keys: list[K] | None = None, *, is_scan: bool = False) -> None:
        self.text = text
        self.keys: list[K] = [] if keys is None else keys
        self.returned = 0
        self.suffix: K | None = None
        self.is_scan = is_scan
        self.dropped = False
        self.taken = False


class FirstKey(Generic[K]):
    """The first key of `run`, returned without waiting for the following ones."""

    def __init__(self, key: K, run: KeyRun[K]) -> None:
        self.key = key
        self.run = run


class LateSuffix(Generic[K]):
    """Enter, line feed or Tab shortly after `run`; `at_once`: without a pause after the run or its first suffix."""

    def __init__(self, key: K, run: KeyRun[K], *, at_once: bool) -> None:
        self.key = key
        self.run = run
        self.at_once = at_once


class _EndedRun(Generic[K]):
    """A run that has ended at `at`, the time of its last key; until `limit` a key counts as its suffix. In seconds."""

    def __init__(self, run: KeyRun[K], at: float, last_name: str, limit: float) -> None:
        self.run = run
        self.at = at
        self.last_name = last_name
        self.limit = limit


class _Frame:
    """The last characters of a run, which may be the beginning of a code.

    `position` is the number of keys of the run before it, `gap` the pause before it in seconds.
    """

    def __init__(self, text: str, position: int, gap: float) -> None:
        self.text = text
        self.position = position
        self.gap = gap


class TypedScanReader(Generic[K]):
    """Divides keys of any type K into keys, runs and suffixes, by the times at which they arrived (in seconds)."""

    def __init__(self, wedge: KeyboardWedge) -> None:
        self.wedge = wedge
        self._run: KeyRun[K] | None = None
        self._start: Start = "maybe"
        self._frame: _Frame | None = None
        self._paused = False  # whether the identifier of the run arrived in two parts
        self._at = 0.0
        self._ended: _EndedRun[K] | None = None

    @property
    def wait_seconds(self) -> float | None:
        """Seconds after the last key until `end_run` is due; None if no key is held."""
        if self._run is None or not (self._run.keys or self._run.is_scan):
            return None
        return self._gap_seconds(self._run)

    @property
    def held_keys(self) -> int:
        """Number of keys held."""
        return len(self._run.keys) if self._run is not None else 0

    def read_key(
        self, key: K, name: str, character: str | None, at: float, *, holding: Holding
    ) -> list[K | KeyRun[K] | FirstKey[K] | LateSuffix[K]]:
        """Add a key that arrived at `at`; return what is complete now, in the order of the keys.

        `name` is the key's name (`enter`, `ctrl+j`), `character` the character that it types.
        """
        found: list[K | KeyRun[K] | FirstKey[K] | LateSuffix[K]] = []
        if self._run is not None and at - self._at > RUN_GAP_SECONDS:
            if at - self._at > self._gap_seconds(self._run):
                found += self.end_run()
            else:
                self._paused = True
        if name in SUFFIX_KEYS or (name in CONTROL_SUFFIX_KEYS and self._in_scan):
            found += self._read_suffix(key, name, at)
        elif character and self._belongs_to_run(character):
            if character in LEAD_CHARACTERS and self._run is not None and self._run.text.strip(LEAD_CHARACTERS):
                found += self.end_run()
            found += self._read_character(key, character, at, holding)
        else:
            found += [*self.end_run(), key]
            self._ended = None
        return found

    def end_run(self) -> list[KeyRun[K]]:
        """End the run after a pause, or before something that is no key; return it if keys of it are held."""
        run, self._run, self._frame = self._run, None, None
        if run is None:
            return []
        self._check_length(run)
        limit = SUFFIX_SECONDS if run.is_scan else LATE_SUFFIX_SECONDS
        self._ended = _EndedRun(run, self._at, "", self._at + limit) if len(run.text) >= 3 else None
        return [run] if (run.keys or run.is_scan) and not run.dropped else []

    def drop_run(self) -> None:
        """Drop the held keys, and the keys of the newest run that still arrive, also its suffix.

        A character belongs to a dropped run up to SCAN_GAP_SECONDS after the one before.
        """
        ended = self._ended
        if ended is not None:
            ended.run.dropped = True
            if not ended.last_name:  # ended by a pause: more of its characters may arrive
                self._run, self._at, self._ended = ended.run, ended.at, None
        if self._run is not None:
            self._run.dropped = True
            self._run.keys.clear()

    def _gap_seconds(self, run: KeyRun[K]) -> float:
        """Return the longest time between two keys of a run.

        The keys of a dropped run cannot show any more whether they are a scan that pauses. An identifier pauses once at
        most, because a busy program that shows its first key reads the next ones late.
        """
        may_pause = run.returned > 0 and self._start == "maybe" and not self._paused
        pauses = run.is_scan or run.dropped or may_pause
        return SCAN_GAP_SECONDS if pauses else RUN_GAP_SECONDS

    def _check_length(self, run: KeyRun[K]) -> None:
        if len(self.wedge.strip_identifier(run.text)) < MIN_SCAN_LENGTH:
            run.is_scan = False  # somebody typed it

    @property
    def _in_scan(self) -> bool:
        return self._run.is_scan if self._run is not None else self._ended is not None and self._ended.run.is_scan

    def _belongs_to_run(self, character: str) -> bool:
        if character in LEAD_CHARACTERS:
            return self._run is None or not self._run.is_scan
        return character.isprintable() or (character in _SEPARATORS and self._run is not None and self._run.is_scan)

    def _read_character(self, key: K, character: str, at: float, holding: Holding) -> list[K | KeyRun[K] | FirstKey[K]]:
        first = self._run is None
        run = self._run = self._run or KeyRun()
        self._paused = self._paused and not first
        gap, self._at, self._ended = at - self._at, at, None
        run.keys.append(key)
        if len(run.text) < _MAX_RUN_LENGTH:
            run.text += character
        if first or self._start == "maybe":
            self._start = self.wedge.match_start(run.text)
        elif run.is_scan and len(run.text) <= _START_LENGTH and unicodedata.category(character) == "Lo":
            self._start = "no"  # an ideograph: typed text that begins like a code
        run.is_scan = self._start == "yes"
        if run.dropped:
            run.keys.clear()
            return []
        if not first and not run.is_scan and self._is_frame(run, character, gap):
            return self._split_run(run)
        if run.is_scan or holding == "all" or (not first and (self._start == "maybe" or self._frame is not None)):
            return []
        if character in LEAD_CHARACTERS:
            return []
        released: list[K] = list(run.keys)
        run.keys.clear()
        run.returned += len(released)
        return [FirstKey(key, run)] if first else list(released)

    def _is_frame(self, run: KeyRun[K], character: str, gap: float) -> bool:
        """Return whether a code began within the run, and `character`, `gap` seconds after the key before, is of it."""
        frame = self._frame
        if frame is not None and gap * FRAME_SPEED_RATIO <= frame.gap:
            frame.text += character
        elif gap >= FRAME_GAP_SECONDS:
            frame = _Frame(character, run.returned + len(run.keys) - 1, gap)
        else:
            frame = None
        start: Start = self.wedge.match_start(frame.text) if frame is not None else "no"
        self._frame = frame if start != "no" else None
        return start == "yes" and frame is not None and len(frame.text) >= MIN_SCAN_LENGTH

    def _split_run(self, run: KeyRun[K]) -> list[K | KeyRun[K] | FirstKey[K]]:
        """Separate the code that began within a run from the characters before it; return these if they are held."""
        frame, self._frame = self._frame, None
        if frame is None:
            return []
        held = frame.position - run.returned  # the keys of a frame are held from its first one
        self._run, self._start = KeyRun(frame.text, run.keys[held:], is_scan=True), "yes"
        del run.keys[held:]
        run.text = run.text[: -len(frame.text)]
        return [run] if run.keys else []

    def _read_suffix(self, key: K, name: str, at: float) -> list[K | KeyRun[K] | LateSuffix[K]]:
        run, ended = self._run, self._ended
        if run is not None and (run.dropped or run.text.strip(LEAD_CHARACTERS)):
            run.suffix = key
            self._run, self._frame = None, None
            self._check_length(run)
            limit = SUFFIX_SECONDS if run.is_scan else LATE_SUFFIX_SECONDS
            self._ended = _EndedRun(run, at, name, at + limit)
            return [] if run.dropped else [run]
        if ended is None or at > ended.limit:
            self._ended = None
            return [*self.end_run(), key]
        at_once = at - ended.at <= RUN_GAP_SECONDS
        line_feed = name == "ctrl+j" and ended.last_name == "enter" and at_once
        ended.at, ended.last_name = at, name
        return (
            [] if line_feed or ended.run.is_scan or ended.run.dropped else [LateSuffix(key, ended.run, at_once=at_once)]
        )
