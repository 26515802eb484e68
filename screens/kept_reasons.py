"""Reasons that were entered in a dialog and not recorded; `ReasonKeeper` keeps them, also over a restart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.views.workstation import ReasonStore, StoredReasons
from screens.host import ScreenHost

if TYPE_CHECKING:
    from clerk_app.views.shared import Option


class KeptReasons:
    """Reasons of one act that are not recorded yet: they stay when the dialog is left.

    A reason without an id is in the person's own words, another one is a stock reason.
    """

    def __init__(self, reasons: Iterable[Option] = (), text: str = "", ticked: tuple[str, ...] | None = None) -> None:
        self.reasons = list(reasons)
        self.text = text
        self.ticked = ticked  # rows ticked before the reasons, None if nothing was ticked yet


class ReasonKeeper:
    """The kept reasons of a screen by key, which is an act and, after a space, its subject.

    Without a store they last until the program ends.
    """

    def __init__(self) -> None:
        self.store: ReasonStore | None = None
        self._kept: dict[str, KeptReasons] = {}
        self._is_read = False

    async def find(self, host: ScreenHost, key: str) -> KeptReasons:
        """Return what is kept under a key; it may be changed, and `save` stores it."""
        if self.store is not None and not self._is_read:
            stored = await host.ask(self.store.read)
            self._kept = {name: _unpack(reasons) for name, reasons in stored.items()} | self._kept
            self._is_read = True
        return self._kept.setdefault(key, KeptReasons())

    def save(self, host: ScreenHost) -> None:
        """Store all that is kept."""
        if self.store is not None and self._is_read:
            host.run_in_background(host.ask(partial(self.store.save, self._pack())))

    def drop(self, host: ScreenHost, key: str) -> None:
        """Drop what is kept under a key, because the act was recorded."""
        if self._kept.pop(key, None) is not None:
            self.save(host)

    async def drop_subject(self, host: ScreenHost, subject: str) -> None:
        """Drop what is kept for all acts on a subject, because it was decided."""
        await self.find(host, f"decide {subject}")
        self._kept = {key: kept for key, kept in self._kept.items() if key.rpartition(" ")[2] != subject}
        self.save(host)

    def _pack(self) -> Mapping[str, StoredReasons]:
        return {
            key: StoredReasons(tuple(kept.reasons), kept.text, kept.ticked)
            for key, kept in self._kept.items()
            if kept.reasons or kept.text or kept.ticked is not None
        }


def _unpack(stored: StoredReasons) -> KeptReasons:
    return KeptReasons(stored.reasons, stored.text, stored.ticked)
