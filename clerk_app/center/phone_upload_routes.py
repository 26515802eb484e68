"""The routes /v1/uploads of windows, and /u/SECRET, the page with which a phone sends pictures of papers.

Nothing of this reaches the store or its log: a file becomes a paper when the clerk takes it in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.center import bodies, multipart, routes
from clerk_app.center.authority import Authority
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.error_responses import http_status
from clerk_app.center.phone_upload_page import UNKNOWN, PageSettings, choose_language, render_form, render_sentence
from clerk_app.center.phone_uploads import (
    MAX_BYTES,
    IncomingPhoneFile,
    PhoneUpload,
    PhoneUploadPlace,
    PhoneUploads,
    no_upload,
    upload_ended,
)
from clerk_app.center.rate_limits import RateLimits
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.center.wrong_codes import CodeLimits, WrongCodes, address_of
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.access import MachineKind, machine_kinds
from clerk_app.ledger.replication.upload_messages import UploadedFile, UploadLink, UploadRequest
from clerk_app.locales import mark
from clerk_app.log import log_event
from db.engines import Row
from db.errors import StoreError

MAX_BODY_BYTES = MAX_BYTES + 1024 * 1024  # with the heads of its parts
UPLOAD_TIMEOUT = 600.0  # seconds for a whole body: a phone may have a slow line
MAX_RECEIVING = 32  # bodies that phones send at once; further ones get status 429
REMOVAL_SECONDS = 20.0  # between two removals of links that have ended
_MAX_OF_LINK = 3  # bodies that are sent at once with one link
_UNAVAILABLE = mark("The files cannot be kept right now. Send them again in a few minutes.")
_decoder = msgspec.json.Decoder(UploadRequest)


class PhoneUploadRoutes:
    """Answers requests of windows and of phones. `place` is None where the city does not allow it."""

    def __init__(
        self,
        authority: Authority,
        place: PhoneUploadPlace | None,
        rate_limits: RateLimits,
        authenticate: Callable[[Request, bytes | None], Row],
        pools: Callable[[], ThreadPools],
    ) -> None:
        self._authority, self._place, self._rate_limits = authority, place, rate_limits
        self._authenticate, self._pools = authenticate, pools
        self._wrong_links = WrongCodes()
        self._receiving: dict[str, int] = {}  # bodies by link

    @property
    def handlers(self) -> dict[str, RouteHandler]:
        """The handlers by the name of their route."""
        return {
            "open_upload": self.open,
            "get_upload": self.get,
            "close_upload": self.close,
            "get_uploaded_file": self.get_file,
            "delete_uploaded_file": self.delete_file,
            "upload_page": self.show_page,
            "upload_files": self.receive_files,
        }

    async def remove_ended_links(self) -> None:
        """Delete the files of links that have ended, now and every REMOVAL_SECONDS, until it is cancelled."""
        while self._place is not None:
            try:
                await self._pools().run_probe(partial(self._place.uploads.remove_ended, self._is_visit_open))
            except (StoreError, OSError) as error:  # the next pass tries again
                log_event("center", "files of phones not deleted", error=type(error).__name__)
            await asyncio.sleep(REMOVAL_SECONDS)

    # requests of windows

    async def open(self, request: Request) -> HttpResponse:
        """POST /v1/uploads. Raises Refused ("uploads_off", "no_visit")."""
        body = await bodies.receive_body(request, routes.body_limits("open_upload"))

        def work() -> HttpResponse:
            node = self._require_window(request, body.content)
            message = bodies.decode_body(_decoder, body)
            if self._place is None:
                raise Refused("uploads_off", "This city does not take pictures from phones.")
            if not self._is_visit_open(message.visit, node["window_id"]):
                raise Refused("no_visit", "The center has no such visit at this window yet. Repeat it in a moment.")
            opened = self._place.uploads.open(node["id"], node["window_id"], message.visit)
            address = f"{self._place.address.rstrip('/')}/u/{opened.secret}"
            link = UploadLink(id=opened.upload.id, address=address, ends_at=opened.upload.ends_at)
            return _json_response(link, 201)

        return await self._pools().run_request(work)

    async def get(self, request: Request) -> HttpResponse:
        """GET /v1/uploads/ID. Raises Refused ("no_upload", "upload_ended")."""

        def answer(uploads: PhoneUploads, upload: PhoneUpload) -> HttpResponse:
            files = uploads.list_files(upload)
            waiting = tuple(
                UploadedFile(number=file.number, size=file.size, digest=file.digest, media_type=file.media_type)
                for file in files
                if file.media_type
            )
            return _json_response(
                UploadLink(id=upload.id, ends_at=upload.ends_at, received=len(files), files=waiting), 200
            )

        return await self._answer(request, answer)

    async def get_file(self, request: Request) -> HttpResponse:
        """GET /v1/uploads/ID/files/NUMBER. Raises Refused ("no_upload", "upload_ended")."""

        def answer(uploads: PhoneUploads, upload: PhoneUpload) -> HttpResponse:
            file = uploads.get_file(upload, _file_number(request))
            return HttpResponse(
                file.path.read_bytes(), media_type="application/octet-stream", headers={"cache-control": "no-store"}
            )

        return await self._answer(request, answer)

    async def delete_file(self, request: Request) -> HttpResponse:
        """DELETE /v1/uploads/ID/files/NUMBER: the window has fetched it. Raises Refused like `get_file`."""

        def answer(uploads: PhoneUploads, upload: PhoneUpload) -> HttpResponse:
            uploads.remove_file(upload, _file_number(request))
            return HttpResponse(status_code=204)

        return await self._answer(request, answer)

    async def close(self, request: Request) -> HttpResponse:
        """DELETE /v1/uploads/ID. Raises Refused ("no_upload", "upload_ended")."""

        def answer(uploads: PhoneUploads, upload: PhoneUpload) -> HttpResponse:
            uploads.close(upload.id)
            return HttpResponse(status_code=204)

        return await self._answer(request, answer)

    async def _answer(self, request: Request, act: Callable[[PhoneUploads, PhoneUpload], HttpResponse]) -> HttpResponse:
        """Answer a request of a window on one of its links."""

        def work() -> HttpResponse:
            node = self._require_window(request, None)
            if self._place is None:
                raise no_upload()
            uploads = self._place.uploads
            return act(uploads, uploads.find_of_node(str(request.path_params["upload"]), node["id"]))

        return await self._pools().run_request(work)

    def _require_window(self, request: Request, body: bytes | None) -> Row:
        """Return the counter that sent a request, and count the request. Raises Refused."""
        node = self._authenticate(request, body)
        if MachineKind.COUNTER not in machine_kinds(node["kind"]):
            raise no_upload()
        with self._authority.store.read() as tx:
            policy = read_policy(tx)
        self._rate_limits.require_call(policy, node["id"])
        return node

    def _is_visit_open(self, visit: str, window: str) -> bool:
        with self._authority.store.read() as tx:
            row = tx.get("visits", id=visit) if visit else None
        return row is not None and row["window_id"] == window and row["ended_at"] is None

    # requests of phones

    async def show_page(self, request: Request) -> HttpResponse:
        """GET /u/SECRET."""
        return await self._answer_phone(request, self._read_nothing)

    async def receive_files(self, request: Request) -> HttpResponse:
        """POST /u/SECRET: one file as the body, or a form with several; those that have arrived whole are kept."""
        return await self._answer_phone(request, self._receive_body)

    async def _answer_phone(
        self,
        request: Request,
        read: Callable[[Request, PhoneUploads, PhoneUpload], Awaitable[tuple[int, list[ClerkError]]]],
    ) -> HttpResponse:
        """Return the page with what `read` received and refused, or a sentence where the link cannot be used."""
        language = choose_language(request.headers.get("accept-language", ""))
        run = self._pools().run_for_stranger
        try:
            uploads, upload, settings = await run(partial(self._find_link, str(request.path_params["secret"])))
        except Refused as error:
            return await self._refuse_link(request, language, error)
        try:
            kept, problems = await read(request, uploads, upload)
            received = len(await run(partial(uploads.list_files, upload)))
        except (ClerkError, StoreError) as error:
            unavailable = error if isinstance(error, ClerkError) else OutOfReach(_UNAVAILABLE)
            return render_sentence(settings, language, unavailable, http_status(error))
        status = 201 if kept else http_status(problems[0]) if problems else 200
        return render_form(settings, language, upload.ends_at, received, problems, status)

    def _find_link(self, secret: str) -> tuple[PhoneUploads, PhoneUpload, PageSettings]:
        if self._place is None:
            raise no_upload()
        uploads = self._place.uploads
        upload = uploads.find_by_secret(secret)
        with self._authority.store.read() as tx:
            zone = load_frame(tx).time_zone
        if not self._is_visit_open(upload.visit, upload.window):
            uploads.close(upload.id)
            raise upload_ended()
        return uploads, upload, PageSettings(self._place.names, zone)

    async def _refuse_link(self, request: Request, language: str, error: Refused) -> HttpResponse:
        """Return the same sentence for a link that never was and one that has ended; the first is counted."""
        shown = Refused(error.reason, UNKNOWN)
        if error.reason == "no_upload":
            try:
                address = address_of(request)
                self._wrong_links.require_allowed(address)
                limits = await self._pools().run_for_stranger(self._read_limits)
                self._wrong_links.record_failure(address, limits)
            except Refused:
                shown = Refused("codes", UNKNOWN)
        names = self._place.names if self._place is not None else {}
        return render_sentence(PageSettings(names, "UTC"), language, shown, http_status(shown))

    def _read_limits(self) -> CodeLimits:
        with self._authority.store.read() as tx:
            policy = read_policy(tx)
        return CodeLimits(policy.wrong_codes_of_address, policy.wrong_codes_altogether, policy.wrong_codes_minutes)

    async def _read_nothing(self, *_: object) -> tuple[int, list[ClerkError]]:
        return 0, []

    async def _receive_body(
        self, request: Request, uploads: PhoneUploads, upload: PhoneUpload
    ) -> tuple[int, list[ClerkError]]:
        boundary = multipart.find_boundary(request.headers.get("content-type", ""))
        files = _ReceivedFiles(uploads, upload, self._pools())
        with files.opened:
            async with self._receiving_slot(upload.id), bodies.limit_upload_time(UPLOAD_TIMEOUT):
                pieces = bodies.stream_body(request, MAX_BODY_BYTES)
                if boundary is None:
                    await files.receive_raw(pieces)
                else:
                    await files.receive_form(pieces, multipart.FormReader(boundary))
        return files.kept, files.problems

    @asynccontextmanager
    async def _receiving_slot(self, link: str) -> AsyncIterator[None]:
        """Count a body during the block. Raises Refused ("busy") if too many are sent at once."""
        if sum(self._receiving.values()) >= MAX_RECEIVING or self._receiving.get(link, 0) >= _MAX_OF_LINK:
            raise Refused("busy", "Too many files are being sent at once. Send them again in a moment.")
        self._receiving[link] = self._receiving.get(link, 0) + 1
        try:
            yield
        finally:
            self._receiving[link] -= 1
            if not self._receiving[link]:
                del self._receiving[link]


class _ReceivedFiles:
    """The files of one body: how many were kept, and why others were not."""

    def __init__(self, uploads: PhoneUploads, upload: PhoneUpload, pools: ThreadPools) -> None:
        self._uploads, self._upload, self._pools = uploads, upload, pools
        self._file: IncomingPhoneFile | None = None  # None between two files, and in one that is not kept
        self.opened = ExitStack()
        self.kept = 0
        self.problems: list[ClerkError] = []

    async def receive_raw(self, pieces: AsyncIterator[bytes]) -> None:
        """Receive a body that is one file."""
        self._begin()
        async for piece in pieces:
            self._write(piece)
        await self._end()

    async def receive_form(self, pieces: AsyncIterator[bytes], parser: multipart.FormReader) -> None:
        """Receive a form; a file that is not kept does not stop the others."""
        try:
            async for piece in pieces:
                for event in parser.feed(piece):
                    await self._take(event)
            if not parser.is_complete:
                raise multipart.unreadable()
        except (BadData, Refused) as error:  # a body that is cut, not a form, or too large
            self.problems.append(error)
        if not self.kept and not self.problems:
            self.problems.append(BadData("No file was chosen."))

    async def _take(self, event: multipart.PartEvent) -> None:
        if isinstance(event, multipart.PartContent):
            self._write(event.content)
        elif isinstance(event, multipart.PartEnds):
            await self._end()
        elif event.is_file:
            self._begin()

    def _begin(self) -> None:
        self._file = self.opened.enter_context(self._uploads.receive(self._upload))

    def _write(self, content: bytes) -> None:
        if self._file is None:
            return
        try:
            self._file.write(content)
        except Refused as refused:
            self._drop(refused)

    async def _end(self) -> None:
        if self._file is None:
            return
        try:
            await self._pools.run_for_stranger(self._file.commit)
        except Refused as refused:
            self._drop(refused)
        else:
            self.kept += 1
            self._close()

    def _drop(self, refused: Refused) -> None:
        if refused.sentence not in {problem.sentence for problem in self.problems}:
            self.problems.append(refused)
        self._close()

    def _close(self) -> None:
        self.opened.close()
        self._file = None


def _file_number(request: Request) -> int:
    number = str(request.path_params["file"])
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 2 else 0


def _json_response(message: object, status: int) -> HttpResponse:
    return HttpResponse(
        msgspec.json.encode(message), status, {"cache-control": "no-store"}, media_type="application/json"
    )
