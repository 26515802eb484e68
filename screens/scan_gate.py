"""`ScanGate`: recognises scans among the keys, in every field, dialog and screen.

`TypedScanReader` divides the keys by the time at which each arrived. A scan is delivered as one text to the screen on
top (`ScanReceiver`); no key of it, also none that ends it, reaches a field, a binding or a dialog. Keys that arrive as
fast but do not begin like a code are a scan only if the active screen accepts them as one.

A code that cannot be distinguished from typed text still ends with the keys of a scanner. So Enter directly after Enter
or Tab answers nothing, in no dialog and on no screen: it only leaves a field (`DOUBLED_SUFFIX_SECONDS`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic

from textual import events

from clerk_app.locales import _
from scanners.typed_scan import (
    MIN_SCAN_LENGTH,
    SUFFIX_KEYS,
    FirstKey,
    Holding,
    KeyRun,
    LateSuffix,
    TypedScanReader,
)
from scanners.wedge import LEAD_CHARACTERS, KeyboardWedge, looks_scanned
from screens.key_gate import KeyGate, KeyItem
from screens.scan_receiver import FastKeys, RunField, ScanReceiver, read_scan, text_field

SLOW_GAP_SECONDS = 0.15
"""Longest time between the keys of a slow scanner, which look typed: where no field has the focus, Enter is theirs."""

DOUBLED_SUFFIX_SECONDS = 0.03
"""Time after Enter, line feed or Tab in which nobody presses Enter; a scanner that ends its codes with two does."""

Run = KeyRun[events.Key]


class DoubledEnter:
    """Enter that came as fast after another key of SUFFIX_KEYS as a scanner sends it; `item` as it was read."""

    def __init__(self, item: events.Key | LateSuffix[events.Key]) -> None:
        self.item = item


class ScanGate(KeyGate):
    """A key gate that separates the scans of a keyboard-wedge scanner from typed keys."""

    def __init__(self) -> None:
        super().__init__()
        self._reader: TypedScanReader[events.Key] = TypedScanReader(KeyboardWedge())
        self._is_code: Callable[[str, str], bool] = lambda _text, _kind: False
        self._run_timer: asyncio.TimerHandle | None = None
        self._keys_read = 0  # so that a late timer does not end a newer run
        self._skip_run = False
        self._characters = 0  # characters before the next key, each at most SLOW_GAP_SECONDS after the one before
        self._slow_run_at = 0.0
        self._suffix_at: float | None = None  # time of the key before, if it is one of SUFFIX_KEYS
        self._run_in_field: tuple[Run, RunField] | None = None  # the last run typed into a field

    @property
    def gate_closed(self) -> bool:
        """Whether keys wait: a key is being handled, an action is running, or a scan may be arriving."""
        return super().gate_closed or self._reader.wait_seconds is not None

    def use_scan_rules(self, prefix: str, is_code: Callable[[str, str], bool]) -> None:
        """Recognise `prefix` as the beginning of a scan, in addition to AIM identifiers.

        `is_code` returns whether a text without identifier is a code, not a value of a field of the given kind.
        """
        self._reader.wedge, self._is_code = KeyboardWedge(prefix), is_code

    def skip_typed_run(self) -> None:
        """Drop the run that the key read next begins, unless it is a scan. No field may have the focus."""
        self._skip_run = True

    def _read_keys(self, event: events.Key | events.Paste) -> Iterable[KeyItem]:
        if isinstance(event, events.Paste):
            found: Iterable[KeyItem] = [*self._reader.end_run(), event]
            self._suffix_at = None
        else:
            # before raw mode, the terminal's line discipline turned Enter into a line feed
            key = events.Key("enter", "\r") if event.key == "ctrl+j" else event
            found = self._reader.read_key(key, event.key, event.character, event.time, holding=self._holding())
            if self._follows_characters(event) and event.key in SUFFIX_KEYS:
                slow = KeyRun[events.Key]("?" * MIN_SCAN_LENGTH)
                found = [LateSuffix(key, slow, at_once=True) if item is key else item for item in found]
            if self._is_doubled_enter(event):
                found = [DoubledEnter(item) if isinstance(item, events.Key | LateSuffix) else item for item in found]
        self._watch_run()
        return found

    def _is_doubled_enter(self, event: events.Key) -> bool:
        before, is_suffix = self._suffix_at, event.key in SUFFIX_KEYS
        self._suffix_at = event.time if is_suffix else None
        is_enter = is_suffix and event.key != "tab"
        return is_enter and before is not None and event.time - before <= DOUBLED_SUFFIX_SECONDS

    def _follows_characters(self, event: events.Key) -> bool:
        """Count characters that follow each other closely; return whether at least MIN_SCAN_LENGTH came before."""
        close = event.time - self._slow_run_at <= SLOW_GAP_SECONDS
        before = self._characters if close else 0
        if event.key not in SUFFIX_KEYS:  # a second Enter is part of the same run
            before = self._characters = before + 1 if event.is_printable else 0
        else:
            self._characters = before
        self._slow_run_at = event.time
        return before >= MIN_SCAN_LENGTH

    def _holding(self) -> Holding:
        """Keys typed into a field are shown at once; keys that wait anyway, or may be commands, wait for their run."""
        field = self.focused
        return "codes" if not self._busy and isinstance(field, RunField) and not field.takes_codes else "all"

    def _watch_run(self) -> None:
        """End the run of keys after a pause."""
        if self._run_timer is not None:
            self._run_timer.cancel()
            self._run_timer = None
        self._keys_read += 1
        wait = self._reader.wait_seconds
        if wait is not None:
            number = self._keys_read
            loop = asyncio.get_running_loop()
            self._run_timer = loop.call_later(wait, lambda: self.call_later(self._end_run, number))

    async def _end_run(self, number: int) -> None:
        if number != self._keys_read:  # a key arrived before this message
            return
        if self.reading_keys:
            self._watch_run()
        else:
            await self._queue_keys(self._reader.end_run())

    async def _deliver(self, item: KeyItem) -> None:
        if isinstance(item, events.Paste) and (code := self._find_pasted_code(item.text)):
            self._take_pasted_code(code)
        elif isinstance(item, KeyRun):
            self._deliver_run(item)
        elif isinstance(item, DoubledEnter):
            await self._deliver_doubled_enter(item.item)
        elif isinstance(item, LateSuffix):
            await self._deliver_late_suffix(item)
        elif isinstance(item, FirstKey):
            self._begin_run(item.run)
            await self._forward_key(item.key)
        else:
            await super()._deliver(item)

    def _find_pasted_code(self, text: str) -> str:
        """Return the code that a paste into a text field is as a whole, unless the field takes codes; else empty."""
        field = self.focused
        if not isinstance(field, RunField) or field.takes_codes:
            return ""
        return self._reader.wedge.find_pasted_code(text, lambda code: self._is_code(code, field.kind))

    def _take_pasted_code(self, code: str) -> None:
        """Give a pasted code to the screen on top like a scan; the field keeps its value."""
        if isinstance(self.focused, RunField):
            self.focused.begin_run()
            self.focused.take_out_run(code)
        if isinstance(self.screen, ScanReceiver):
            self.screen.take_scan(read_scan(self._reader.wedge, code))

    def _deliver_run(self, run: Run) -> None:
        """Deliver a run to the screen on top as a scan, or put its keys at the beginning of the queue."""
        if run.is_scan or self._counts_as_scan(run, ended=run.suffix is not None):
            self._take_scan(run)
            self._skip_run = False
            return
        if self._skip_run:
            self._skip_run = False
            return
        if not run.returned:
            self._begin_run(run)
        keys: list[KeyItem] = list(run.keys)
        run.keys.clear()
        if run.suffix is not None:
            keys.append(run.suffix if self._accepts_text else LateSuffix(run.suffix, run, at_once=True))
        self._keys_ahead.extendleft(reversed(keys))

    async def _deliver_late_suffix(self, suffix: LateSuffix[events.Key]) -> None:
        """Deliver Enter or Tab that came shortly after a run, unless it belongs to a scan."""
        run, field = suffix.run, self.focused
        if run.taken:
            return
        in_field = isinstance(field, RunField) and self._run_in_field == (run, field)
        if in_field and run.suffix is None and self._counts_as_scan(run, ended=True):
            self._take_scan(run)
            return
        without_field = not self._accepts_text and len(run.text) >= 3
        doubled = suffix.at_once and (without_field or looks_scanned(run.text))
        if not doubled or (isinstance(field, RunField) and not field.enter_decides):
            await self._forward_key(suffix.key)

    async def _deliver_doubled_enter(self, item: events.Key | LateSuffix[events.Key]) -> None:
        """Deliver a doubled Enter to a field that it only leaves; report it elsewhere, unless it belongs to a scan."""
        field = self.focused
        if isinstance(field, RunField) and not field.enter_decides:
            await self._deliver(item)
        elif not isinstance(item, LateSuffix) or not item.run.taken:
            self.bell()
            self.notify(_("Enter came twice at once, as a scanner sends it. The second one was not used."))

    @property
    def _accepts_text(self) -> bool:
        return isinstance(self.screen, ScanReceiver) and self.screen.accepts_text

    def _begin_run(self, run: Run) -> None:
        if isinstance(self.focused, RunField):
            self.focused.begin_run()
            self._run_in_field = run, self.focused

    def _counts_as_scan(self, run: Run, *, ended: bool) -> bool:
        """Return whether the screen on top takes a run without an identifier as a scan."""
        if not isinstance(self.screen, ScanReceiver):
            return False
        first, field = run.keys[0].key if run.keys and not run.returned else "", text_field(self.focused)
        is_code = self._is_code(run.text.strip(), field.kind if isinstance(field, RunField) else "text")
        return self.screen.is_scan(FastKeys(run.text, first, ended, is_code), field)

    def _take_scan(self, run: Run) -> None:
        """Take the text of a scan out of its field, and give it to the screen on top."""
        run.taken, raw = True, run.text.lstrip(LEAD_CHARACTERS)
        if not run.returned:
            self._begin_run(run)
        if self._run_in_field is not None and self._run_in_field[0] is run:
            self._run_in_field[1].take_out_run(raw)
        if isinstance(self.screen, ScanReceiver):
            self.screen.take_scan(read_scan(self._reader.wedge, raw))
        if not self.action_running:
            self._closed_at = monotonic()
            self._start_settling(self.focused or self.screen)

    def _count_keys(self, item: KeyItem) -> int:
        return len(item.keys) + (item.suffix is not None) if isinstance(item, KeyRun) else 1

    def _drop_unread_keys(self) -> int:
        count = self._reader.held_keys
        self._reader.drop_run()
        return count
