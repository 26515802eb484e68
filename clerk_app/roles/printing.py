"""Prints the notices of cases in two phases.

A notice is pending until it is printed. A department's request for supplements creates a notice that stays pending
until a window prints it. The name of the spool file has notice and print, so that a crash between printer and ledger
does not cause a second print: a notice whose file is already in the spool is only marked as printed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from clerk_app.cases.case_record import read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import TAKEN_IN, RecordNoticePrint
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import _, current_language, mark, translate
from clerk_app.paper.page import PaperPage, mark_reprint
from clerk_app.paper.printers.spool import format_paper_name
from clerk_app.roles.case_documents import CaseDocuments
from clerk_app.views.shared import CasePaper, Paper
from db.engines import Row, Transaction


class CasePrinter:
    """Renders and prints the notices of cases at a window."""

    def __init__(self, office: Office, actor: str, clerk_number: str) -> None:
        self._office = office
        self._actor = actor
        self._clerk_number = clerk_number
        self._language = ""  # in which the last attempt was described
        self._error: OutOfReach | None = None  # of the printer at the last attempt

    def render_paper(self, notice: Row, error: OutOfReach | None = None, printed_at: datetime | None = None) -> Paper:
        """Render a notice as it is laid out on paper, with masked names.

        `error` is the error of the printer at the last attempt. `printed_at` is the local time of a print just made.
        """
        from clerk_app.paper.printers.preview import preview_lines  # loads Pillow

        page = self.build_page(notice)
        if notice["prints"] > 1 and printed_at is not None:
            page = mark_reprint(page, notice["prints"] - 1, printed_at)
        self._language, self._error = current_language(), error
        paper = Paper(
            id=notice["id"],
            title="",
            lines=preview_lines(page, self._office.settings.paper_mm),
            printed=notice["state"] == "printed" and error is None,
            names_in_full=notice["kind"] not in ("receipt", TAKEN_IN),
        )
        return self._describe_paper(paper, notice)

    def translate_paper(self, paper: Paper, notice: Row) -> Paper:
        """Return the last paper with title and sentences in the current language; its lines stay as printed."""
        return paper if self._language == current_language() else self._describe_paper(paper, notice)

    def _describe_paper(self, paper: Paper, notice: Row) -> Paper:
        is_request = notice["kind"] == "supplement" and notice["state"] == "pending" and self._error is None
        return replace(
            paper,
            title=translate(NOTICE_TITLES[notice["kind"]]),
            error=str(self._error) if self._error is not None else "",
            delivery=self._describe_delivery(notice) if paper.printed else "",
            pending_reason=_("A department asks for papers: to be printed and handed to the applicant.")
            if is_request
            else "",
        )

    def print_notice(self, notice_id: str) -> Paper:
        """Print or reprint a notice. If the printer fails, the notice stays pending and the result has the error.

        The command is checked before the paper is written and performed after it: a refused paper does not come out,
        and after a crash a paper is printed twice rather than never.
        """
        from clerk_app.paper.printers.escpos import encode_escpos  # loads python-escpos

        notice = self._read_notice(notice_id)
        if notice["state"] == "withdrawn":
            raise Refused("withdrawn", "This paper was withdrawn: the reason for it has ended.")
        page, deadline_at = self._build_page_and_deadline(notice, in_full=True)
        now = self._office.local_time()
        if notice["prints"]:
            page = mark_reprint(page, notice["prints"], now)
        command = RecordNoticePrint(notice=notice_id, printed=True, deadline_at=deadline_at)
        printer, door = self._office.printer, self._office.door
        try:
            spooled = self._find_spooled(notice, notice["prints"])
        except OutOfReach as error:
            return self.render_paper(notice, error=error)
        name = spooled or format_paper_name(notice["kind"], _paper_number(notice, notice["prints"]), now)
        with printer.withdraw_if_refused(name):
            door.check(command, self._actor)
            try:
                if not spooled:
                    printer.print_paper(name, encode_escpos(page, self._office.settings.paper_mm))
            except OutOfReach as error:
                return self.render_paper(notice, error=error)
            door.perform(command, self._actor)
        return self.render_paper(self._read_notice(notice_id), printed_at=now)

    def _find_spooled(self, notice: Row, earlier_prints: int) -> str:
        """Return the name of the spool file of a notice that was printed `earlier_prints` times before; or empty."""
        return self._office.printer.find_paper(notice["kind"], _paper_number(notice, earlier_prints))

    def _describe_delivery(self, notice: Row) -> str:
        """Return what is known about the last print: a spool folder does not confirm that paper came out."""
        folder = self._office.printer.folder
        try:
            left = self._office.printer.list_papers()
            spooled = self._find_spooled(notice, notice["prints"] - 1)
        except OutOfReach:
            return _("Sent to the printer; please check that it came out.")
        if self._office.printer.was_removed(notice["kind"], _paper_number(notice, notice["prints"] - 1)):
            return _("No printer took it, so it was removed from the folder: print it again.")
        if not spooled:
            return _("Taken from the folder {folder}; please check that it came out.").format(folder=folder.name)
        if len(left) == 1:
            return _("Written to the folder {folder}; please check that it comes out.").format(folder=folder.name)
        sentence = _("Written to the folder {folder}, where {count} papers wait; please check the printer.")
        return sentence.format(folder=folder.name, count=len(left))

    def find_unprinted(self, tx: Transaction, window: str) -> list[Row]:
        """Return the notices of a window that are not printed yet."""
        return tx.query_all("cases.unprinted_notices", window=window)

    def list_case_papers(self, number: str) -> tuple[CasePaper, ...]:
        """Return the papers of a case that can be printed again, newest first; each keeps its number in the list."""
        zone = self._office.catalogue().time_zone
        with self._office.store.read() as tx:
            notices = tx.select("notices", case_number=number, order=("made_at", "id"))
        return tuple(
            CasePaper(
                id=notice["id"],
                key=str(position),
                title=translate(NOTICE_TITLES[notice["kind"]]),
                case_number=number,
                made_at=to_local_time(notice["made_at"], zone),
                state=self._describe_state(notice),
            )
            for position, notice in reversed(list(enumerate(notices, 1)))
            if notice["state"] != "withdrawn"
        )

    def find_case_of_paper(self, notice_id: str) -> str:
        """Return the number of the case to which a notice belongs."""
        return str(self._read_notice(notice_id)["case_number"])

    def _describe_state(self, notice: Row) -> str:
        """Return in a few words whether a notice was printed, as far as it is known."""
        if notice["state"] != "printed":
            return _("not printed")
        folder = self._office.printer.folder
        with suppress(OutOfReach):
            if self._find_spooled(notice, notice["prints"] - 1):
                return _("in the folder {folder}").format(folder=folder.name)
        return _("sent to the printer")

    def _read_notice(self, notice_id: str) -> Row:
        with self._office.store.read() as tx:
            row = tx.get("notices", id=notice_id)
        if row is None:
            raise BadData("There is no such paper.")
        return row

    def build_page(self, notice: Row, *, in_full: bool = False) -> PaperPage:
        """Build the page of a notice in the current language; `in_full` with the names that the paper has."""
        return self._build_page_and_deadline(notice, in_full=in_full)[0]

    def _build_page_and_deadline(self, notice: Row, *, in_full: bool) -> tuple[PaperPage, int | None]:
        """Build the page of a notice, and return the date for papers that it states."""
        with self._office.store.read() as tx:
            case = read_case(tx, notice["case_number"])
            documents = CaseDocuments(self._office, tx, case, notice, self._clerk_number, in_full=in_full)
            page = documents.build_document(notice["kind"]).to_page(current_language())
            return page, documents.papers_deadline


def _paper_number(notice: Row, earlier_prints: int) -> str:
    return f"{notice['case_number']}-{notice['id'][13:]}-{earlier_prints}"


NOTICE_TITLES: dict[str, str] = {
    "receipt": mark("Receipt"),
    TAKEN_IN: mark("Receipt for papers handed in later"),
    "supplement": mark("Supplement notice"),
    "not_accepted": mark("Notice of non-acceptance"),
    "hand_over": mark("Hand-over list"),
}
