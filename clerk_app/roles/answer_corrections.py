"""Correction of an answer of an accepted case, by a clerk or an officer."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.tasks.answer_corrections import CorrectAnswer, CorrectedValue, list_correctable
from clerk_app.catalogue.field_values import normalize_value
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _, format_list
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.formatting import localize


def perform_correction(office: Office, staff: str, case: CaseRecord, field: str, value: str, reason: str) -> str:
    """Correct an answer; return which matters exclude each other now, in words, empty for none.

    Raises Refused, BadData, OutOfReach.
    """
    require_plausible_clock(office)
    definition = next((known for known in list_correctable(case) if known.id == field), None)
    if definition is None:
        raise Refused("not_correctable", "This answer cannot be corrected.")
    typed = normalize_value(definition, value, today=office.local_time().date())
    personal = CorrectedValue(value=typed, reason=reason)
    found = office.door.perform(CorrectAnswer(case=case.number, field=field, personal=personal), staff)
    if not found.excluded:
        return ""
    names = format_list(localize(case.catalogue.matter(matter).name) for matter in found.excluded)
    return _("These matters exclude each other now: {matters}").format(matters=names)
