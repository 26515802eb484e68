"""The issuing side of an office that is the city's own authority: codes for what its repository holds.

Private keys are `keys/*.pem` in the office's folder; which of them may sign what is said by the trust list.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from clerk_app.desks.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.licences.claims import Licence
from clerk_app.licences.folder import StatusLists, TrustFolder
from clerk_app.licences.issue import IssuerKey, sign_licence
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.repository import RevokeLicence
from clerk_app.licences.status import StatusList, pack_bits, status_uri, write_status
from clerk_app.licences.trust import TrustList
from clerk_app.people import SYSTEM
from db.engines import Row

STATUS_LIST = 1
"""Every licence of a repository has its place in the first list of its issuer."""

_CARRIED = {"name", "id_number", "credit_code", "address"}  # claims that have a place of their own in a code
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
    key = _issuer_key(office, _lists(office)[0], row["issuer_code"], row["kind"])
    return sign_licence(_licence(office, row), key, office.utc, lifetime)


def revoke(office: Office, licence: str, reason: str) -> None:
    """Takes a licence back: in the store, and in a new list of its issuer's revoked licences.

    Run again after a failure, it writes the list anew. Raises BadData, Refused, OSError.
    """
    with office.store.read() as look:
        row = look.row("licences", id=licence)
    if row is None:
        raise Refused("no_licence", "The repository has no licence {id}.", id=licence)
    trust, status = _lists(office)
    key = _issuer_key(office, trust, row["issuer_code"], None)  # found first: nothing is half revoked for want of it
    office.door.perform(RevokeLicence(id=licence, reason=reason), SYSTEM)
    _write_list(office, status, row["issuer_code"], key)


def _find(office: Office, who: str, kind: str | None) -> Row:
    with office.store.read() as look:
        row = look.row("licences", id=who)
        if row is not None:
            return row
        holder = look.one("licences.subject_by_number", number=who.strip().upper())
        rows = look.rows("licences", order=("kind", "id"), holder=holder["id"]) if holder else []
    rows = [row for row in rows if kind in (None, row["kind"])]
    if not rows:
        raise BadData("The repository has no such licence, neither by its id nor by its holder's number.")
    if len(rows) > 1:
        raise BadData(
            "There are several such licences. Name one by its id: {ids}", ids=", ".join(row["id"] for row in rows)
        )
    return rows[0]


def _licence(office: Office, row: Row) -> Licence:
    """What the code says: the holder as the city knows them, and what the licence itself says."""
    name, number = _holder(office, row["holder"])
    said: dict[str, str] = msgspec.json.decode(row["claims"]) if row["claims"] else {}
    return Licence(
        issuer_code=row["issuer_code"],
        licence_type=row["kind"],
        holder_name=name,
        holder_id_number=number,
        licence_number=row["identifier"],
        address=said.get("address", ""),
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_to"]),
        status_list=STATUS_LIST,
        status_index=row["status_index"],
        extra={claim: value for claim, value in said.items() if claim not in _CARRIED},
    )


def _holder(office: Office, holder: str) -> tuple[str, str]:
    with office.store.read() as look:
        person = look.row("persons", id=holder)
        organisation = look.row("organisations", id=holder)
    if person is not None and person["name"] and person["id_number"]:
        return person["name"], person["id_number"]
    if organisation is not None:
        return organisation["name"], organisation["credit_code"]
    raise BadData("Nothing is known (any more) about the holder of this licence.")


def _issuer_key(office: Office, trust: TrustList, issuer: str, kind: str | None) -> IssuerKey:
    """The key of this office that counters believe when it signs for `issuer` (and licences of type `kind`)."""
    for path in sorted((office.folder / "keys").glob("*.pem")):
        key = IssuerKey.load(path)
        listed = trust.keys.get(key.kid)
        if listed is None or listed.issuer != issuer or listed.fault(office.utc):
            continue
        if kind is None or kind in listed.types:
            return key
    raise BadData(
        "No key in {folder} may sign this for the issuer {issuer}, by the list of trusted issuers.",
        folder=office.folder / "keys",
        issuer=issuer,
    )


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
    TrustFolder(office.folder / "trust").keep_status(issuer, STATUS_LIST, signed)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
