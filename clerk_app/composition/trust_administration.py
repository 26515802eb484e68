"""The authority's trust list: its root key, the issuers, the publication by two administrators."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.composition.revocation import load_lists, write_locked_status_list
from clerk_app.errors import BadData, Refused
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey, load_public_key, new_issuer_key
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import ROOT_KEY_FILE, load_root_key
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.root_succession import read_roots, read_succession
from clerk_app.licences.trust_draft import DraftIssuer, TrustDraft, load_draft, save_draft
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustList, sign_trust_list
from clerk_app.licences.trust_publication import PublishTrustList
from clerk_app.text.cleaning import clean_code, clean_text
from db.files import create_folder

ROOT_FILE = "root.pem"
"""File of the private root key, in the folder of the keys."""
DEFAULT_DAYS = 1_095
"""Days for which a new key of an issuer is trusted."""
MAX_DAYS = 3_660


@dataclass(frozen=True)
class Published:
    """The published list, and how many of its issuers are new or changed (0: it was published before)."""

    trust: TrustList
    changed: int


def require_authority(office: Office) -> None:
    """Raise Refused at a window: the lists of a window come from its center."""
    if office.door.authority is not None:
        raise Refused("window", "The trust list is kept at the center. Run this on the center's machine.")


def init_trust(office: Office) -> tuple[cose.PublicKey, bool]:
    """Make the authority's root key; return the public key, and whether it is new.

    Can be repeated: an existing key stays. Raises Refused (a window), BadData (the root key is elsewhere), OSError.
    """
    require_authority(office)
    keys, pinned = office.folder / KEYS_FOLDER, office.folder / TRUST_FOLDER / ROOT_KEY_FILE
    with locked_lists(office.folder):
        if pinned.exists():
            root = _newest_root(office)
            if KeyFolder(keys).find_key(root) is None:
                raise BadData(
                    "The root key of this office is kept elsewhere: {kid}. Import its lists: clerk trust import",
                    kid=root.kid.hex(),
                )
            return root, False
        create_folder(keys)
        path = keys / ROOT_FILE
        is_new = not path.exists()
        key = new_issuer_key() if is_new else IssuerKey.load(path)  # an earlier attempt may have failed after this
        if is_new:
            key.save(path)
        key.save_public(pinned)
        return key.public, is_new


def _newest_root(office: Office) -> cose.PublicKey:
    folder = office.folder / TRUST_FOLDER
    return read_roots(load_root_key(folder), read_succession(folder))[-1]


def read_published(office: Office) -> TrustList | None:
    """Return the published list; None before the first publication. Raises ListFault for an unusable list."""
    trust, _status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        if trust.finding.reason is Reason.TRUST_MISSING and not (office.folder / TRUST_FOLDER / "trust.cose").exists():
            return None
        raise trust
    return trust


def add_issuer(
    office: Office, code: str, zh: str, en: str, types: tuple[str, ...], public_file: Path | None, days: int
) -> DraftIssuer:
    """Add an issuer to the draft, or change one; its key is made here unless `public_file` has the public key.

    An issuer that has a key keeps it. Nothing is trusted before `publish_draft`. Can be repeated. Raises Refused (a
    window), BadData (a wrong code, unknown types of licences, no root key), OSError.
    """
    require_authority(office)
    code = check_issuer_code(code)
    zh, en = clean_text(zh), clean_text(en)
    if not zh or not en:
        raise BadData("An issuer needs a name in Chinese and in English: --name CHINESE/ENGLISH")
    known = {kind.code for kind in office.catalogue_frame().licence_types}
    if unknown := sorted(set(types) - known):
        raise BadData("The catalogue has no type of licence {code}.", code=", ".join(unknown))
    with locked_lists(office.folder):
        if not (office.folder / TRUST_FOLDER / ROOT_KEY_FILE).exists():
            raise BadData("This office has no root key yet: clerk trust init")
        trust, draft = read_published(office), load_draft(office.folder)
        key = load_public_key(public_file) if public_file else _choose_key(office, code, trust, draft)
        _require_unused(key, code, trust)
        issuer = DraftIssuer(code, zh, en, tuple(sorted(set(types))), key.algorithm, key.kid.hex(), key.raw.hex(), days)
        if issuer.is_in(trust):
            draft = replace(draft, issuers=tuple(other for other in draft.issuers if other.code != code))
        else:
            draft = draft.with_issuer(issuer)
        save_draft(office.folder, draft)
    return issuer


def check_issuer_code(code: str) -> str:
    """Return the credit code of an issuer. Raises BadData if it cannot exist."""
    try:
        return str(uscc.validate(clean_code(code)))
    except ValidationError as error:
        raise BadData("This unified social credit code cannot exist: one character is wrong or missing.") from error


def _require_unused(key: cose.PublicKey, code: str, trust: TrustList | None) -> None:
    listed = trust.keys.get(key.kid) if trust is not None else None
    if listed is not None and listed.issuer != code:
        raise BadData("This key is that of another issuer: {code}.", code=listed.issuer)


def _choose_key(office: Office, code: str, trust: TrustList | None, draft: TrustDraft) -> cose.PublicKey:
    """Return the key of an issuer: the published one, that of the draft, or a new one."""
    if trust is not None and (listed := trust.find_newest_key(code, office.utc)) is not None:
        return listed.public
    if (before := draft.find(code)) is not None:
        return before.key
    return create_issuer_key(office.folder / KEYS_FOLDER, code).public


def create_issuer_key(folder: Path, code: str, algorithm: int = cose.ES256) -> IssuerKey:
    """Generate a key for an issuer and save it in the folder of the keys. Raises OSError."""
    key = new_issuer_key(algorithm)
    key.save(folder / f"{code}-{key.kid.hex()}.pem")
    return key


def publish_draft(office: Office, actor: str) -> Published:
    """Publish the draft as the next trust list, as `actor`; start the status lists of issuers whose keys are here.

    Can be repeated after a failure. Raises Refused (a window, a second administrator is needed), BadData (nothing to
    publish, the root key is elsewhere), OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        trust, draft = read_published(office), load_draft(office.folder)
        changes = [issuer for issuer in draft.issuers if not issuer.is_in(trust)]
        is_changed = bool(changes) or draft.date_key is not None
        if not is_changed and (draft.is_empty or trust is None):
            raise BadData("There is nothing to publish. Add an issuer first: clerk trust add-issuer")
        keys = KeyFolder(office.folder / KEYS_FOLDER)
        if is_changed:
            root = keys.find_root_key(_newest_root(office))
            version = trust.version if trust is not None else 0
            command = PublishTrustList(issuer="", replaces=version, keep_seconds=0, content=draft.to_text())
            office.door.perform(command, actor)
            now = office.utc
            removed, date_key = draft.list_removed(trust), draft.choose_date_key(trust, now)
            signed = sign_trust_list(version + 1, draft.apply_to(trust, now), root, now, removed, date_key)
            TrustFolder(office.folder / TRUST_FOLDER).save_trust_list(signed)
        published, status = load_lists(office)
        for code, key in keys.find_signing_keys(published, office.utc).items():
            if draft.find(code) is not None:
                write_locked_status_list(office, status, code, key, is_due=True)
        save_draft(office.folder, TrustDraft())
    return Published(published, len(changes))
