"""Limits of a kiosk on paper and searches, which leaving and coming back does not reset.

They are counted in a file of the office, by time alone: a kiosk cannot tell one citizen from the next, and stores
nothing about them. Tickets and wrong second factors are counted at the center.
"""

from __future__ import annotations

import json
from pathlib import Path

from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.json_file import read_json_object
from clerk_app.log import log_event
from db.files import replace_file

COUNTS_FILE = "kiosk-counts.json"
MINUTE, TEN_MINUTES, HOUR = 60, 600, 3600  # seconds
_PAGES, _SEARCHES = "pages", "searches"


class KioskQuotas:
    """Counts pages and searches of one kiosk. All printing flows of a kiosk share the pages; tickets are not pages."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._path = office.folder / COUNTS_FILE

    def require_pages(self, pages: int) -> None:
        """Raise Refused if these pages are more than the kiosk may print now. Called before they are printed."""
        with self._office.store.read() as tx:
            policy = read_policy(tx)
        counts, now = _read_counts(self._path, _PAGES, self._now), self._now
        for seconds, limit in (
            (TEN_MINUTES, policy.kiosk_pages_in_ten_minutes),
            (HOUR, policy.kiosk_pages_per_hour),
        ):
            if pages > limit:
                raise Refused(
                    "pages", "This paper has {pages} pages, too many for this machine. A window prints it.", pages=pages
                )
            wait = _seconds_to_wait(counts, now, seconds, limit, pages)
            if wait:
                raise Refused(
                    "pages",
                    "This machine has printed many pages. Please wait {minutes} minutes, or ask at a window, which "
                    "prints it too.",
                    minutes=-(-wait // MINUTE),
                )

    def count_pages(self, pages: int) -> None:
        """Count printed pages, also those that possibly came out."""
        self._add(_PAGES, pages)

    def take_search(self) -> None:
        """Count a search. Raises Refused, with the seconds to wait, after too many."""
        with self._office.store.read() as tx:
            limit = read_policy(tx).kiosk_searches_per_minute
        wait = _seconds_to_wait(_read_counts(self._path, _SEARCHES, self._now), self._now, MINUTE, limit, 1)
        if wait:
            raise Refused("searches", "Many searches were made here. Please wait {seconds} seconds.", seconds=wait)
        self._add(_SEARCHES, 1)

    @property
    def _now(self) -> int:
        return self._office.corrected_now // 1_000_000

    def _add(self, kind: str, amount: int) -> None:
        now = self._now
        counts = {name: _read_counts(self._path, name, now) for name in (_PAGES, _SEARCHES)}
        counts[kind].append((now, amount))
        try:
            replace_file(self._path, json.dumps(counts).encode())
        except OSError as error:  # a full disk ends no service to citizens
            log_event("kiosk", "quota not counted", error=type(error).__name__)


def _read_counts(path: Path, kind: str, now: int) -> list[tuple[int, int]]:
    """Return time and amount of what was counted in the last hour; a time in the future counts as now."""
    stored = read_json_object(path).get(kind)
    counts = []
    for row in stored if isinstance(stored, list) else ():
        match row:
            case [int(at), int(amount)] if at > now - HOUR:
                counts.append((min(at, now), amount))
    return counts


def _seconds_to_wait(counts: list[tuple[int, int]], now: int, seconds: int, limit: int, wanted: int) -> int:
    """Return the seconds until `wanted` more fit below `limit` in any `seconds`; 0 if they fit now."""
    recent = [(at, amount) for at, amount in counts if at > now - seconds]
    too_many = sum(amount for _at, amount in recent) + wanted - limit
    for at, amount in recent:
        if too_many <= 0:
            return 0
        too_many -= amount
        if too_many <= 0:
            return max(1, at + seconds - now)
    return 0
