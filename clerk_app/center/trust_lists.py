"""The signed lists that windows check codes with: handed out as they lie here, believed for their signatures alone."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.messages import TrustListFiles
from clerk_app.licences.list_versions import ROOT_KEY_FILE


def read_trust_lists(folder: Path) -> TrustListFiles:
    """Every list in the folder of an office, by its path there. Raises OutOfReach when one cannot be read."""
    try:
        return TrustListFiles(
            files={file.relative_to(folder).as_posix(): file.read_bytes() for file in _list_files(folder)}
        )
    except OSError as error:
        raise OutOfReach("The center cannot keep or read anything right now. It will be tried again.") from error


def read_root_key(folder: Path) -> str:
    """The public key of the authority that signs the trust list; empty where there is none."""
    try:
        return (folder / ROOT_KEY_FILE).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def entity_tag(lists: TrustListFiles) -> str:
    """What tells these lists from others, as an entity tag (RFC 9110, section 8.8.3)."""
    whole = sha256()
    for name, content in sorted(lists.files.items()):
        whole.update(sha256(name.encode()).digest() + sha256(content).digest())
    return f'"{whole.hexdigest()[:32]}"'


def _list_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("**/*.cose"))
