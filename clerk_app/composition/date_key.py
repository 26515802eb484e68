"""The date key of a center whose root key is on another machine: made at the center, named there by the root key."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from clerk_app.composition.list_lock import locked_lists
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.composition.trust_administration import read_published, require_authority
from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey, load_public_key, new_issuer_key
from clerk_app.licences.list_versions import ROOT_KEY_FILE
from clerk_app.licences.trust_draft import DraftDateKey, load_draft, save_draft
from db.files import create_folder

DATE_KEY_FILE = "date.pem"
"""File of the private date key, in the folder of the keys."""
DEFAULT_DATE_DAYS = 90
MAX_DATE_DAYS = 366
"""Days for which a date key may date a list: without its root key nobody can take the list back before."""


def make_date_key(office: Office, public_file: Path) -> cose.PublicKey:
    """Make the date key of this center, and write its public part to a file, to be brought to the root key.

    Repeated, it writes the same key. Raises Refused (a window), BadData (no key in the file of the key), OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        keys = office.folder / KEYS_FOLDER
        create_folder(keys)
        path = keys / DATE_KEY_FILE
        if not path.exists():
            new_issuer_key().save(path)
        key = IssuerKey.load(path)
    key.save_public(public_file)
    return key.public


def add_date_key(office: Office, public_file: Path, days: int) -> DraftDateKey:
    """Add the date key of a center to the draft of the next list, for `days` from its publication on.

    Raises Refused (a window), BadData (no root key, no key in the file, a key of an issuer), OSError.
    """
    require_authority(office)
    with locked_lists(office.folder):
        if not (office.folder / TRUST_FOLDER / ROOT_KEY_FILE).exists():
            raise BadData("This office has no root key yet: clerk trust init")
        key, trust = load_public_key(public_file), read_published(office)
        if trust is not None and key.kid in trust.keys:
            raise BadData("This key is that of another issuer: {code}.", code=trust.keys[key.kid].issuer)
        date_key = DraftDateKey(key.algorithm, key.kid.hex(), key.raw.hex(), days)
        save_draft(office.folder, replace(load_draft(office.folder), date_key=date_key))
    return date_key
