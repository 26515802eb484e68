"""Keeps the signed lists of an authority up to date: what registers revoke and suspend, and the daily renewal.

Windows accept no code by a list that is older than a week (`trust_list.RED_AFTER`), so the lists are signed again twice
a day, as far as their private keys are in the folder of the office. A renewed trust list has the same version and the
same issuers: what two administrators published is not changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from clerk_app.composition.issuer_removal import record_removed_issuers
from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.composition.revocation import write_locked_status_list
from clerk_app.errors import BadData
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import load_root_key
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER
from clerk_app.licences.repository import RegisterLicence, RevokeLicence
from clerk_app.licences.root_succession import read_roots, read_succession
from clerk_app.licences.status_list import StatusList, build_status_uri
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustList, sign_same_list
from clerk_app.log import log_event
from clerk_app.registry import RULE_MODULES
from db.errors import StoreError

RENEW_AFTER = timedelta(hours=12)
_CHANGES = (
    *(kind for kinds in RULE_MODULES.values() for kind in kinds),
    RegisterLicence.stored_name,
    RevokeLicence.stored_name,
)
"""Stored names of the commands by which licences come or change: those of registers, and those of the repository."""


class ListRenewal:
    """Writes the lists that have changed or are due; one for each running program of an authority."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._position = -1  # of the newest entry that the status lists contain
        self._error = ""

    def run(self) -> int:
        """Write the lists that are due; return how many. Raises nothing: a failure is logged when it first occurs."""
        if self._office.door.authority is not None:
            return 0
        error, written = "", 0
        try:
            written = self._write_due_lists()
            record_removed_issuers(self._office)
        except (BadData, StoreError, OSError) as fault:
            error = type(fault).__name__
            if error != self._error:
                log_event("schedule", "failed", kind="lists", error=error)
        self._error = error
        return written

    def _write_due_lists(self) -> int:
        office = self._office
        if not (office.folder / KEYS_FOLDER).is_dir():
            return 0
        position = self._find_change()
        trust, status = office.read_trust_lists()
        if isinstance(trust, ListFault):
            return 0  # nothing was published yet, or `clerk doctor` names the fault
        is_changed = position != self._position
        if not is_changed and not self._is_due(trust, status, office.utc):
            return 0
        with locked_lists(office.folder):
            written = self._renew_locked_lists(is_changed=is_changed)
        self._position = position
        return written

    def _find_change(self) -> int:
        """Return the position of the newest entry by which licences can have changed."""
        with self._office.store.read() as tx:
            row = tx.query_one("licences.last_change", position=self._position, kinds=tx.encode_list(_CHANGES))
        return int(row["position"]) if row is not None and row["position"] is not None else max(self._position, 0)

    def _is_due(self, trust: TrustList, status: StatusLists, now: datetime) -> bool:
        ages = [listed.age(now) for listed in status.lists.values() if isinstance(listed, StatusList)]
        missing = {key.issuer for key in trust.keys.values()} - {uri.split(":")[1] for uri in status.lists}
        return bool(missing) or any(age > RENEW_AFTER for age in (trust.age(now), *ages))

    def _renew_locked_lists(self, *, is_changed: bool) -> int:
        office, keys = self._office, KeyFolder(self._office.folder / KEYS_FOLDER)
        trust, status = office.read_trust_lists()
        if isinstance(trust, ListFault):
            return 0
        now, written = office.utc, 0
        for issuer, key in sorted(keys.find_signing_keys(trust, now).items()):
            listed = status.lists.get(build_status_uri(issuer, STATUS_LIST_NUMBER))
            is_due = not isinstance(listed, StatusList) or listed.age(now) > RENEW_AFTER
            if is_due or is_changed:
                written += write_locked_status_list(office, status, issuer, key, is_due=is_due)
        if trust.age(now) > RENEW_AFTER:
            written += self._renew_trust_list(trust, keys, now)
        return written

    def _renew_trust_list(self, trust: TrustList, keys: KeyFolder, now: datetime) -> int:
        folder = self._office.folder / TRUST_FOLDER
        root = keys.find_key(read_roots(load_root_key(folder), read_succession(folder))[-1])
        if root is not None:
            signed = sign_same_list(trust, trust.version, root, now)
            TrustFolder(folder).save_trust_list(signed)
            return 1
        date_key = keys.find_key(trust.date_key.public) if trust.date_key is not None else None
        if trust.date_key is None or date_key is None or now >= trust.date_key.until:
            return 0  # `clerk trust import` brings newer lists
        TrustFolder(folder).date_trust_list(trust, date_key, now)
        return 1
