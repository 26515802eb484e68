"""Service of the board: reads the last calls, the waiting tickets and the open windows of a hall."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from clerk_app.composition.settings import LocalizedText
from clerk_app.hall.announcements import LAST_CALLS
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.windows import parse_categories
from clerk_app.ledger.access import MachineKind
from clerk_app.locales import localize_name
from clerk_app.log import log_event
from clerk_app.roles.board.spoken_calls import SpokenCalls
from clerk_app.roles.board.voice import Voice
from clerk_app.roles.board.voice_equipment import find_equipment
from clerk_app.roles.connection_view import read_data_time
from clerk_app.roles.kiosk.machine_exit import MachineExit
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.wait_estimates import HallEstimates, WaitEstimates
from clerk_app.views.board import AGE_SHOWN_AFTER, BoardCall, BoardView, BothLanguages, WaitingCategory
from clerk_app.views.shared import Level
from db.engines import Row, Transaction

ANNOUNCED_FOR = 120 * 1_000_000  # microseconds after a call in which it is announced; later it is only listed
_MANY_CALLS = 100  # more than are made in that time
_MICROSECONDS = 1_000_000
_DIGITS = re.compile(r"[0-9]+")


def clips_folder(office: Office) -> Path | None:
    """Return the folder of recorded clips of the settings; None if none is set."""
    folder = office.settings.voice_clips
    return office.folder / folder if folder else None


class _Category(NamedTuple):
    letter: str
    name: BothLanguages
    promise: int  # promised longest wait in minutes


@raises_clerk_errors
class OfficeBoard:
    """Implements views.BoardService for a board of an office. `zone`: only the calls of this part of the hall."""

    def __init__(self, office: Office, zone: str = "", voice: Voice | None = None) -> None:
        self._office = office
        self._zone = zone
        self._hall = office.settings.hall
        with office.store.read() as tx:
            node = tx.query_one("ledger.own_node")
        node_id = str(node["id"]) if node is not None else ""
        is_enrolled = node is not None and node["kind"] == MachineKind.BOARD
        actor = node_id if is_enrolled else office.settings.kiosk_staff
        self._exit = MachineExit(office, node_id, actor, is_enrolled=is_enrolled)
        self._voice = voice or Voice(find_equipment(clips_folder(office)))
        self._spoken = SpokenCalls(office.folder)
        self._estimates = WaitEstimates(office)
        self._returned: set[str] = set()  # ids of the new calls that were returned and are not announced yet
        self.theme = office.settings.kiosk_theme
        equipment = self._voice.equipment
        log_event("board", "voice", kind=equipment.kind, missing=equipment.missing_clips)

    def read_view(self) -> BoardView:
        with self._office.store.read() as tx:
            day = find_open_day(tx, self._hall)
            rows = self._read_calls(tx, str(day["day"])) if day is not None else []
            windows = [row for row in tx.select("windows", order=("id",)) if row["hall"] in (self._hall, "")]
            in_zone = [row for row in windows if self._zone in ("", row["zone"])]
            waiting = {row["category"]: row for row in tx.query_all("hall.waiting_by_category", hall=self._hall)}
            data_time = read_data_time(self._office, tx)
            categories = self._list_categories(tx)
            estimates = self._estimates.read(tx)
        calls = tuple(map(self._build_call, rows))
        return BoardView(
            office=_both(self._office.settings.name),
            time=self._office.local_time().strftime("%H:%M"),
            is_open=day is not None,
            calls=calls[: LAST_CALLS + 1],
            new_calls=self._take_new_calls(rows, calls),
            categories=self._build_categories(categories, waiting, in_zone, estimates),
            open_windows=tuple(_short_name(row) for row in _in_order(in_zone) if row["state"] == "open"),
            as_of=self._describe_age(data_time),
            zone=self._zone,
            zone_is_known=bool(in_zone) or not windows,
        )

    def announce(self, call: BoardCall) -> bool:
        self._returned.discard(call.id)
        self._spoken.add((call.id,))  # stored before it is spoken: no call is spoken twice after a power loss
        return self._voice.queue_call(call)

    def take_failed_calls(self) -> int:
        return self._voice.take_failures()

    def unlock(self, secret: str) -> None:
        self._exit.unlock(secret)

    def close(self) -> None:
        self._voice.close()

    def _read_calls(self, tx: Transaction, day: str) -> list[Row]:
        return tx.query_all("board.last_calls", hall=self._hall, day=day, zone=self._zone, many=_MANY_CALLS)

    def _take_new_calls(self, rows: Sequence[Row], calls: Sequence[BoardCall]) -> tuple[BoardCall, ...]:
        """Return the calls that are to be announced, the oldest first.

        A machine that has announced nothing yet announces none of the calls that were made before it started.
        """
        if self._spoken.is_new:
            self._spoken.add(reversed([call.id for call in calls]))
        since = self._office.corrected_now - ANNOUNCED_FOR
        found = [
            call
            for row, call in zip(rows, calls, strict=True)
            if row["at"] >= since and call.id not in self._spoken and call.id not in self._returned
        ]
        self._returned.update(call.id for call in found)
        return tuple(reversed(found))

    def _build_call(self, row: Row) -> BoardCall:
        return BoardCall(
            id=row["id"],
            number=row["number"],
            window=_name_in_both(row["window_name"]),
            window_number=_window_number(row["window_name"]),
            time=self._office.local_time(row["at"]).strftime("%H:%M"),
            zone=row["zone"],
            is_recall=row["kind"] == "recall",
        )

    def _list_categories(self, tx: Transaction) -> list[_Category]:
        """Return the categories of the published configuration of the hall, otherwise of `office.toml`."""
        promised, hall = self._office.settings.promise_minutes, read_hall(tx)
        if hall is None:
            return [_Category(own.letter, _both(own.name), promised) for own in self._office.settings.categories]
        return [
            _Category(own.letter, BothLanguages(own.name.zh, own.name.en), own.promise_minutes or promised)
            for own in hall.categories
        ]

    def _build_categories(
        self,
        categories: Sequence[_Category],
        waiting: Mapping[str, Row],
        windows: Sequence[Row],
        estimates: HallEstimates,
    ) -> tuple[WaitingCategory, ...]:
        """Return who waits in each category; on a board of a zone, in those that its windows serve."""
        served = frozenset[str]().union(*(parse_categories(row["categories"]) for row in windows))
        found = []
        for category in categories:
            row = waiting.get(category.letter)
            if self._zone and category.letter not in served:
                continue
            found.append(
                WaitingCategory(
                    id=category.letter,
                    name=category.name,
                    waiting=row["waiting"] if row is not None else 0,
                    level=self._wait_level(row["oldest"], category.promise) if row is not None else "good",
                    wait=estimates.shown(category.letter) if estimates.stored(category.letter) else None,
                )
            )
        return tuple(found)

    def _wait_level(self, oldest: int, promised: int) -> Level:
        """Return the level of a wait since `oldest` (microseconds UTC) against the promised minutes."""
        minutes = (self._office.corrected_now - oldest) / (60 * _MICROSECONDS)
        return "good" if minutes < promised / 2 else "warn" if minutes < promised else "bad"

    def _describe_age(self, data_time: int | None) -> str:
        """Return the time of the data if it is old; a dash before the first exchange."""
        if data_time is None:
            return "-"
        age = (self._office.corrected_now - data_time) / _MICROSECONDS
        return self._office.local_time(data_time).strftime("%H:%M") if age > AGE_SHOWN_AFTER else ""


def _both(text: LocalizedText) -> BothLanguages:
    return BothLanguages(text.zh, text.en)


def _name_in_both(name: str) -> BothLanguages:
    return BothLanguages(localize_name(name, "zh_CN"), localize_name(name, "en"))


def _window_number(name: str) -> str:
    found = _DIGITS.search(name)
    return found[0] if found else ""


def _short_name(window: Row) -> str:
    return _window_number(window["name"]) or localize_name(window["name"])


def _in_order(windows: Sequence[Row]) -> list[Row]:
    return sorted(windows, key=lambda row: (len(row["id"]), row["id"]))  # w2 before w10
