"""Rotation of keys: a new key of an issuer on a new trust list, and a new root key that the old one introduces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.composition.revocation import load_lists, write_locked_status_list
from clerk_app.composition.trust_administration import ROOT_FILE, create_issuer_key, require_authority
from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey, fingerprint, load_public_key, new_issuer_key
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import ROOT_KEY_FILE, load_root_key
from clerk_app.licences.root_succession import add_successor, advance_root, read_roots, read_succession
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustedKey, TrustList, sign_same_list
from clerk_app.licences.trust_publication import ROOT, PublishTrustList
from db.files import publish_file


@dataclass(frozen=True)
class RotatedKey:
    """The new key of an issuer, and the time until which the old key is trusted (None: no longer trusted)."""

    kid: bytes
    old_valid_until: datetime | None


def rotate_issuer_key(
    office: Office, issuer: str, overlap: timedelta | None, actor: str, public_file: Path | None = None
) -> RotatedKey:
    """Give `issuer` a new key on a new trust list, as `actor`: made here, or the public key in `public_file`.

    The old key stays trusted until the last code signed with it here has expired, and at least for `overlap`, but never
    longer than before. If `overlap` is None (a stolen key), it leaves the list. After a failure before the list is
    written, the old key remains in use. Raises BadData, Refused (it needs two administrators), OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        trust, _status = load_lists(office)
        keys, signer = find_root(office)
        if issuer in trust.removed:
            raise BadData("The issuer {code} was removed. Add it first: clerk trust add-issuer", code=issuer)
        old = _find_old_key(keys, trust, issuer, office.utc, is_elsewhere=public_file is not None)
        given = load_public_key(public_file) if public_file else None
        if given is not None and given.kid in trust.keys:
            raise BadData("This key is on the list already. Name the file of the new public key.")
        content = fingerprint(given) if given is not None else ""
        seconds = 0 if overlap is None else round(overlap.total_seconds())
        command = PublishTrustList(issuer=issuer, replaces=trust.version, keep_seconds=seconds, content=content)
        office.door.perform(command, actor)
        public = given or create_issuer_key(keys.path, issuer, old.public.algorithm).public
        until = _last_trusted(keys, old, office.utc, overlap)
        _save_rotated(office, trust, old, public, until, signer)
        listed, status = load_lists(office)
        own = keys.find_signing_keys(listed, office.utc).get(issuer)
        if own is not None:
            write_locked_status_list(office, status, issuer, own, is_due=True)
    return RotatedKey(public.kid, until)


def find_root(office: Office) -> tuple[KeyFolder, IssuerKey]:
    """Return the folder of the keys, and the root key; without it, an entry would record a list that is not signed."""
    keys, folder = KeyFolder(office.folder / KEYS_FOLDER), office.folder / TRUST_FOLDER
    return keys, keys.find_root_key(read_roots(load_root_key(folder), read_succession(folder))[-1])


def _find_old_key(keys: KeyFolder, trust: TrustList, issuer: str, now: datetime, *, is_elsewhere: bool) -> TrustedKey:
    if not is_elsewhere:
        return trust.keys[keys.find_signing_key(trust, issuer, now).kid]
    listed = trust.find_newest_key(issuer, now)
    if listed is None:
        raise BadData("The list of trusted issuers has no issuer {code}.", code=issuer)
    return listed


def _last_trusted(keys: KeyFolder, old: TrustedKey, now: datetime, overlap: timedelta | None) -> datetime | None:
    if overlap is None:
        return None
    last_code = keys.latest_code_expiry(old.public.kid) or now
    return min(old.valid_until, max(now + overlap, last_code))


def _save_rotated(
    office: Office,
    trust: TrustList,
    old: TrustedKey,
    public: cose.PublicKey,
    until: datetime | None,
    signer: IssuerKey,
) -> None:
    """Sign and save the next trust list; keys that have expired leave it."""
    now = office.utc
    keys = [key for key in trust.keys.values() if key.public.kid != old.public.kid and now < key.valid_until]
    if until is not None:
        keys.append(replace(old, valid_until=until))
    lifetime = old.valid_until - old.valid_from
    keys.append(replace(old, public=public, valid_from=now, valid_until=now + lifetime))
    rotated = replace(trust, keys={key.public.kid: key for key in keys})
    signed = sign_same_list(rotated, trust.version + 1, signer, now)
    TrustFolder(office.folder / TRUST_FOLDER).save_trust_list(signed)


def rotate_root_key(office: Office, actor: str) -> cose.PublicKey:
    """Replace the root key, as `actor`: the old key signs the new one, and the new one the trust list.

    Machines that pinned any earlier root key follow when they next receive the lists. The old private key is kept as
    `keys/root-KID.pem`. Can be repeated after a failure. Raises BadData, Refused (it needs two administrators),
    OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        trust, _status = load_lists(office)
        keys, old = find_root(office)
        command = PublishTrustList(issuer=ROOT, replaces=trust.version, keep_seconds=0)
        office.door.perform(command, actor)
        new, lists, now = new_issuer_key(old.algorithm), TrustFolder(office.folder / TRUST_FOLDER), office.utc
        new.save(keys.path / f"root-{new.kid.hex()}.pem")
        lists.save_succession(add_successor(read_succession(lists.path), old, new.public, now))
        lists.save_trust_list(sign_same_list(trust, trust.version + 1, new, now))
        _rename_root_keys(keys.path, old, new)
        advance_root(lists.path, ROOT_KEY_FILE)
    return new.public


def _rename_root_keys(folder: Path, old: IssuerKey, new: IssuerKey) -> None:
    """Give the new key the name of the root key. Keys are found by content, so a failure in between does no harm."""
    path = folder / ROOT_FILE
    if path.exists():
        publish_file(path, folder / f"root-{old.kid.hex()}.pem")
    publish_file(folder / f"root-{new.kid.hex()}.pem", path)
