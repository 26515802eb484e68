"""The file of the center's private key, and the public list of all its keys, which lies next to it.

The file is created once. A center whose store records a key never gets a new one: no machine would believe it, and the
right key, when it is brought back, would find another file in its place.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.machine_keys import (
    KEYS_FOLDER,
    PublicKey,
    SigningKey,
    center_key_path,
    read_or_create_signing_key,
    read_signing_key,
)
from clerk_app.ledger.node_keys import CenterKeyLink
from db.engines import Row, Transaction
from db.files import replace_file

_KEY_LIST_FILE = "center-keys.json"


class CenterKeyFile(msgspec.Struct, frozen=True):
    """The center's private key, the links of all its keys, and those that its store records."""

    key: SigningKey
    links: tuple[CenterKeyLink, ...]
    stored: tuple[CenterKeyLink, ...]


def open_center_key_file(tx: Transaction, folder: Path) -> CenterKeyFile:
    """Return the key of the authority in `folder`; create it if its store has never recorded one.

    Raises Refused if the file of a key that the store records is missing or has another key, BadData if it is damaged
    or can be read by others. Writes nothing then.
    """
    own = tx.get("nodes", here=True)
    stored = [_link(row) for row in tx.select("node_keys", order=("number",), node=own["id"])] if own else []
    path = center_key_path(folder)
    key = read_signing_key(path)
    if key is None and stored:
        raise Refused(
            "center_key",
            "The center's key {path} is missing. Bring it back from the place where it is kept; "
            "without it no machine believes this center.",
            path=path,
        )
    key = key or read_or_create_signing_key(path)
    links = max((_read_list(folder) or stored or [CenterKeyLink(1, key.public.text)], stored), key=len)
    if links[-1].public_key != key.public.text or links[: len(stored)] != stored:
        raise Refused(
            "center_key", "The key {path} is not the key of this center. Bring back the right one.", path=path
        )
    return CenterKeyFile(key, tuple(links), tuple(stored))


def read_center_keys(folder: Path) -> list[PublicKey]:
    """Return the public keys that the center in `folder` has and had, from its key files alone. Raises BadData."""
    key = read_signing_key(center_key_path(folder))
    links = [link.public_key for link in _read_list(folder)]
    return [PublicKey.parse(text) for text in dict.fromkeys([*([key.public.text] if key else []), *links])]


def write_key_list(folder: Path, links: tuple[CenterKeyLink, ...]) -> None:
    """Write the public list of the center's keys, if it is not as given."""
    content = msgspec.json.encode(links)
    path = folder / KEYS_FOLDER / _KEY_LIST_FILE
    if not path.exists() or path.read_bytes() != content:
        replace_file(path, content)


def _link(row: Row) -> CenterKeyLink:
    return CenterKeyLink(row["number"], row["public_key"], row["endorsement"])


def _read_list(folder: Path) -> list[CenterKeyLink]:
    path = folder / KEYS_FOLDER / _KEY_LIST_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[CenterKeyLink])
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
