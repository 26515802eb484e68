"""Revocation of licences by the authority: in the repository, and in the signed status list of the issuer."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.errors import Refused
from clerk_app.licences.crypto.keys import IssuerKey
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.status_list import (
    REVOKED,
    SUSPENDED,
    StatusList,
    build_status_uri,
    pack_statuses,
    sign_status_list,
)
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM
from db.engines import Transaction

_LIST_SIZE_STEP = 1024  # a list grows in steps, so that its length does not reveal the number of licences


def revoke_licence(office: Office, licence: str, reason: str) -> None:
    """Revoke a licence in the store, and write a new status list of its issuer; a result without a code has none.

    Can be repeated after a failure. Raises BadData, Refused, OSError.
    """
    with office.store.read() as tx:
        row = tx.get("licences", id=licence)
    if row is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=licence)
    if not row["issuer_code"]:
        office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
        return
    trust, _status = load_lists(office)
    # Find the key first: without it, the licence would be revoked in the store but not in the list.
    key = KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(trust, row["issuer_code"], office.utc)
    office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
    write_status_list(office, row["issuer_code"], key)


def load_lists(office: Office) -> tuple[TrustList, StatusLists]:
    """Return the trust list and the status lists. Raises ListFault if the trust list cannot be used."""
    trust, status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        raise trust
    return trust, status


def write_status_list(office: Office, issuer: str, key: IssuerKey) -> None:
    """Write a new status list of `issuer`. Raises ListFault, OSError."""
    with locked_lists(office.folder):
        write_locked_status_list(office, load_lists(office)[1], issuer, key, is_due=True)


def write_locked_status_list(office: Office, status: StatusLists, issuer: str, key: IssuerKey, *, is_due: bool) -> bool:
    """Write the status list of `issuer` if it is due or has changed; return whether it was written.

    The caller holds the lock of the lists. Raises OSError.
    """
    now, uri = office.utc, build_status_uri(issuer, STATUS_LIST_NUMBER)
    listed = status.lists.get(uri)
    old = listed if isinstance(listed, StatusList) else None
    with office.store.read() as tx:
        marked = _find_marked(tx, issuer, old)
        row = tx.query_one("licences.last_status_index", issuer=issuer)
    places = max((row["last"] if row is not None else None) or 0, *marked, 0) + 1
    size = -(-max(places, old.size if old is not None else 0) // _LIST_SIZE_STEP) * _LIST_SIZE_STEP
    if old is not None and not is_due and old.size >= places and old.marked() == marked:
        return False
    bits, width = pack_statuses(marked, size)
    signed = sign_status_list(uri, bits, key, now, width=width)
    TrustFolder(office.folder / TRUST_FOLDER).save_status_list(issuer, STATUS_LIST_NUMBER, signed)
    return True


def _find_marked(tx: Transaction, issuer: str, old: StatusList | None) -> Mapping[int, int]:
    """Return the status of each licence that is revoked or suspended: in the repository, or in the present list.

    A revocation in the list stays, even if the repository lacks it: it may have been restored from an older backup. A
    suspension in the list ends with a licence that is valid again.
    """
    rows = tx.query_all("licences.marked_of_issuer", issuer=issuer)
    marked = {row["status_index"]: SUSPENDED if row["state"] == "suspended" else REVOKED for row in rows}
    before = old.marked() if old is not None else {}
    suspended = sorted(index for index, status in before.items() if status == SUSPENDED and index not in marked)
    valid: set[int] = set()
    if suspended:
        encoded = tx.encode_list([str(index) for index in suspended])
        found = tx.query_all("licences.valid_at_indexes", issuer=issuer, indexes=encoded)
        valid = {row["status_index"] for row in found}
    kept = {index: status for index, status in before.items() if index not in valid}
    return marked | {index: status for index, status in kept.items() if status == REVOKED or index not in marked}
