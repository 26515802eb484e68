"""Import of lists that were signed elsewhere: trust lists, status lists of issuers, successors of the root key."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.composition.revocation import load_lists
from clerk_app.composition.trust_administration import require_authority
from clerk_app.errors import BadData
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.keys import encode_public_key, fingerprint, load_public_key
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import ROOT_KEY_FILE, load_root_key
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER
from clerk_app.licences.root_succession import advance_root, read_roots, read_succession
from clerk_app.licences.status_list import (
    STATUS_LIST_TYPE,
    StatusList,
    build_status_uri,
    read_status_list,
    read_status_uri,
)
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TRUST_LIST_TYPE, TrustList, read_trust_list_of_roots
from clerk_app.licences.trust_publication import ROOT, PublishTrustList
from db.files import replace_file

TRUST_LIST, STATUS_LIST, SUCCESSION = "trust_list", "status_list", "succession"
_UNKNOWN = "This file is neither a trust list, a status list, nor a list of root keys."


class ImportedList(NamedTuple):
    """What was imported: one of the kinds above, and the version of a trust list or the URI of a status list."""

    kind: str
    name: str


def pin_root_key(office: Office, path: Path, actor: str) -> cose.PublicKey:
    """Trust the root key of an authority elsewhere, as `actor`. Repeating it with the same key changes nothing.

    Raises Refused (a window, it needs two administrators), BadData (no key, another root key is pinned), OSError.
    """
    require_authority(office)
    root = load_public_key(path)
    with locked_lists(office.folder):
        pinned = office.folder / TRUST_FOLDER / ROOT_KEY_FILE
        if pinned.exists():
            if load_public_key(pinned) == root:
                return root
            raise BadData("Another root key is trusted here already. Import the list of its successors: root.cose")
        office.door.perform(PublishTrustList(issuer=ROOT, replaces=0, keep_seconds=0, content=fingerprint(root)), actor)
        replace_file(pinned, encode_public_key(root))
    return root


def import_signed_list(office: Office, data: bytes) -> ImportedList:
    """Save a signed list in place of an older one, after verifying it.

    A trust list needs a higher version, or the same one with the same keys and a later date; a status list a later
    date.
    Raises Refused (a window), BadData (not newer, made here, another kind of file), ListFault (forged), OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        kind = _read_type(data)
        if kind == TRUST_LIST_TYPE:
            return _import_trust_list(office, data)
        if kind == STATUS_LIST_TYPE:
            return _import_status_list(office, data)
        return _import_succession(office, data)


def _read_type(data: bytes) -> object:
    """Return the type in the header of a signed list; "" for an array of statements."""
    try:
        if isinstance(cbor.decode(data, cbor.ENVELOPE_RULES), list):
            return ""
        kind = cose.read_sign1(data).headers.get(cose.TYP)
    except (cbor.CborError, cose.CoseError) as fault:
        raise BadData(_UNKNOWN) from fault
    if kind not in (TRUST_LIST_TYPE, STATUS_LIST_TYPE):
        raise BadData(_UNKNOWN)
    return kind


def _import_trust_list(office: Office, data: bytes) -> ImportedList:
    folder = office.folder / TRUST_FOLDER
    roots = read_roots(load_root_key(folder), read_succession(folder))
    new = read_trust_list_of_roots(data, roots)
    old, _status = office.read_trust_lists()
    if isinstance(old, TrustList) and not new.replaces(old):
        raise BadData(
            "This trust list has version {version}; version {known} is here already.",
            version=new.version,
            known=old.version,
        )
    TrustFolder(folder).save_trust_list(data)
    read, _status = office.read_trust_lists()
    if isinstance(read, ListFault):
        raise read
    return ImportedList(TRUST_LIST, str(new.version))


def _import_status_list(office: Office, data: bytes) -> ImportedList:
    trust, status = load_lists(office)
    try:
        uri = read_status_uri(data)
        _scheme, issuer, number = uri.split(":")
        place = int(number)
    except ValueError as fault:
        raise BadData(_UNKNOWN) from fault
    if build_status_uri(issuer, place) != uri or issuer not in {key.issuer for key in trust.keys.values()}:
        raise BadData("The list of trusted issuers has no issuer {code}.", code=issuer)
    if place == STATUS_LIST_NUMBER and issuer in KeyFolder(office.folder / KEYS_FOLDER).find_signing_keys(
        trust, office.utc
    ):
        raise BadData("The status list of {code} is made here, because its key is here.", code=issuer)
    old = status.lists.get(uri)
    read = read_status_list(data, issuer, uri, trust, old.issued_at if isinstance(old, StatusList) else None)
    TrustFolder(office.folder / TRUST_FOLDER).save_status_list(issuer, place, data)
    return ImportedList(STATUS_LIST, read.uri)


def _import_succession(office: Office, data: bytes) -> ImportedList:
    folder = office.folder / TRUST_FOLDER
    pinned = load_root_key(folder)
    roots = read_roots(pinned, data)
    if len(roots) < len(read_roots(pinned, read_succession(folder))):
        raise BadData("Newer root keys are known here already.")
    TrustFolder(folder).save_succession(data)
    advance_root(folder, ROOT_KEY_FILE)
    return ImportedList(SUCCESSION, roots[-1].kid.hex())
