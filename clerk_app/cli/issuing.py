"""The issuing side of an office that is the city's own authority: codes for what its repository holds.

Private keys are `keys/*.pem` in the office's folder; which of them may sign what is said by the trust list.
"""

from __future__ import annotations

from datetime import date, timedelta

from clerk_app.desks.office import KEYS, TRUST, Office
from clerk_app.errors import BadData, Refused
from clerk_app.licences.folder import StatusLists, TrustFolder
from clerk_app.licences.issue import IssuerKey, load_public
from clerk_app.licences.keys import KeyFolder, Rotated
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered import STATUS_LIST, registered_licence
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.seen import ROOT
from clerk_app.licences.status import StatusList, pack_bits, status_uri, write_status
from clerk_app.licences.trust import TrustList
from clerk_app.people import SYSTEM
from db.engines import Row

_LIST_STEP = 1024  # places by which a list grows, so that its length says little


def issue(office: Office, who: str, kind: str | None, lifetime: timedelta) -> str:
    """The text of a new signed code.

    `who` is a licence's id, or the number of its holder (identity number or credit code) who holds one such licence, of
    type `kind` if that is given. Raises BadData (no such licence, several, no key), Refused (revoked or expired).
    """
    row = _find(office, who, kind)
    if row["state"] != "valid":
        raise Refused("revoked", "The licence {id} was revoked; no code is issued for it.", id=row["id"])
    if row["valid_to"] and date.fromisoformat(row["valid_to"]) < office.wall().date():
        raise Refused("expired", "The licence {id} ended on {day}.", id=row["id"], day=row["valid_to"])
    with office.store.read() as look:
        licence = registered_licence(look, row)
    keys = KeyFolder(office.folder / KEYS)
    key = keys.signing(_lists(office)[0], row["issuer_code"], office.utc, row["kind"])
    return keys.sign(licence, key, office.utc, lifetime)


def revoke(office: Office, licence: str, reason: str) -> None:
    """Takes a licence back: in the store, and in a new list of its issuer's revoked licences.

    Run again after a failure, it writes the list anew. Raises BadData, Refused, OSError.
    """
    with office.store.read() as look:
        row = look.row("licences", id=licence)
    if row is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=licence)
    trust, status = _lists(office)
    # found first: nothing is half revoked for want of it
    key = KeyFolder(office.folder / KEYS).signing(trust, row["issuer_code"], office.utc)
    office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
    _write_list(office, status, row["issuer_code"], key)


def rotate(office: Office, issuer: str, keep: timedelta | None) -> Rotated:
    """Gives `issuer` a new key, on the next trust list; `keep` as in `KeyFolder.rotate`. Raises BadData, OSError."""
    trust, status = _lists(office)
    lists = office.folder / TRUST
    root = load_public(lists / ROOT)
    return KeyFolder(office.folder / KEYS).rotate(TrustFolder(lists), trust, status, root, issuer, office.utc, keep)


def _find(office: Office, who: str, kind: str | None) -> Row:
    with office.store.read() as look:
        row = look.row("licences", id=who)
        if row is not None:
            return row
        holder = look.one("people.subject_by_number", number=who.strip().upper())
        rows = look.rows("licences", order=("kind", "id"), holder=holder["id"]) if holder else []
    rows = [row for row in rows if kind in (None, row["kind"])]
    if not rows:
        raise BadData("The repository has no such licence, neither by its id nor by its holder's number.")
    if len(rows) > 1:
        raise BadData(
            "There are several such licences. Name one by its id: {ids}", ids=", ".join(row["id"] for row in rows)
        )
    return rows[0]


def _lists(office: Office) -> tuple[TrustList, StatusLists]:
    trust, status = office.trust()
    if isinstance(trust, ListFault):
        raise trust
    return trust, status


def _write_list(office: Office, status: StatusLists, issuer: str, key: IssuerKey) -> None:
    """Writes the issuer's list anew: what was in it, and what the repository says is revoked."""
    with office.store.read() as look:
        rows = look.rows("licences", issuer_code=issuer)
    uri = status_uri(issuer, STATUS_LIST)
    old = status.lists.get(uri)
    revoked = {row["status_index"] for row in rows if row["state"] != "valid"}
    places = max(row["status_index"] for row in rows) + 1
    if isinstance(old, StatusList):
        places = max(places, 8 * len(old.bits))
        revoked |= {index for index in range(8 * len(old.bits)) if old.revoked(index)}
    size = -(-places // _LIST_STEP) * _LIST_STEP
    signed = write_status(uri, pack_bits(revoked, size), key, office.utc)
    TrustFolder(office.folder / TRUST).keep_status(issuer, STATUS_LIST, signed)
