"""Papers of a case: what stands on them, and the two phases of printing.

A notice is pending until the printer has it. What a department asks for is made at its desk, and waits at the window to
be printed there. A paper's file has a fixed name, so a crash between printer and ledger prints
nothing twice: a paper that lies in the spool already is marked as printed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.catalogue.publication import working_days
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, current_language, format_list
from clerk_app.paper.documents.blocks import PrintedMatter
from clerk_app.paper.documents.hand_over import HandedItem, HandOverList, PrintedDecision
from clerk_app.paper.documents.notices import MissingItem, NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.receipt import CaseReceipt
from clerk_app.paper.page import PaperPage, mark_reprint
from clerk_app.paper.printers.spool import format_paper_name
from clerk_app.people.masking import mask_name
from clerk_app.roles.formatting import localize
from clerk_app.views import Paper
from db.engines import Row, Transaction

SUPPLEMENT_DAYS = 15  # working days given to the citizen (sample; the law leaves it to the organ)


class CasePrinter:
    """Makes and prints the notices of cases at one window."""

    def __init__(self, office: Office, actor: str, clerk_number: str) -> None:
        self._office = office
        self._actor = actor
        self._clerk_number = clerk_number

    def render_paper(self, notice: Row, trouble: str = "") -> Paper:
        """A notice as it stands on paper."""
        from clerk_app.paper.printers.preview import preview_lines  # loads Pillow
        from clerk_app.paper.printers.symbols import code128_modules

        page = self.build_page(notice)
        asked = notice["kind"] == "supplement" and notice["state"] == "pending" and not trouble
        return Paper(
            id=notice["id"],
            title=_TITLES[notice["kind"]](),
            lines=preview_lines(page, self._office.settings.paper_mm),
            printed=notice["state"] == "printed",
            error=trouble,
            pending_reason=_("A department asks for papers: to be printed and handed to the applicant.")
            if asked
            else "",
            barcode=code128_modules(notice["case_number"]),
        )

    def print_notice(self, notice_id: str) -> Paper:
        """Prints a notice (again); a printer that fails leaves it pending and is named on the paper shown."""
        from clerk_app.paper.printers.escpos import encode_escpos  # loads python-escpos

        notice = self._row(notice_id)
        page = self.build_page(notice)
        if notice["prints"]:
            page = mark_reprint(page, notice["prints"])
        made = to_local_time(notice["made_at"], self._office.catalogue().time_zone)
        name = format_paper_name(
            notice["kind"], f"{notice['case_number']}-{notice['id'][13:]}-{notice['prints']}", made
        )
        try:
            if name not in {path.name for path in self._office.printer.list_papers()}:
                self._office.printer.print_paper(name, encode_escpos(page, self._office.settings.paper_mm))
        except OutOfReach as error:
            return self.render_paper(notice, trouble=str(error))
        self._office.door.perform(RecordNoticePrint(notice=notice_id, printed=True), self._actor)
        return self.render_paper(self._row(notice_id))

    def find_unprinted(self, tx: Transaction, window: str) -> list[Row]:
        """The notices of this window that are not printed yet."""
        return tx.query_all("cases.unprinted_notices", window=window)

    def _row(self, notice_id: str) -> Row:
        with self._office.store.read() as tx:
            row = tx.get("notices", id=notice_id)
        if row is None:
            raise BadData("There is no such paper.")
        return row

    def build_page(self, notice: Row) -> PaperPage:
        """A notice as laid out on paper, in the language spoken now."""
        with self._office.store.read() as tx:
            sheet = _Sheet(self._office, tx, read_case(tx, notice["case_number"]), notice, self._clerk_number)
            return sheet.build_document(notice["kind"]).to_page(current_language())


class _Sheet:
    """The documents of one case; each property is named like the kind of its notice."""

    def __init__(self, office: Office, tx: Transaction, case: CaseRecord, notice: Row, clerk_number: str) -> None:
        self._office, self._look, self._case, self._notice = office, tx, case, notice
        self._clerk_number = clerk_number
        self._zone = case.catalogue.time_zone

    def build_document(self, kind: str) -> CaseReceipt | SupplementNotice | NotAcceptedNotice | HandOverList:
        """Return the document of a kind of notice. Raises BadData for an unknown kind."""
        if kind == "receipt":
            return self.receipt
        if kind == "supplement":
            return self.supplement
        if kind == "not_accepted":
            return self.not_accepted
        if kind == "hand_over":
            return self.hand_over
        raise BadData("There is no such paper.")

    @cached_property
    def receipt(self) -> CaseReceipt:
        """收件凭证."""
        row, case = self._case.row, self._case
        return CaseReceipt(
            case_number=case.number,
            applicant_masked=mask_name(row["applicant_name"]),
            one_thing=localize(case.plan.one_thing.name),
            matters=tuple(self._matter(task) for task in case.tasks if task["recheck_of"] is None),
            materials=tuple(
                localize(case.catalogue.material(one["material"]).name)
                for one in case.materials
                if one["how"] == "paper"
            ),
            received_at=to_local_time(row["accepted_at"], self._zone),
            hall=self._office.settings.name.localized(),
            window=self._window(row["window_id"]),
            clerk_number=self._clerk_number,
            phone=self._office.settings.phone,
        )

    @cached_property
    def supplement(self) -> SupplementNotice:
        """一次性补正告知书: all that all tasks miss."""
        notified = to_local_time(self._office.now, self._zone).date()
        return SupplementNotice(
            case_number=self._case.number,
            applicant=mask_name(self._case.row["applicant_name"]),
            one_thing=localize(self._case.plan.one_thing.name),
            missing_items=tuple(
                gap for row in self._case.supplements if row["notice"] == self._notice["id"] for gap in self._gaps(row)
            ),
            notified_on=notified,
            working_days=SUPPLEMENT_DAYS,
            deadline=working_days(self._case.catalogue).add_working_days(notified, SUPPLEMENT_DAYS),
            office=self._office.settings.name.localized(),
            phone=self._office.settings.phone,
        )

    @cached_property
    def not_accepted(self) -> NotAcceptedNotice:
        """不予受理通知书."""
        return NotAcceptedNotice(
            case_number=self._case.number,
            applicant=mask_name(self._case.row["applicant_name"]),
            one_thing=localize(self._case.plan.one_thing.name),
            reasons=(self._case.row["ended_reason"],),
            legal_basis=_("Administrative Licensing Law, art. 32"),
            decided_on=to_local_time(self._case.row["accepted_at"], self._zone).date(),
            office=self._office.settings.name.localized(),
            phone=self._office.settings.phone,
            reconsideration_organ=_("the district government"),
            court=_("the people's court"),
        )

    @cached_property
    def hand_over(self) -> HandOverList:
        """送达回证."""
        row = self._case.row
        delivery = self._look.get("deliveries", case_number=self._case.number)
        issues = self._look.select("issuances", case_number=self._case.number, order=("number",))
        return HandOverList(
            case_number=self._case.number,
            applicant=mask_name(row["applicant_name"]),
            one_thing=localize(self._case.plan.one_thing.name),
            decisions=tuple(one for task in self._case.tasks if (one := self._decision(task)) is not None),
            items=tuple(HandedItem(name=self._result(one), number=one["number"]) for one in issues),
            handed_over_at=to_local_time(delivery["at"] if delivery else self._office.now, self._zone),
            hall=self._office.settings.name.localized(),
            window=self._window(delivery["window_id"] if delivery else row["window_id"]),
            clerk_number=self._clerk_number,
        )

    def _matter(self, task: Row) -> PrintedMatter:
        return PrintedMatter(
            name=localize(self._case.catalogue.matter(task["matter"]).name),
            organ=localize(self._case.catalogue.organ(task["organ"]).name),
            promised=self._day(task["due_at"]),
            statutory=self._day(task["statutory_at"]),
            expected=bool(task["expected"]),
        )

    def _day(self, moment: int | None) -> date | None:
        return None if moment is None else to_local_time(moment, self._zone).date()

    def _gaps(self, supplement: Row) -> list[MissingItem]:
        task = next(row for row in self._case.tasks if row["id"] == supplement["task"])
        return [
            MissingItem(
                material=localize(self._case.catalogue.material(name).name),
                matter=localize(self._case.catalogue.matter(task["matter"]).name),
                organ=localize(self._case.catalogue.organ(task["organ"]).name),
                correction=supplement["reason"],
            )
            for name in supplement["materials"].split(",")
        ]

    def _decision(self, task: Row) -> PrintedDecision | None:
        row = self._look.get("decisions", task=task["id"])
        if row is None:
            return None
        signer = self._look.get("staff", id=row["signer"])
        return PrintedDecision(
            matter=localize(self._case.catalogue.matter(task["matter"]).name),
            organ=localize(self._case.catalogue.organ(row["organ"]).name),
            outcome=_OUTCOMES[row["outcome"]](),
            decided_on=to_local_time(row["at"], self._zone).date(),
            signer=signer["name"] if signer else row["signer"],
            reason=row["reason"],
        )

    def _result(self, issue: Row) -> str:
        matter = self._case.catalogue.matter(issue["matter"])
        if issue["produces"] == "refusal":
            return _("Decision letter: {matter}").format(matter=localize(matter.name))
        return format_list(localize(one.name) for one in matter.produces) or localize(matter.name)

    def _window(self, window: str) -> str:
        row = self._look.get("windows", id=window)
        return row["name"] if row else window


_TITLES: dict[str, Callable[[], str]] = {
    "receipt": lambda: _("Receipt"),
    "supplement": lambda: _("Supplement notice"),
    "not_accepted": lambda: _("Notice of non-acceptance"),
    "hand_over": lambda: _("Hand-over list"),
}
_OUTCOMES: dict[str, Callable[[], str]] = {
    "approved": lambda: _("approved"),
    "refused": lambda: _("refused"),
    "lapsed": lambda: _("lapsed"),
    "withdrawn": lambda: _("withdrawn"),
}
