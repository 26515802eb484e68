"""Export of the log as proof: entries without personal parts, checkpoints, public keys, and the verifying program."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger import export_verifier
from clerk_app.ledger.audit import read_entries
from clerk_app.ledger.checkpoints import log_origin
from clerk_app.ledger.entries import encode_heading
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.signed_note import SignedNote, parse_note
from db.engines import Row, Store, Transaction
from db.files import create_folder, open_private, replace_file, sync_path

LOG_FILE, NOTES_FILE, VERIFIER_FILE = "log.jsonl", "checkpoints.txt", "verify_log.py"
_DER_PREFIX = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of Ed25519 (RFC 8410)


def export_proof(
    store: Store, own_key: PublicKey | None, folder: Path, last: SignedNote | None = None
) -> tuple[int, int]:
    """Write the export to a new folder; return the numbers of entries and of checkpoints. Raises BadData, OSError.

    `own_key` signs the checkpoints of this store; it is not recorded in a store that never was a center of windows.
    `last` is the checkpoint that is kept outside the store: it shows that a tail was cut off.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadData("{folder} is not empty: an export is made in a new folder.", folder=folder)
    create_folder(folder / "keys")
    with store.read() as tx:  # before the entries, so that the entries cover each checkpoint
        notes = [row["note"] for row in tx.select("checkpoints", order=("size",))]
        own = tx.query_one("ledger.own_node")
        origin = log_origin(own["id"], own["epoch"]) if own is not None else ""
        keys = dict(_public_keys(tx)) | ({"own": own_key} if own_key is not None else {})
    known = {parse_note(note).checkpoint for note in notes}
    if last is not None and last.checkpoint.origin == origin and last.checkpoint not in known:
        notes.append(last.text)
    replace_file(folder / NOTES_FILE, "\n".join(notes).encode())
    for name, key in keys.items():
        replace_file(folder / "keys" / f"{name}.pem", encode_pem(key))
    count = 0
    with open_private(folder / LOG_FILE, "xb") as out:
        for row in read_entries(store):
            out.write(msgspec.json.encode(_line(row)) + b"\n")
            count += 1
    sync_path(folder / LOG_FILE)
    replace_file(folder / VERIFIER_FILE, Path(export_verifier.__file__).read_bytes())
    return count, len(notes)


def encode_pem(key: PublicKey) -> bytes:
    """Return a public key as a PEM file for openssl."""
    text = base64.b64encode(_DER_PREFIX + key.raw).decode("ascii")
    return f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n".encode("ascii")


def _line(row: Row) -> dict[str, object]:
    return {
        "position": row["position"],
        "heading": encode_heading(row),
        **{name: row[name] for name in ("command", "personal_digest", "decision", "previous", "link")},
    }


def _public_keys(tx: Transaction) -> Iterator[tuple[str, PublicKey]]:
    """Yield all keys that this store knows, each under a name of letters, digits and dashes."""
    for row in tx.select("node_keys", order=("node", "number")):
        if row["node"].replace("-", "").isalnum():
            yield f"{row['node']}-{row['number']}", PublicKey.parse(row["public_key"])
    for row in tx.select("nodes"):
        if row["public_key"] and row["id"].replace("-", "").isalnum():
            yield f"{row['id']}-current", PublicKey.parse(row["public_key"])
    line = tx.query_one("ledger.center_connection")
    if line is not None and line.get("public_key"):
        yield "center", PublicKey.parse(line["public_key"])
