"""Prints the papers of cases in two phases: a crash at any moment prints nothing twice and counts nothing wrong.

The state of the printer is read and the paper encoded; BeginPrint is committed, so a refused print never comes out; the
paper is sent; RecordPrint has the outcome. A print without an outcome, or with an unknown one, is asked about
(`CasePapers.list_questions`) and never repeated by the program.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.prints import COUNTED_OUTCOMES, NOT_PRINTED, UNKNOWN, BeginPrint, PrintContent, RecordPrint
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import _, current_language, translate
from clerk_app.paper.page import PaperPage, encode_page
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import Printer, PrintJob
from clerk_app.roles.case_letters import find_paper
from clerk_app.roles.case_papers import CasePapers, describe_delivery
from clerk_app.roles.paper_titles import PENDING_REASONS, title_paper
from clerk_app.roles.print_lock import hold_print
from clerk_app.roles.print_plan import MASKED_KINDS, BuiltPage, PrintPlan, PrintPlanner
from clerk_app.roles.print_recovery import format_print_number
from clerk_app.views.shared import Paper
from db.engines import Row, Transaction


class CasePrinter:
    """Renders and prints the papers of cases at a window."""

    def __init__(self, office: Office, actor: str, clerk_number: str) -> None:
        self._office = office
        self._actor = actor
        self._planner = PrintPlanner(office, clerk_number)
        self.papers = CasePapers(office, self._planner)
        self._language = ""  # in which the last attempt was described
        self._error: OutOfReach | None = None  # of the printer at the last attempt
        self._missing: tuple[str, ...] = ()  # characters of the last print that no font has

    def build_page(self, notice: Row, *, in_full: bool = False) -> PaperPage:
        """Build the page of a notice in the current language; `in_full` with the names that the paper has."""
        return self._planner.build(notice, in_full=in_full).page

    def render_paper(self, notice: Row) -> Paper:
        """Render a notice as it would be laid out on paper now, with masked names."""
        return self._render(notice, self.build_page(notice), None)

    def print_notice(self, paper: str) -> Paper:
        """Print a paper, or print it again. If the printer fails, it is not printed and the result has the error."""
        return self._print(paper, is_new_version=False)

    def print_new_version(self, paper: str) -> Paper:
        """Print a paper that was printed before with what holds now, as another version of it."""
        return self._print(paper, is_new_version=True)

    def print_in_language(self, paper: str, language: str) -> Paper:
        """Print a paper with what holds now in a language of its template; it was printed before or not."""
        return self._print(paper, is_new_version=False, language=language)

    def print_once(self, paper: str, kind: str, built: BuiltPage) -> Paper:
        """Print a paper of a case that is built elsewhere and never printed again, such as a copy of a licence."""
        return self._print_plan(paper, None, self._planner.plan_once(kind, built))

    def _print(self, paper: str, *, is_new_version: bool, language: str = "") -> Paper:
        notice = self._read_notice(paper)
        if notice is not None and notice["state"] == "withdrawn":
            raise Refused("withdrawn", "This paper was withdrawn: the reason for it has ended.")
        plan = self._planner.plan(paper, self._office.local_time(), is_new_version=is_new_version, language=language)
        return self._print_plan(paper, notice, plan)

    def _print_plan(self, paper: str, notice: Row | None, plan: PrintPlan) -> Paper:
        now = self._office.local_time()
        printer = self._office.printers.for_paper(plan.kind)
        command = self._build_command(paper, plan, printer)
        number = format_print_number({"paper": paper, "version": plan.version, "number": plan.number})
        try:
            printer.check_ready()
            job = make_job(
                printer,
                plan.page,
                id="",
                kind=plan.kind,
                number=number,
                at=now,
                language=plan.language,
                title=title_paper(plan.kind),
                font=self._office.settings.font,
            )
        except OutOfReach as error:
            return self._render(notice, plan.preview, error)
        with hold_print(self._office.folder):
            print_id = self._office.door.perform(command, self._actor).print
            outcome, problem = UNKNOWN, None  # after a fault of the program too
            try:
                outcome, problem = send_job(printer, replace(job, id=print_id))
            finally:
                self._office.door.perform(RecordPrint(print=print_id, outcome=outcome), self._actor)
            self._office.printers.remove_job(print_id)
        from clerk_app.paper.printers.characters import missing_characters  # looks at fonts: not before the first paper

        self._missing = missing_characters(plan.page, printer.media, self._office.settings.font)
        return self._render(self._read_notice(paper), plan.preview, problem, print_id)

    def _build_command(self, paper: str, plan: PrintPlan, printer: Printer) -> BeginPrint:
        return BeginPrint(
            paper=paper,
            kind=plan.kind,
            window=self._office.settings.window,
            printer=printer.name,
            device=printer.device.partition(":")[0],
            language=plan.language,
            version=plan.version,
            number=plan.number,
            template=plan.template,
            source=plan.source,
            deadline_at=plan.deadline_at,
            personal=None if plan.source else PrintContent(page=encode_page(plan.content).decode()),
        )

    def answer(self, print_id: str, outcome: str) -> None:
        """Record the clerk's answer about a print whose outcome is not known: a value of prints.ANSWERS."""
        self._office.door.perform(RecordPrint(print=print_id, outcome=outcome), self._actor)

    # views

    def _render(self, notice: Row | None, page: PaperPage, error: OutOfReach | None, print_id: str = "") -> Paper:
        from clerk_app.paper.printers.preview import preview_lines  # loads Pillow

        self._language, self._error = current_language(), error
        row = self._read_print(print_id) if print_id else None
        kind = notice["kind"] if notice is not None else row["kind"] if row is not None else ""
        is_counted = row is not None and row["outcome"] in COUNTED_OUTCOMES
        paper = Paper(
            id=notice["id"] if notice is not None else row["paper"] if row is not None else "",
            title="",
            lines=preview_lines(page, self._office.settings.paper_mm),
            printed=is_counted or (row is None and error is None and notice is not None and notice["prints"] > 0),
            names_in_full=kind not in MASKED_KINDS,
            print=print_id,
            is_unknown=row is not None and row["outcome"] == UNKNOWN,
        )
        return self._describe(paper, notice, kind)

    def translate_paper(self, paper: Paper, notice: Row) -> Paper:
        """Return the last paper with title and sentences in the current language; its lines stay as printed.

        What a clerk has answered about its print since is in the result.
        """
        row = self._read_print(paper.print) if paper.print else None
        is_unknown = row is not None and row["outcome"] == UNKNOWN
        if self._language == current_language() and is_unknown == paper.is_unknown:
            return paper
        is_counted = row["outcome"] in COUNTED_OUTCOMES if row is not None else paper.printed
        return self._describe(replace(paper, is_unknown=is_unknown, printed=is_counted), notice, notice["kind"])

    def _describe(self, paper: Paper, notice: Row | None, kind: str) -> Paper:
        is_pending = notice is not None and notice["state"] == "pending"
        is_request = kind in PENDING_REASONS and is_pending and self._error is None and not paper.is_unknown
        row = self._read_print(paper.print) if paper.print else None
        return replace(
            paper,
            title=title_paper(kind),
            error=self._describe_error(paper),
            delivery=self._describe_delivery(row) if row is not None and paper.printed else "",
            pending_reason=translate(PENDING_REASONS[kind]) if is_request else "",
        )

    def _describe_delivery(self, row: Row) -> str:
        """Return what is known about the print, and which characters are to be written by hand."""
        from clerk_app.paper.printers.characters import missing_sentence

        return " ".join(filter(None, (describe_delivery(self._office, row), missing_sentence(self._missing))))

    def _describe_error(self, paper: Paper) -> str:
        reason = str(self._error) if self._error is not None and not paper.printed else ""
        if not paper.is_unknown:
            return reason
        return " ".join(filter(None, (reason, _("It is not known whether it came out: look at the printer."))))

    def find_unprinted(self, tx: Transaction, window: str) -> list[Row]:
        """Return the notices of a window that are not printed yet."""
        return tx.query_all("cases.unprinted_notices", window=window)

    def find_case_of_paper(self, paper: str) -> str:
        """Return the number of the case to which a paper belongs."""
        with self._office.store.read() as tx:
            row = find_paper(tx, paper) or next(iter(tx.select("prints", paper=paper)), None)
        if row is None:
            raise BadData("There is no such paper.")
        return str(row["case_number"])

    def _read_notice(self, paper: str) -> Row | None:
        with self._office.store.read() as tx:
            row = find_paper(tx, paper)
            if row is None and not tx.select("prints", paper=paper):
                raise BadData("There is no such paper.")
        return row

    def _read_print(self, print_id: str) -> Row | None:
        with self._office.store.read() as tx:
            return tx.get("prints", id=print_id)


def send_job(printer: Printer, job: PrintJob) -> tuple[str, OutOfReach | None]:
    """Send a job; return its outcome, and why the printer did not confirm it."""
    try:
        return printer.send(job).value, printer.problem
    except OutOfReach as error:
        return NOT_PRINTED, error
