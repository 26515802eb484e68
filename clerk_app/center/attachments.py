"""Access rules for attachments (scans, pictures): a node may use those that a document visible to it refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from clerk_app.cases.media_types import MEDIA_TYPES, find_media_type
from clerk_app.center.authority import Authority
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, machine_kinds
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES
from clerk_app.ledger.replication.documents import Reader, Rows
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from db.attachments import AttachmentStore
from db.engines import Row, Transaction

MAX_ATTACHMENT_BYTES = 32 * 1024 * 1024
MAX_APPLICATION_BYTES = 256 * 1024 * 1024  # of all scans of an application
ATTACHMENT_UPLOAD_TIMEOUT = 300.0  # seconds for a whole file
_DIGEST = re.compile(r"[0-9a-f]{64}")
_GIVING_COMMANDS = ("AcceptCase", "TakeIn")  # stored names, see clerk_app.cases
_DEFAULT_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class VisibleAttachment:
    """An attachment that a node may read and write."""

    digest: str
    media_type: str
    applications: Mapping[str, str] = field(default_factory=dict)
    """Applications to which a portal adds it: the declared types by number; empty for a window."""

    @property
    def is_of_portal(self) -> bool:
        """Whether a portal uploads it."""
        return bool(self.applications)


def find_visible_attachment(authority: Authority, node: Row, digest: str) -> VisibleAttachment:
    """Return the attachment with this digest. Raises Refused ("no_content") if no visible document refers to it."""
    reader = Reader.from_row(node, authority.door.clock())
    if _DIGEST.fullmatch(digest):
        with authority.store.read() as tx:
            for name in _documents_referring_to(tx, reader, digest):
                if _refers_to(authority.document_types.visible_rows(tx, name, reader), digest):
                    row = tx.get("contents", digest=digest)
                    return VisibleAttachment(digest, row["media_type"] if row else _DEFAULT_MEDIA_TYPE)
    raise Refused("no_content", "There is no such picture that this window may see.")


def find_uploadable_attachment(authority: Authority, node: Row, digest: str) -> VisibleAttachment:
    """Return an attachment that a machine may upload. Raises Refused ("no_content"); a kiosk those it announced.

    It may upload what it may see, and what it took in for a case itself, because the case may have been transferred
    to another site before the file was sent.
    """
    if machine_kinds(node["kind"]) == {MachineKind.KIOSK}:
        return _find_announced(authority, node["id"], digest)
    try:
        return find_visible_attachment(authority, node, digest)
    except Refused:
        if _DIGEST.fullmatch(digest):
            with authority.store.read() as tx:
                for row in tx.select("materials", content=digest):
                    if _has_taken_in(tx, node["id"], row["case_number"]):
                        return VisibleAttachment(digest, row["media_type"] or _DEFAULT_MEDIA_TYPE)
        raise


def _find_announced(authority: Authority, node: str, digest: str) -> VisibleAttachment:
    """Return a file that a kiosk has announced in the session of a citizen. Raises Refused ("no_content")."""
    if _DIGEST.fullmatch(digest):
        with authority.store.read() as tx:
            for row in tx.select("kiosk_papers", content=digest, node=node):
                return VisibleAttachment(digest, row["media_type"])
    raise Refused("no_content", "There is no such picture that this window may see.")


def _has_taken_in(tx: Transaction, node: str, case: str) -> bool:
    """Return whether a machine has given materials of a case."""
    entries = tx.query_all("ledger.entries_of_stream", stream=f"case/{case}")
    return any(
        entry["kind"] in _GIVING_COMMANDS and entry["outcome"] == "done" and node_of_chain(entry["node"]) == node
        for entry in entries
    )


def find_expected_attachment(authority: Authority, node: Row, digest: str) -> VisibleAttachment:
    """Return an attachment that a node may upload; a portal those of its applications that have not ended.

    Raises Refused ("no_content").
    """
    if MachineKind.PORTAL not in machine_kinds(node["kind"]):
        return find_uploadable_attachment(authority, node, digest)
    with authority.store.read() as tx:
        rows = tx.query_all("applications.open_of_portal_with_attachment", portal=node["id"], digest=digest)
    if not rows:
        raise Refused("no_content", "None of the applications of this portal that wait has such a scan.")
    declared = {row["number"]: row["media_type"] for row in rows}
    return VisibleAttachment(digest, rows[0]["media_type"], declared)


def require_scan(authority: Authority, found: VisibleAttachment, file: BinaryIO, size: int) -> str:
    """Return the type of an uploaded scan.

    Raises Refused unless it is one that is declared for it, and all scans of an application are within the limit.
    """
    media_type = find_media_type(file)
    numbers = [number for number, declared in found.applications.items() if declared == media_type]
    if not numbers:
        raise Refused(
            "media_type",
            "The file is not of the declared type ({declared}), is cut, or is of two formats. Accepted are JPEG "
            "(image/jpeg), PNG (image/png) and PDF (application/pdf). It was not kept: send the application again "
            "under its reference, with another scan for this material.",
            declared=found.media_type,
        )
    with authority.store.read() as tx:
        for number in numbers:
            row = tx.query_one("applications.attachment_bytes", number=number, digest=found.digest)
            if row is not None and int(row["bytes"] or 0) + size > MAX_APPLICATION_BYTES:
                raise Refused(
                    "too_large",
                    "All scans of an application together have at most {limit} MB.",
                    limit=MAX_APPLICATION_BYTES >> 20,
                )
    return media_type


def require_paper(authority: Authority, found: VisibleAttachment, file: BinaryIO) -> str:
    """Return the type of a file that a window uploads. Raises Refused unless it is of the type that its case states.

    A material of an earlier version states no type.
    """
    media_type = find_media_type(file)
    with authority.store.read() as tx:
        tables = ("materials", "ticket_papers", "kiosk_papers")
        rows = [row for table in tables for row in tx.select(table, content=found.digest)]
    stated = {row["media_type"] for row in rows if row["media_type"]}
    if not media_type or (stated and media_type not in stated):
        raise Refused(
            "media_type",
            "The file is not of the type that its case states ({declared}), is cut, or is of two formats. It was not "
            "kept.",
            declared=", ".join(sorted(stated)) or ", ".join(MEDIA_TYPES),
        )
    return media_type


def receive_piece(
    authority: Authority, store: AttachmentStore, found: VisibleAttachment, offset: int, piece: bytes
) -> int:
    """Keep a piece of an attachment, and the attachment with its last piece; return how many bytes have arrived.

    Raises Refused ("too_large", "media_type"), BadData (wrong digest), StoreUnwritable.
    """
    digest = found.digest
    if store.is_kept(digest):
        return 0
    if offset + len(piece) > MAX_ATTACHMENT_BYTES:
        store.drop_pieces(digest)
        raise Refused("too_large", "A file has at most {limit} MB.", limit=MAX_ATTACHMENT_BYTES >> 20)
    received = store.append_piece(digest, offset, piece)
    if len(piece) == PIECE_BYTES or received != offset + len(piece):
        return received
    try:
        with store.open_pieces(digest) as file:
            media_type = require_paper(authority, found, file)
    except Refused:
        store.drop_pieces(digest)
        raise
    if not store.complete_pieces(digest):
        raise BadData("The picture did not arrive as its digest says.")
    record_attachment(authority, digest, media_type, received)
    return received


def record_attachment(authority: Authority, digest: str, media_type: str, size: int) -> None:
    """Record that a file has arrived: backups contain it from then on."""
    with authority.store.read() as tx:
        is_known = tx.get("contents", digest=digest) is not None
    if not is_known:
        authority.door.perform(AddAttachment(digest=digest, media_type=media_type, size=size), SYSTEM)


def _documents_referring_to(tx: Transaction, reader: Reader, digest: str) -> list[str]:
    visits = tx.query_all("center.visits_with_attachment", window=reader.window, digest=digest)
    cases = tx.query_all("center.cases_with_attachment", digest=digest)
    opened = tx.query_all("applications.with_attachment_at_node", node=reader.node, digest=digest)
    return [
        *(f"visit/{row['id']}" for row in visits),
        *(f"case/{row['case_number']}" for row in cases),
        *(f"application/{row['number']}" for row in opened),
        *(f"ticket_papers/{row['ticket']}" for row in tx.select("ticket_papers", content=digest)),
    ]


def _refers_to(rows: Rows | None, digest: str) -> bool:
    tables = ("materials", "licences", "earlier_materials", "application_attachments", "ticket_papers")
    return rows is not None and any(row["content"] == digest for table in tables for row in rows.get(table, ()))
