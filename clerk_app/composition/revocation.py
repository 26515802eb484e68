"""Revocation of licences by the authority: in the repository, and in the signed status list of the issuer."""

from __future__ import annotations

from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.errors import Refused
from clerk_app.licences.crypto.keys import IssuerKey
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.status_list import StatusList, build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM

_LIST_SIZE_STEP = 1024  # a list grows in steps, so that its length does not reveal the number of licences


def revoke_licence(office: Office, licence: str, reason: str) -> None:
    """Revoke a licence in the store, and write a new status list of its issuer.

    Can be repeated after a failure. Raises BadData, Refused, OSError.
    """
    with office.store.read() as tx:
        row = tx.get("licences", id=licence)
    if row is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=licence)
    trust, status = load_lists(office)
    # Find the key first: without it, the licence would be revoked in the store but not in the list.
    key = KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(trust, row["issuer_code"], office.utc)
    office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
    write_status_list(office, status, row["issuer_code"], key)


def load_lists(office: Office) -> tuple[TrustList, StatusLists]:
    """Return the trust list and the status lists. Raises ListFault if the trust list cannot be used."""
    trust, status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        raise trust
    return trust, status


def write_status_list(office: Office, status: StatusLists, issuer: str, key: IssuerKey) -> None:
    """Write a new status list of `issuer`, with the licences revoked in the old list or in the repository."""
    with office.store.read() as tx:
        rows = tx.select("licences", issuer_code=issuer)
    uri = build_status_uri(issuer, STATUS_LIST_NUMBER)
    old = status.lists.get(uri)
    revoked = {row["status_index"] for row in rows if row["state"] != "valid"}
    size = max(row["status_index"] for row in rows) + 1
    if isinstance(old, StatusList):
        size = max(size, 8 * len(old.bits))
        revoked |= {index for index in range(8 * len(old.bits)) if old.is_revoked(index)}
    size = -(-size // _LIST_SIZE_STEP) * _LIST_SIZE_STEP
    signed = sign_status_list(uri, pack_status_bits(revoked, size), key, office.utc)
    TrustFolder(office.folder / TRUST_FOLDER).save_status_list(issuer, STATUS_LIST_NUMBER, signed)
