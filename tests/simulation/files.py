"""Files of papers in a simulated city: taken in at windows, sent in pieces, and checked at the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.center.attachments import find_uploadable_attachment, find_visible_attachment, receive_piece
from clerk_app.center.authority import Authority
from clerk_app.composition.taken_files import TakenFiles
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES, AttachmentProgress
from clerk_app.sync.attachment_pieces import TransferPausedError
from clerk_app.sync.attachments import AttachmentSync
from db.attachments import AttachmentStore
from db.engines import Row
from db.errors import StoreError
from tests.node_authentication import authenticate_node
from tests.sample_scans import build_jpeg
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.programs import SimulatedCenter, SimulatedNode, SimulatedProgram

_CUT_EVERY = 5  # requests of a program after which one is lost
_PAPERS_WITH_FILE = 3  # of so many papers, one has a file


def attachments_of(program: SimulatedProgram) -> AttachmentStore:
    """The files in the folder of a program."""
    return AttachmentStore(program.folder / "content")


def take_in_files(node: SimulatedNode, materials: tuple[GivenMaterial, ...], subject: str) -> tuple[GivenMaterial, ...]:
    """Give some of the papers a file, which is kept on the machine until the center has it."""
    return tuple(_take_in(node, material, f"{subject} {material.material}") for material in materials)


def _take_in(node: SimulatedNode, material: GivenMaterial, subject: str) -> GivenMaterial:
    mark = sha256(subject.encode()).digest()
    if material.how != "paper" or mark[0] % _PAPERS_WITH_FILE:
        return material
    data = build_jpeg() + mark + bytes(PIECE_BYTES if mark[1] % 4 == 0 else 0)
    files = TakenFiles(node.folder, attachments_of(node))
    digest = files.add(data)
    files.mark_given([digest])
    return GivenMaterial(
        material=material.material, how="paper", content=digest, media_type="image/jpeg", pages=1, size=len(data)
    )


class SimulatedPieces:
    """Carries pieces between a program and the center; now and then one is lost."""

    def __init__(self, node: SimulatedNode, center: SimulatedCenter, *, is_healed: bool) -> None:
        self._node, self._center, self._is_healed = node, center, is_healed
        self._requests = 0

    def get_piece(self, digest: str, piece: int) -> bytes:
        def find(authority: Authority, row: Row) -> int:
            find_visible_attachment(authority, row, digest)
            return piece * PIECE_BYTES

        return attachments_of(self._center).read_range(digest, self._reach(find), PIECE_BYTES)

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress:
        def receive(authority: Authority, row: Row) -> int:
            found = find_uploadable_attachment(authority, row, digest)
            return receive_piece(authority, attachments_of(self._center), found, piece * PIECE_BYTES, data)

        return self._describe(digest, self._reach(receive))

    def get_progress(self, digest: str) -> AttachmentProgress:
        def count(authority: Authority, row: Row) -> int:
            find_uploadable_attachment(authority, row, digest)
            return attachments_of(self._center).count_received(digest)

        return self._describe(digest, self._reach(count))

    def _describe(self, digest: str, received: int) -> AttachmentProgress:
        return AttachmentProgress(received=received, complete=attachments_of(self._center).is_kept(digest))

    def _reach(self, request: Callable[[Authority, Row], int]) -> int:
        transport = self._node.transport
        self._requests += 1
        if transport.is_down or transport.time.now < transport.down_until:
            raise OutOfReach("The line is cut.")
        if not self._is_healed and self._requests % _CUT_EVERY == 0:
            raise OutOfReach("The line is cut in the middle of a file.")
        authority = self._center.authority
        try:
            return request(authority, authenticate_node(authority, transport.node, f"key of {transport.node}"))
        except SimulatedCrash:
            if not self._center.machine.stopped:
                raise
            self._center.restart()
            raise OutOfReach("The center stopped.") from None


def send_files(node: SimulatedNode, center: SimulatedCenter, *, is_healed: bool = False) -> None:
    """Send the files of the cases that the center has, as far as the line lasts."""
    pieces = SimulatedPieces(node, center, is_healed=is_healed)
    sync = AttachmentSync(node.store, attachments_of(node), node.folder, pieces)
    with suppress(OutOfReach, StoreError, Refused, BadData, TransferPausedError):
        sync.upload_new()
        sync.upload_left()


def check_files(center: SimulatedCenter, nodes: tuple[SimulatedNode, ...]) -> None:
    """Check that the center has the file of each paper of its cases that a machine still has, with its bytes."""
    kept = attachments_of(center)
    for row in center.rows("materials"):
        if not row["media_type"] or not row["content"]:
            continue
        if kept.is_kept(row["content"]):
            kept.read(row["content"])
            continue
        holders = [node.name for node in nodes if attachments_of(node).is_kept(row["content"])]
        if holders:
            raise InvariantViolation("the file of a paper arrives", case=row["case_number"], holders=holders)
