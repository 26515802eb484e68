"""The papers of a case with their prints in words, and the prints with an unknown outcome."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.listed_receipts import LISTED
from clerk_app.cases.prints import (
    ANSWERS,
    CONFIRMED,
    DAMAGED,
    MISSING,
    NOT_PRINTED,
    OPEN_OUTCOMES,
    PRINTED,
    PRINTING,
    UNKNOWN,
    WRITTEN,
)
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, localize_name, mark, translate
from clerk_app.roles.case_letters import is_letter, list_letters
from clerk_app.roles.formatting import format_party_name
from clerk_app.roles.paper_languages import name_language
from clerk_app.roles.paper_titles import SIGNED_SHEET, title_paper, title_row
from clerk_app.roles.print_plan import PrintPlanner
from clerk_app.roles.print_recovery import format_print_number
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.shared import CasePaper, Level, Option, PrintQuestion, PrintRow
from db.engines import Row, Transaction

PRINTING_SECONDS = 180
"""Time after which any window asks about a print without an outcome; no job takes longer."""

OUTCOMES: dict[str, tuple[str, Level]] = {
    PRINTING: (mark("being printed"), "warn"),
    PRINTED: (mark("printed"), "good"),
    WRITTEN: (mark("written to a folder"), "plain"),
    UNKNOWN: (mark("not known"), "warn"),
    NOT_PRINTED: (mark("not printed"), "bad"),
    CONFIRMED: (mark("printed, confirmed by the clerk"), "good"),
    MISSING: (mark("did not come out, reported by the clerk"), "bad"),
    DAMAGED: (mark("came out damaged, reported by the clerk"), "bad"),
}
"""How a print ended, in words."""


class CasePapers:
    """Reads the papers of cases for the screens of a machine."""

    def __init__(self, office: Office, planner: PrintPlanner) -> None:
        self._office = office
        self._planner = planner

    def list_papers(self, number: str, *, with_changes: bool = False) -> tuple[CasePaper, ...]:
        """Return the papers of a case, newest first; each keeps its number in the list.

        `with_changes` also compares what was printed with what holds now.
        """
        with self._office.store.read() as tx:
            notices = tx.select("notices", case_number=number, order=("made_at", "id"))
            prints = tx.select("prints", case_number=number, order=("begun_at", "id"))
            by_paper: dict[str, list[Row]] = {notice["id"]: [] for notice in notices}
            for row in prints:
                by_paper.setdefault(row["paper"], []).append(row)
            known = {paper["id"]: paper for paper in (*self._list_letters(tx, number, by_paper), *notices)}
            signed = tx.select("case_co_signatures", case_number=number, order=("role",))
            papers = [self._build_sheet(number, row) for row in signed if row["sheet"]]
            papers += [
                self._build_paper(tx, number, known.get(paper), rows, with_changes=with_changes)
                for paper, rows in by_paper.items()
                if paper not in known or known[paper]["state"] != "withdrawn" or rows
            ]
        ordered = sorted(papers, key=lambda paper: paper.made_at)
        numbered = [replace(paper, key=str(position)) for position, paper in enumerate(ordered, 1)]
        return tuple(reversed(numbered))

    def _build_sheet(self, number: str, row: Row) -> CasePaper:
        return CasePaper(
            id=f"{number}-{SIGNED_SHEET}-{row['role']}",
            key="",
            title=f"{title_paper(SIGNED_SHEET)} {row['sheet']}",
            case_number=number,
            made_at=self._office.local_time(row["signed_at"]),
            state=_("signed, in the file of the service centre"),
            is_kept=True,
        )

    def _build_paper(
        self, tx: Transaction, number: str, notice: Row | None, prints: Sequence[Row], *, with_changes: bool
    ) -> CasePaper:
        is_made = notice is not None and not is_letter(notice)
        is_printed = bool(prints) or (notice is not None and notice["prints"] > 0)
        can_renew = notice is not None and is_printed and notice["state"] != "withdrawn"
        open_prints = [row["id"] for row in prints if self._is_asked(row)]
        return CasePaper(
            id=notice["id"] if notice is not None else prints[0]["paper"],
            key="",
            title=title_row(notice if notice is not None else prints[0]),
            case_number=number,
            made_at=self._office.local_time(notice["made_at"] if notice and is_made else prints[0]["begun_at"]),
            state=self._describe_state(notice, prints),
            prints=tuple(self._build_print(tx, row) for row in reversed(prints)),
            open_print=next(iter(open_prints), ""),
            can_renew=can_renew and not open_prints,
            languages=self._list_languages(tx, notice) if notice is not None and not open_prints else (),
            has_changed=with_changes and can_renew and notice is not None and self._has_changed(tx, notice, prints),
        )

    def _list_languages(self, tx: Transaction, notice: Row) -> tuple[Option, ...]:
        if notice["state"] == "withdrawn":
            return ()
        return tuple(Option(code, name_language(code)) for code in self._planner.list_languages(tx, notice))

    def _list_letters(self, tx: Transaction, number: str, printed: Collection[str]) -> list[Row]:
        """Return the letters that were printed; none if the case cannot be read."""
        with suppress(*UNREADABLE):
            return [letter for letter in list_letters(tx, read_case(tx, number)) if letter["id"] in printed]
        return []

    def _has_changed(self, tx: Transaction, notice: Row, prints: Sequence[Row]) -> bool:
        try:
            return self._planner.has_changed(tx, notice, prints)
        except UNREADABLE as error:
            report_unreadable(f"notice {notice['id']}", error)
            return False

    def _describe_state(self, notice: Row | None, prints: Sequence[Row]) -> str:
        """Return in a few words whether a paper was printed, as far as it is known."""
        if prints:
            newest = prints[-1]
            if newest["outcome"] == WRITTEN:
                return describe_folder(self._office, newest)
            return translate(OUTCOMES[newest["outcome"]][0])
        if notice is not None and notice["state"] == "withdrawn":
            return _("withdrawn")
        if notice is not None and notice["state"] == LISTED:
            return _("on a list, not printed alone")
        if notice is None or notice["state"] != "printed":
            return _("not printed")
        return _("sent to the printer")  # by a version that recorded no prints

    def _build_print(self, tx: Transaction, row: Row) -> PrintRow:
        words, level = OUTCOMES[row["outcome"]]
        answered_by = ""
        if row["outcome"] in ANSWERS and row["ended_at"] is not None:
            answered_at = self._office.local_time(row["ended_at"])
            answered_by = f"{read_staff_name(tx, row['ended_by'])} {answered_at:%Y-%m-%d %H:%M}"
        window = tx.get("windows", id=row["window_id"])
        return PrintRow(
            id=row["id"],
            name=name_print(row),
            at=self._office.local_time(row["begun_at"]),
            person=read_staff_name(tx, row["staff"]),
            window=localize_name(window["name"]) if window is not None else row["window_id"],
            printer=row["printer"],
            outcome=translate(words),
            level=level,
            language=name_language(str(row["language"])),
            template=row["template"],
            answered_by=answered_by,
        )

    # questions

    def list_questions(
        self, tx: Transaction, window: str, case_number: str, visit: Row | None
    ) -> tuple[PrintQuestion, ...]:
        """Return the prints that a clerk has to answer: those of a window, and those of the case that is open at it."""
        rows = tx.query_all("cases.open_prints", window=window)
        if case_number:
            of_window = {row["id"] for row in rows}
            rows += [row for row in tx.select("prints", case_number=case_number) if row["id"] not in of_window]
        return tuple(self._build_question(tx, row, visit) for row in rows if self._is_asked(row))

    def _is_asked(self, row: Row) -> bool:
        if row["outcome"] == PRINTING:
            return bool(self._office.corrected_now - row["begun_at"] > PRINTING_SECONDS * 1_000_000)
        return row["outcome"] in OPEN_OUTCOMES

    def _build_question(self, tx: Transaction, row: Row, visit: Row | None) -> PrintQuestion:
        applicant, is_of_visit = "", False
        try:
            case = read_case(tx, row["case_number"]).row
            applicant = format_party_name(case["applicant_name"], case["applicant_kind"])
            is_of_visit = visit is not None and case["visit"] == visit["id"]
        except UNREADABLE as error:  # it can be answered without its page
            report_unreadable(f"case {row['case_number']}", error)
        return PrintQuestion(
            id=row["id"],
            paper=row["paper"],
            title=title_paper(row["kind"]),
            case_number=row["case_number"],
            applicant=applicant,
            at=self._office.local_time(row["begun_at"]),
            printer=row["printer"],
            is_of_visit=is_of_visit,
        )


def name_print(row: Row) -> str:
    """Return what a print is: the first one or a reprint, and its version from the second on."""
    name = _("reprint {count}").format(count=row["number"]) if row["number"] else _("first print")
    return _("version {version}, {name}").format(version=row["version"], name=name) if row["version"] > 1 else name


def describe_folder(office: Office, row: Row) -> str:
    """Return in a few words what is known about a paper that was written to a folder."""
    spool, number = office.printers.spool_of(row["printer"]), format_print_number(row)
    with suppress(OutOfReach):
        if spool.find_paper(row["kind"], number):
            return _("in the folder {folder}").format(folder=spool.folder.name)
        if spool.was_removed(row["kind"], number):
            return _("not taken by a printer")
    return _("written to a folder")


def describe_delivery(office: Office, row: Row) -> str:
    """Return what is known about a print that counts; empty if the printer confirmed it."""
    if row["outcome"] == PRINTED:
        return ""
    if row["outcome"] != WRITTEN:
        return _("Printed, confirmed by the clerk.")
    spool, number = office.printers.spool_of(row["printer"]), format_print_number(row)
    try:
        left = spool.list_papers()
        is_left = spool.find_paper(row["kind"], number)
    except OutOfReach:
        return _("Written to a folder; please check that it came out.")
    if spool.was_removed(row["kind"], number):
        return _("No printer took it, so it was removed from the folder: print it again.")
    if not is_left:
        return _("Taken from the folder {folder}; please check that it came out.").format(folder=spool.folder.name)
    if len(left) == 1:
        return _("Written to the folder {folder}; please check that it comes out.").format(folder=spool.folder.name)
    sentence = _("Written to the folder {folder}, where {count} papers wait; please check the printer.")
    return sentence.format(folder=spool.folder.name, count=len(left))
