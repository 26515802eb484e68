"""Whether the trust lists and codes of the sample city have to be signed again; imports nothing that signs."""

from __future__ import annotations

from datetime import timedelta

from clerk_app.composition.office import Office
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustList

CODES_FOLDER = "codes"
BAD_CODES = ("expired", "forged")  # codes created in addition to those in the data, to show rejected codes
_MAX_LIST_AGE = timedelta(hours=12)  # counters show a warning for a trust list older than a day
_MIN_CODE_LIFETIME = timedelta(days=3)
_STALE_REASONS = {Reason.EXPIRED, Reason.UNKNOWN_ISSUER}


def are_lists_stale(office: Office, trust: TrustList | ListFault) -> bool:
    """Return whether the trust list is unusable, or so old that counters would soon show a warning."""
    return isinstance(trust, ListFault) or not timedelta() <= trust.age(office.utc) <= _MAX_LIST_AGE


def are_codes_stale(office: Office, trust: TrustList | ListFault, status: StatusLists) -> bool:
    """Return whether there are no codes, or they expire soon.

    Only the oldest file is verified: all codes are signed together, and verifying each takes longer than opening the
    store.
    """
    files = [file for file in (office.folder / CODES_FOLDER).glob("*.txt") if file.stem not in BAD_CODES]
    if not files:
        return True
    oldest = min(files, key=lambda file: file.stat().st_mtime_ns).read_text("ascii")
    return verify_licence_code(oldest, trust, status, office.utc + _MIN_CODE_LIFETIME).reason in _STALE_REASONS
