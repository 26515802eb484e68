"""Sources of pages that belong to a visit: pictures that the citizen's phone sends, and papers of the reception."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from clerk_app.composition.office import CenterChannel, Office
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.hall.ticket_papers import OpenTicketPaper
from clerk_app.ledger.replication.upload_messages import UploadedFile, UploadLink
from clerk_app.locales import _, plural_form
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.papers import FileRow, PhoneLink, SourceKind
from clerk_app.views.shared import Option
from db.engines import Row
from db.errors import StoreError

_QUIET_ZONE = 2  # modules around the QR code
_TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "application/pdf": "PDF"}


class VisitPaperTaking(PaperTaking):
    """Takes papers in at a window; `find_visit` returns the row of the open visit, None without one."""

    def __init__(self, office: Office, staff: str, find_visit: Callable[[], Row | None]) -> None:
        super().__init__(office)
        self._staff, self._find_visit = staff, find_visit
        self._link: UploadLink | None = None
        self._link_visit = ""

    def list_paper_sources(self) -> tuple[Option, ...]:
        found, visit = list(super().list_paper_sources()), self._find_visit()
        if visit is not None and self._office.connection is not None:
            found.append(Option("phone", _("Phone of the citizen"), key=str(len(found) + 1)))
        papers = self._list_ticket_papers()
        if papers:
            count = len(papers)
            hint = plural_form(count, _("{count} paper"), _("{count} papers")).format(count=count)
            found.append(Option("reception", _("Taken in at reception"), key=str(len(found) + 1), hint=hint))
        return tuple(found)

    def open_phone_link(self) -> PhoneLink:
        visit = self._find_visit()
        if visit is None:
            raise Refused("visit", "Nobody is being served at this window.")
        channel = self._require_channel()
        link = self._link if self._link_visit == visit["id"] else None
        if link is not None:
            with suppress(Refused):  # it has ended: a new one is opened
                channel.uploads.read(link.id)
                if self._office.corrected_now < link.ends_at:
                    return self._describe(link)
        self._link, self._link_visit = channel.uploads.open(visit["id"]), visit["id"]
        return self._describe(self._link)

    def close_phone_link(self) -> None:
        """End the link of the visit, if there is one; its files are deleted. Without the center it ends by itself."""
        link, self._link, self._link_visit = self._link, None, ""
        if link is not None:
            with suppress(ClerkError):
                self._require_channel().uploads.close(link.id)

    def announce_reception_papers(self) -> str:
        """Return that the reception has scanned papers for the ticket that is served, empty without any; fetch them."""
        papers = self._list_ticket_papers()
        for row in papers:
            if self._office.connection is not None and not self._office.attachments.is_kept(row["content"]):
                self._office.connection.prefetch(row["content"])
        count = len(papers)
        one = _("{count} paper was taken in at reception. Choose its material, then the source reception.")
        several = _("{count} papers were taken in at reception. Choose their materials, then the source reception.")
        return plural_form(count, one, several).format(count=count) if count else ""

    def _find_arrived(self) -> list[tuple[SourceKind, FileRow]]:
        rows: list[tuple[SourceKind, FileRow]] = []
        for file in self._read_files() if self._link is not None else ():
            size, name = f"{max(1, file.size // 1024)} KB", _("File {number}").format(number=file.number)
            rows.append(("phone", FileRow(str(file.number), name, size=size, changed=_TYPES.get(file.media_type, ""))))
        for row in self._list_ticket_papers():
            pages = plural_form(row["pages"], _("{count} page"), _("{count} pages")).format(count=row["pages"])
            name = _("Paper {number}").format(number=row["number"])
            at = f"{self._office.local_time(row['taken_at']):%H:%M}"
            rows.append(("reception", FileRow(row["id"], name, size=pages, changed=at)))
        return rows

    def _read_arrived(self, kind: SourceKind, path: str) -> bytes:
        if kind == "phone":
            file = next((file for file in self._read_files() if str(file.number) == path), None)
            if file is not None:
                return self._require_channel().uploads.get_file(self._require_link().id, file)
        visit = self._find_visit()
        row = next((row for row in self._list_ticket_papers() if row["id"] == path), None)
        if visit is None or row is None:
            return super()._read_arrived(kind, path)
        self._office.door.perform(OpenTicketPaper(visit=visit["id"], paper=path), self._staff)
        return self._read_ticket_paper(row["content"])

    def _drop_arrived(self, kind: SourceKind, path: str) -> None:
        if kind == "phone":
            with suppress(ClerkError):  # deleted later, with the link
                self._require_channel().uploads.delete_file(self._require_link().id, int(path))

    def _list_ticket_papers(self) -> list[Row]:
        visit = self._find_visit()
        if visit is None or not visit["ticket"]:
            return []
        with self._office.store.read() as tx:
            return tx.select("ticket_papers", order=("number",), ticket=visit["ticket"])

    def _read_ticket_paper(self, digest: str) -> bytes:
        try:
            return self._office.attachments.read(digest)
        except StoreError as error:
            channel = self._office.connection
            if channel is None:
                raise OutOfReach("The pages of this paper are not kept here any more. Take it in again.") from error
            try:
                return channel.fetch(digest)
            except OutOfReach as lost:
                raise OutOfReach("The pages of this paper are still on their way. Repeat it in a moment.") from lost

    def _read_files(self) -> tuple[UploadedFile, ...]:
        return self._require_channel().uploads.read(self._require_link().id).files

    def _require_link(self) -> UploadLink:
        if self._link is None:
            raise Refused("upload_ended", "This link has ended.")
        return self._link

    def _require_channel(self) -> CenterChannel:
        if self._office.connection is None:
            raise Refused("uploads_off", "This city does not take pictures from phones.")
        return self._office.connection

    def _describe(self, link: UploadLink) -> PhoneLink:
        from clerk_app.licences.qr_code import render_terminal_code  # it loads Python's HTTP client

        code = render_terminal_code(link.address, _QUIET_ZONE)
        return PhoneLink(code.lines, f"{self._office.local_time(link.ends_at):%H:%M}")
