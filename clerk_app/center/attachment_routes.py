"""The routes /v1/content/DIGEST: scans and pictures, downloaded and uploaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse

from clerk_app.center import attachments, bodies
from clerk_app.center.authentication import Credentials, damaged
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.resources import CenterResources
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES, AttachmentProgress
from db.attachments import IncomingAttachment
from db.engines import Row

_BINARY = "application/octet-stream"


class AttachmentRoutes:
    """Answers requests for attachments that a node may use."""

    def __init__(
        self, center: CenterResources, authenticate: Callable[[Request], Row], pools: Callable[[], ThreadPools]
    ) -> None:
        self._center, self._authenticate, self._pools = center, authenticate, pools

    @property
    def handlers(self) -> dict[str, RouteHandler]:
        """The handlers by the name of their route."""
        return {
            "get_content": self.get,
            "put_content": self.put,
            "content_progress": self.get_progress,
            "get_content_piece": self.get_piece,
            "put_content_piece": self.put_piece,
        }

    async def get(self, request: Request) -> HttpResponse:
        """GET /v1/content/DIGEST. Raises Refused ("no_content")."""
        found = await self._pools().run_request(partial(self._find_visible, request))
        path = await self._pools().run_request(partial(self._center.attachments.find_verified, found.digest))
        return FileResponse(path, media_type=found.media_type, headers={"cache-control": "no-store"})

    async def put(self, request: Request) -> HttpResponse:
        """PUT /v1/content/DIGEST. Raises Refused ("no_content", "damaged"), BadData."""
        found = await self._pools().run_request(partial(self._find_expected, request))
        size, media_type = 0, found.media_type
        with self._center.attachments.receive(found.digest) as upload:
            async with bodies.limit_upload_time(attachments.ATTACHMENT_UPLOAD_TIMEOUT):
                async for piece in bodies.stream_body(request, attachments.MAX_ATTACHMENT_BYTES):
                    upload.write(piece)
                    size += len(piece)
            credentials: Credentials = request.state.credentials
            is_signed = credentials.body_digest.hex() == found.digest
            if is_signed or not credentials.key_number:
                media_type = await self._pools().run_request(partial(self._find_type, found, upload, size))
            if (credentials.key_number and not is_signed) or not await self._pools().run_request(upload.commit):
                raise damaged() if is_signed else BadData("The picture did not arrive as its digest says.")
        await self._pools().run_request(
            partial(attachments.record_attachment, self._center.authority, found.digest, media_type, size)
        )
        return HttpResponse(status_code=204)

    async def get_progress(self, request: Request) -> HttpResponse:
        """GET /v1/content/DIGEST/pieces. Raises Refused ("no_content")."""

        def work() -> HttpResponse:
            found = self._find_uploadable(request)
            return self._describe_progress(found.digest, self._center.attachments.count_received(found.digest))

        return await self._pools().run_request(work)

    async def get_piece(self, request: Request) -> HttpResponse:
        """GET /v1/content/DIGEST/pieces/PIECE. Raises Refused ("no_content"), StoreUnreadable."""

        def work() -> HttpResponse:
            found, offset = self._find_visible(request), _offset_of_piece(request)
            if not offset:
                self._center.attachments.find_verified(found.digest)
            piece = self._center.attachments.read_range(found.digest, offset, PIECE_BYTES)
            return HttpResponse(piece, media_type=_BINARY, headers={"cache-control": "no-store"})

        return await self._pools().run_request(work)

    async def put_piece(self, request: Request) -> HttpResponse:
        """PUT /v1/content/DIGEST/pieces/PIECE. Raises Refused ("no_content", "damaged", "media_type"), BadData."""
        async with bodies.limit_upload_time(attachments.ATTACHMENT_UPLOAD_TIMEOUT):
            piece = b"".join([part async for part in bodies.stream_body(request, PIECE_BYTES)])
        credentials: Credentials = request.state.credentials

        def work() -> HttpResponse:
            credentials.require_body(piece)
            found, offset = self._find_uploadable(request), _offset_of_piece(request)
            received = attachments.receive_piece(self._center.authority, self._center.attachments, found, offset, piece)
            return self._describe_progress(found.digest, received)

        return await self._pools().run_request(work)

    def _describe_progress(self, digest: str, received: int) -> HttpResponse:
        progress = AttachmentProgress(received=received, complete=self._center.attachments.is_kept(digest))
        return HttpResponse(
            msgspec.json.encode(progress), headers={"cache-control": "no-store"}, media_type="application/json"
        )

    def _find_visible(self, request: Request) -> attachments.VisibleAttachment:
        node = self._authenticate(request)
        return attachments.find_visible_attachment(self._center.authority, node, request.path_params["digest"])

    def _find_uploadable(self, request: Request) -> attachments.VisibleAttachment:
        node = self._authenticate(request)
        return attachments.find_uploadable_attachment(self._center.authority, node, request.path_params["digest"])

    def _find_expected(self, request: Request) -> attachments.VisibleAttachment:
        node = self._authenticate(request)
        return attachments.find_expected_attachment(self._center.authority, node, request.path_params["digest"])

    def _find_type(self, found: attachments.VisibleAttachment, upload: IncomingAttachment, size: int) -> str:
        with upload.received() as file:
            if not found.is_of_portal:
                return attachments.require_paper(self._center.authority, found, file)
            return attachments.require_scan(self._center.authority, found, file, size)


def _offset_of_piece(request: Request) -> int:
    """Return where the piece of an address begins. Raises Refused ("no_content") for one that no file has."""
    number = str(request.path_params["piece"])
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        raise Refused("no_content", "There is no such picture that this window may see.")
    return int(number) * PIECE_BYTES
