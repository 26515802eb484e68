"""What really became of the corrections of a simulated registry, by the table in docs/registry.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Key = tuple[str, str, str]
"""Source, kind and identifier of a row."""


@dataclass(frozen=True)
class KnownCorrection:
    """A correction of a field of the record that a row became. `day` is that of the approval, ISO."""

    key: Key
    field: str
    value: str
    asked_by: str
    state: str = "requested"
    conflict: str = ""
    base: str = ""
    day: str = ""


@dataclass
class CorrectionTruth:
    """The corrections by id, and how often each act on a record and each accepted row of it was recorded."""

    known: dict[str, KnownCorrection] = field(default_factory=dict)
    recorded: Counter[tuple[Key, str]] = field(default_factory=Counter)

    def copy(self) -> CorrectionTruth:
        """Return a copy, for a backup."""
        return CorrectionTruth(dict(self.known), Counter(self.recorded))

    def value_of(self, key: Key, column: str, row: Mapping[str, Any]) -> str:
        """Return what the record has for a field; `row` is the last accepted one of its source."""
        found = [
            each for each in self.known.values() if (each.key, each.field, each.state) == (key, column, "approved")
        ]
        return found[0].value if found else str(row[column])

    def request(self, name: str, correction: KnownCorrection) -> None:
        """Record that a correction was asked for."""
        self.known[name] = correction
        self.recorded[correction.key, "RequestCorrection"] += 1

    def approve(self, name: str, row: Mapping[str, Any], day: str) -> None:
        """Record an approval on a day of the city; an earlier correction of the same value is settled."""
        asked = self.known[name]
        base = str(row[asked.field])
        for other, each in self.known.items():
            if (each.key, each.field, each.state) == (asked.key, asked.field, "approved"):
                base = each.base
                self.known[other] = replace(each, state="settled")
        self.known[name] = replace(asked, state="approved", base=base, day=day)
        self.recorded[asked.key, "ApproveCorrection"] += 1

    def end(self, name: str) -> None:
        """Record that a correction was declined, or its contradiction settled."""
        ended = self.known[name]
        state = {"requested": "declined", "overtaken": "settled"}.get(ended.state, ended.state)
        self.known[name] = replace(ended, state=state, conflict="")
        self.recorded[ended.key, "EndCorrection"] += 1

    def take_row(self, key: Key, row: Mapping[str, Any]) -> None:
        """Record that the center has accepted a new or changed row."""
        self.recorded[key, "ImportRegistryRows"] += 1
        for name, each in self.known.items():
            if (each.key, each.state) == (key, "approved"):
                state, conflict = _meet(each, str(row[each.field]), str(row["changed_on"]))
                self.known[name] = replace(each, state=state, conflict=conflict)


def _meet(correction: KnownCorrection, value: str, changed_on: str) -> tuple[str, str]:
    """Return state and conflict of an approved correction after a row with this value."""
    if value == "revoked":
        return "overtaken", "newer"
    if value == correction.value:
        return "adopted", ""
    if value == correction.base:
        return "approved", "repeated"
    return ("approved", "older") if changed_on <= correction.day else ("overtaken", "newer")
