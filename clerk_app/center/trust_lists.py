"""Serves the trust lists (signed lists of issuers and revocations) from the center's folder.

The files are sent unchanged, because each window verifies their signatures.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from clerk_app.center.error_responses import STORE_UNAVAILABLE
from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.messages import TrustListFiles
from clerk_app.licences.list_versions import ROOT_KEY_FILE


def read_trust_lists(folder: Path) -> TrustListFiles:
    """Return all lists, by path relative to the folder. Raises OutOfReach if a file cannot be read."""
    try:
        return TrustListFiles(
            files={file.relative_to(folder).as_posix(): file.read_bytes() for file in _list_files(folder)},
            root=read_root_key(folder),
        )
    except OSError as error:
        raise OutOfReach(STORE_UNAVAILABLE) from error


def read_root_key(folder: Path) -> str:
    """Return the public key (PEM) of the signer of the trust list; empty if it is missing or unreadable."""
    try:
        return (folder / ROOT_KEY_FILE).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def entity_tag(lists: TrustListFiles) -> str:
    """Return the entity tag of the lists (RFC 9110, section 8.8.3): a digest of root key, names, contents."""
    digest = sha256(lists.root.encode())
    for name, content in sorted(lists.files.items()):
        digest.update(sha256(name.encode()).digest() + sha256(content).digest())
    return f'"{digest.hexdigest()[:32]}"'


def _list_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("**/*.cose"))
