"""The issuing side of an office that is the city's own authority: codes for what its repository holds.

Private keys are `keys/*.pem` in the office's folder; which of them may sign what is said by the trust list.
"""

from __future__ import annotations

from datetime import date, timedelta

from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.errors import BadData, Refused
from clerk_app.licences.issuance import IssuerKey, load_public_key
from clerk_app.licences.issuer_keys import KeyFolder, RotatedKey
from clerk_app.licences.list_versions import ROOT_KEY_FILE
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER, build_licence_data
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.status_list import StatusList, build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM
from db.engines import Row

_LIST_SIZE_STEP = 1024  # places by which a list grows, so that its length says little


def issue_licence_code(office: Office, who: str, kind: str | None, lifetime: timedelta) -> str:
    """The text of a new signed code.

    `who` is a licence's id, or the number of its holder (identity number or credit code) who holds one such licence, of
    type `kind` if that is given. Raises BadData (no such licence, several, no key), Refused (revoked or expired).
    """
    row = _find_licence(office, who, kind)
    if row["state"] != "valid":
        raise Refused("revoked", "The licence {id} was revoked; no code is issued for it.", id=row["id"])
    if row["valid_to"] and date.fromisoformat(row["valid_to"]) < office.local_time().date():
        raise Refused("expired", "The licence {id} ended on {day}.", id=row["id"], day=row["valid_to"])
    with office.store.read() as look:
        licence = build_licence_data(look, row)
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    key = keys.find_signing_key(_load_lists(office)[0], row["issuer_code"], office.utc, row["kind"])
    return keys.sign_code(licence, key, office.utc, lifetime)


def revoke_licence(office: Office, licence: str, reason: str) -> None:
    """Takes a licence back: in the store, and in a new list of its issuer's revoked licences.

    Run again after a failure, it writes the list anew. Raises BadData, Refused, OSError.
    """
    with office.store.read() as look:
        row = look.get("licences", id=licence)
    if row is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=licence)
    trust, status = _load_lists(office)
    # found first: nothing is half revoked for want of it
    key = KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(trust, row["issuer_code"], office.utc)
    office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
    _write_status_list(office, status, row["issuer_code"], key)


def rotate_issuer_key(office: Office, issuer: str, overlap: timedelta | None) -> RotatedKey:
    """Gives `issuer` a new key, on the next trust list; `keep` as in `KeyFolder.rotate`. Raises BadData, OSError."""
    trust, status = _load_lists(office)
    lists = office.folder / TRUST_FOLDER
    root = load_public_key(lists / ROOT_KEY_FILE)
    return KeyFolder(office.folder / KEYS_FOLDER).rotate_key(
        TrustFolder(lists), trust, status, root, issuer, office.utc, overlap
    )


def _find_licence(office: Office, who: str, kind: str | None) -> Row:
    with office.store.read() as look:
        row = look.get("licences", id=who)
        if row is not None:
            return row
        holder = look.query_one("people.subject_by_number", number=who.strip().upper())
        rows = look.select("licences", order=("kind", "id"), holder=holder["id"]) if holder else []
    rows = [row for row in rows if kind in (None, row["kind"])]
    if not rows:
        raise BadData("The repository has no such licence, neither by its id nor by its holder's number.")
    if len(rows) > 1:
        raise BadData(
            "There are several such licences. Name one by its id: {ids}", ids=", ".join(row["id"] for row in rows)
        )
    return rows[0]


def _load_lists(office: Office) -> tuple[TrustList, StatusLists]:
    trust, status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        raise trust
    return trust, status


def _write_status_list(office: Office, status: StatusLists, issuer: str, key: IssuerKey) -> None:
    """Writes the issuer's list anew: what was in it, and what the repository says is revoked."""
    with office.store.read() as look:
        rows = look.select("licences", issuer_code=issuer)
    uri = build_status_uri(issuer, STATUS_LIST_NUMBER)
    old = status.lists.get(uri)
    revoked = {row["status_index"] for row in rows if row["state"] != "valid"}
    places = max(row["status_index"] for row in rows) + 1
    if isinstance(old, StatusList):
        places = max(places, 8 * len(old.bits))
        revoked |= {index for index in range(8 * len(old.bits)) if old.is_revoked(index)}
    size = -(-places // _LIST_SIZE_STEP) * _LIST_SIZE_STEP
    signed = sign_status_list(uri, pack_status_bits(revoked, size), key, office.utc)
    TrustFolder(office.folder / TRUST_FOLDER).save_status_list(issuer, STATUS_LIST_NUMBER, signed)
