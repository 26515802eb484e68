"""The view of a case for its applicant at a kiosk."""

from __future__ import annotations

from clerk_app.cases.status_query import CaseStatus
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.case_view import build_case_status_view
from clerk_app.roles.kiosk.citizen_words import describe_to_citizen
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.citizen_case import CaseStatusView


def build_citizen_view(office: Office, number: str, status: CaseStatus, data_time: int | None) -> CaseStatusView:
    """Return the status of a case in words for its applicant. Raises Refused if the catalogue cannot be read here."""
    try:
        with office.store.read() as tx:
            catalogue = publication.load_part(tx, status.catalogue, status.version, status.one_thing)
        view = build_case_status_view(catalogue, number, status, office.corrected_now, data_time=data_time)
        return describe_to_citizen(view, status, now=office.corrected_now, phone=office.settings.phone)
    except (Refused, OutOfReach):
        raise
    except UNREADABLE as error:
        report_unreadable(f"case {number}", error)
        raise Refused("unreadable", "This case cannot be displayed here. Please ask at a counter.") from error
