"""A backup as one encrypted file: a tar archive with a signed manifest, encrypted to recipients.

manifest.json         digests of the other members, and the key of an encrypted store
manifest.sig          public key and signature of the machine that made it
clerk-DATE-TIME.db    as in a plain backup; encrypted itself if the store is
clerk-DATE-TIME.toml
content/ab/ab12...    attachments
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Sequence
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import msgspec

from clerk_app.composition.age_files import decrypt_file, encrypt_to_file
from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from db.files import create_folder, open_private

SUFFIX = ".age"
_MANIFEST, _SIGNATURE = "manifest.json", "manifest.sig"
_MEMBER = re.compile(r"clerk-[0-9-]+\.(db|toml)|content/[0-9a-f]{2}/[0-9a-f]{64}")
_PURPOSE = b"clerk-backup-1\n"
_MAX_MANIFEST_BYTES = 100_000_000
_CHUNK_BYTES = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What the archive holds: SHA-256 in hex by name."""

    digests: dict[str, str]
    store_key: str = ""


class ManifestSignature(msgspec.Struct, frozen=True):
    """Who made the archive."""

    key: str = ""
    signature: bytes = b""


def seal_backup(folder: Path, path: Path, recipients: Sequence[Any], key: SigningKey | None, store_key: str) -> None:
    """Write the files of a plain backup in `folder` as one encrypted file. Raises BadData, OSError."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    names = {file.relative_to(folder).as_posix(): file for file in files}
    manifest = msgspec.json.encode(Manifest({name: _digest(file) for name, file in names.items()}, store_key))
    signature = ManifestSignature(key.public.text, key.sign(_PURPOSE + manifest)) if key else ManifestSignature()

    def write(out: IO[bytes]) -> None:
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for name, content in ((_MANIFEST, manifest), (_SIGNATURE, msgspec.json.encode(signature))):
                _add(archive, name, len(content), BytesIO(content))
            for name, file in names.items():
                with file.open("rb") as source:
                    _add(archive, name, file.stat().st_size, source)

    encrypt_to_file(path, recipients, write)


def open_backup(path: Path, identities: Sequence[Any], folder: Path) -> tuple[Manifest, str]:
    """Decrypt and unpack a file into an empty folder; return its manifest and the fingerprint of its signer.

    Raises BadData if the file was cut or altered, its signature is wrong, or a member is not as in the manifest.
    """
    manifest, signature = Manifest({}), ManifestSignature()

    def read(source: IO[bytes]) -> None:
        nonlocal manifest, signature
        with tarfile.open(fileobj=source, mode="r|") as archive:
            text = _read_member(archive, archive.next(), _MANIFEST)
            signature = msgspec.json.decode(_read_member(archive, archive.next(), _SIGNATURE), type=ManifestSignature)
            if signature.key and not PublicKey.parse(signature.key).verifies(signature.signature, _PURPOSE + text):
                raise BadData("{path}: the signature of the manifest is wrong.", path=path)
            manifest = msgspec.json.decode(text, type=Manifest)
            missing = dict(manifest.digests)
            while (member := archive.next()) is not None:
                if not member.isfile() or not _MEMBER.fullmatch(member.name):
                    raise BadData("{path} holds something else than a backup: {name}", path=path, name=member.name)
                if _unpack(archive, member, folder / member.name) != missing.pop(member.name, ""):
                    raise BadData("{path}: {name} is not the file of the manifest.", path=path, name=member.name)
        if missing:
            raise BadData("{path}: {name} is missing.", path=path, name=min(missing))

    try:
        decrypt_file(path, identities, read)
    except (tarfile.TarError, ValueError, RecursionError, AttributeError) as error:
        raise BadData("{path} holds no backup.", path=path) from error
    return manifest, PublicKey.parse(signature.key).fingerprint if signature.key else ""


def _add(archive: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, content)


def _read_member(archive: tarfile.TarFile, member: tarfile.TarInfo | None, name: str) -> bytes:
    content = archive.extractfile(member) if member is not None and member.name == name else None
    if member is None or content is None or member.size > _MAX_MANIFEST_BYTES:
        raise tarfile.TarError(name)
    return content.read()


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    """Write a member to a file of mode 0600; return its digest."""
    source, digest = archive.extractfile(member), sha256()
    if source is None:
        raise tarfile.TarError(member.name)
    create_folder(path.parent)
    with open_private(path, "xb") as out:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
