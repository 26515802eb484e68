"""The center's key pair: `keys/center.key`, and the public list of its keys, in which each endorses the next.

The list is kept in the store and in `keys/center-keys.json`, because a restored store may be older than the last
rotation. Windows follow the list from the key that they know to the current one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clerk_app.errors import Refused
from clerk_app.ledger.center_key_file import open_center_key_file, write_key_list
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import (
    KEYS_FOLDER,
    PublicKey,
    SigningKey,
    center_key_path,
    encode_base64url,
    read_or_create_signing_key,
    write_signing_key,
)
from clerk_app.ledger.node_keys import CenterKeyLink, SetCenterKey, center_key_statement
from clerk_app.people import SYSTEM
from db.engines import Row

_NEXT_KEY_FILE = "center-next.key"  # a key whose rotation was interrupted


@dataclass(frozen=True)
class CenterKey:
    """The current key of a center, and the links of all its keys from the first one, number 1."""

    center: str  # id of its node
    key: SigningKey
    links: tuple[CenterKeyLink, ...]

    @property
    def number(self) -> int:
        """Number of the current key."""
        return self.links[-1].number

    @property
    def key_id(self) -> str:
        """The name of the current key in signatures: CENTER.NUMBER."""
        return f"{self.center}.{self.number}"


def open_center_key(folder: Path, door: Door) -> CenterKey:
    """Return the center's key; create it for a center that has never had one. Records missing keys in the store.

    Raises Refused if the file of a center that has a key is missing or is the file of another key, BadData if it is
    damaged or can be read by others.
    """
    with door.store.read() as tx:
        own = tx.get("nodes", here=True)
        if own is None:
            raise Refused("no_center", "The office in {folder} is not a center.", folder=folder)
        file = open_center_key_file(tx, folder)
    write_key_list(folder, file.links)
    for link in file.links[len(file.stored) :]:
        _record_key(door, own, link)
    return CenterKey(own["id"], file.key, file.links)


def rotate_center_key(folder: Path, door: Door) -> CenterKey:
    """Replace the center's key by a new one that the old one endorses; return it. Raises Refused, BadData.

    The new key is written first: an interrupted rotation is completed by repeating it.
    """
    current = open_center_key(folder, door)
    with door.store.read() as tx:
        own = tx.get("nodes", here=True)
    if own is None:
        raise Refused("no_center", "The office in {folder} is not a center.", folder=folder)
    new = read_or_create_signing_key(folder / KEYS_FOLDER / _NEXT_KEY_FILE)
    number = current.number + 1
    endorsement = current.key.sign(center_key_statement(own["id"], number, new.public.text))
    links = (*current.links, CenterKeyLink(number, new.public.text, encode_base64url(endorsement)))
    write_signing_key(center_key_path(folder), new)
    write_key_list(folder, links)
    (folder / KEYS_FOLDER / _NEXT_KEY_FILE).unlink()
    _record_key(door, own, links[-1])
    return CenterKey(own["id"], new, links)


def read_public_key(own: Row | None) -> PublicKey:
    """Return the center's public key from the row of its node. Raises Refused if it has none yet."""
    if own is None or not own["public_key"]:
        raise Refused("center_key", "The center has no key yet. Start it once: clerk center")
    return PublicKey.parse(own["public_key"])


def _record_key(door: Door, own: Row, link: CenterKeyLink) -> None:
    try:
        door.perform(
            SetCenterKey(node=own["id"], number=link.number, public_key=link.public_key, endorsement=link.endorsement),
            SYSTEM,
        )
    except Refused as refused:
        if refused.reason != "key":  # another process recorded it at the same moment
            raise
