"""The routes /v1/content/DIGEST: scans and pictures, downloaded and uploaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse

from clerk_app.center import attachments, bodies
from clerk_app.center.authentication import Credentials, damaged
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.resources import CenterResources
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.errors import BadData
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from db.attachments import IncomingAttachment
from db.engines import Row


class AttachmentRoutes:
    """Answers requests for attachments that a node may use."""

    def __init__(
        self, center: CenterResources, authenticate: Callable[[Request], Row], pools: Callable[[], ThreadPools]
    ) -> None:
        self._center, self._authenticate, self._pools = center, authenticate, pools

    @property
    def handlers(self) -> dict[str, RouteHandler]:
        """The handlers by the name of their route."""
        return {"get_content": self.get, "put_content": self.put}

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
        await self._pools().run_request(partial(self._record, found.digest, media_type, size))
        return HttpResponse(status_code=204)

    def _find_visible(self, request: Request) -> attachments.VisibleAttachment:
        node = self._authenticate(request)
        return attachments.find_visible_attachment(self._center.authority, node, request.path_params["digest"])

    def _find_expected(self, request: Request) -> attachments.VisibleAttachment:
        node = self._authenticate(request)
        return attachments.find_expected_attachment(self._center.authority, node, request.path_params["digest"])

    def _find_type(self, found: attachments.VisibleAttachment, upload: IncomingAttachment, size: int) -> str:
        with upload.received() as file:
            if not found.is_of_portal:
                return attachments.require_paper(self._center.authority, found, file)
            return attachments.require_scan(self._center.authority, found, file, size)

    def _record(self, digest: str, media_type: str, size: int) -> None:
        """Record that a file has arrived: backups contain it from then on."""
        with self._center.authority.store.read() as tx:
            is_known = tx.get("contents", digest=digest) is not None
        if not is_known:
            command = AddAttachment(digest=digest, media_type=media_type, size=size)
            self._center.authority.door.perform(command, SYSTEM)
