"""Actions of a window on the enterprise names of the draft on the screen."""

from __future__ import annotations

from typing import Literal

import msgspec

from clerk_app.cases.checked_names import DraftName
from clerk_app.errors import Refused
from clerk_app.locales import _, current_language
from clerk_app.roles.counter.identity_actions import IdentityActions
from clerk_app.roles.formatting import localize
from clerk_app.text.cleaning import clean_text
from clerk_app.views.counter import CounterView
from clerk_app.views.names import CheckedName

_SEVERITIES: dict[str, Literal["stop", "reason", "note", ""]] = {
    "stop": "stop",
    "reason": "reason",
    "note": "note",
    "": "",
}


class NameActions(IdentityActions):
    """Names are checked and reserved at the center, which also has earlier applications."""

    def hint_similar(self) -> tuple[str, ...]:
        from clerk_app.roles.counter.similar_hint import hint_similar  # few one things compare texts

        return hint_similar(self._door, self._read_unmasked_draft(), self._staff_id)

    def check_name(self, field: str) -> CheckedName:
        from clerk_app.similarity.names.checking import AskedName, CheckName  # not before the first check
        from clerk_app.similarity.names.sentences import describe_finding, describe_severity, mark_characters

        draft = self._read_unmasked_draft()
        name = draft.content.values.get(field, "")
        if not name:
            label = next((localize(known.name) for known in draft.catalogue.fields if known.id == field), field)
            raise Refused("name", "Fill in {field} first: the whole name is checked.", field=label)
        command = CheckName(draft=draft.row["id"], field=field, personal=AskedName(name=name))
        found = self._door.perform(command, self._staff_id)
        kept = draft.content.names.get(field)
        if kept is None or kept.name != name:
            kept = DraftName(name=name, severity=found.severity)
        self._keep_name(field, msgspec.structs.replace(kept, severity=found.severity))
        is_reserved = bool(kept.reservation) and self._office.now < kept.until
        language = current_language()
        return CheckedName(
            field=field,
            name=name,
            severity=_SEVERITIES[found.severity],
            verdict=describe_severity(found.severity),
            findings=tuple(
                f"{mark_characters(name, finding.marks)}: {describe_finding(finding, language)}"
                for finding in found.findings
            ),
            alternatives=found.alternatives,
            reserved_until=self._format_day(kept.until) if is_reserved else "",
        )

    def reserve_name(self, field: str, reason: str = "") -> CounterView:
        from clerk_app.similarity.names.checking import AskedName
        from clerk_app.similarity.names.reservations import ReserveName

        draft = self._read_unmasked_draft()
        name = draft.content.values.get(field, "")
        asked = AskedName(name=name, reason=clean_text(reason))
        command = ReserveName(draft=draft.row["id"], field=field, personal=asked)
        made = self._door.perform(command, self._staff_id)
        kept = DraftName(name=name, severity=made.severity, reservation=made.reservation, until=made.until)
        self._keep_name(field, kept)
        until = self._format_day(made.until)
        return self._view_with_message(_("{name} is reserved until {date}.").format(name=name, date=until))

    def release_name(self, field: str) -> CounterView:
        from clerk_app.similarity.names.reservations import ReleaseName

        draft = self._read_unmasked_draft()
        kept = draft.content.names.get(field)
        if kept is None or not kept.reservation:
            raise Refused("no_reservation", "This reservation has ended.")
        self._door.perform(ReleaseName(draft=draft.row["id"], reservation=kept.reservation), self._staff_id)
        self._keep_name(field, msgspec.structs.replace(kept, reservation="", until=0))
        return self._view_with_message(_("{name} is free again.").format(name=kept.name))

    def _keep_name(self, field: str, kept: DraftName) -> None:
        """Save what the center answered with the draft: the acceptance depends on it, also without a connection."""
        content = self._read_draft().content
        self._save(msgspec.structs.replace(content, names={**content.names, field: kept}))

    def _format_day(self, moment: int) -> str:
        return self._office.local_time(moment).date().isoformat()
