"""The internal hand-over log at a machine: what waits for the courier, what is coming, and the printed lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.consignments import (
    MISSING,
    ORIGINAL,
    RECEIVED,
    RESULT,
    SENT,
    ConsignedItem,
    ReceivePapers,
    SendPapers,
    locate_paper,
    new_list_number,
    read_movements,
)
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import _, current_language, mark, translate
from clerk_app.paper.documents.consignment import ConsignmentList, ListedPaper
from clerk_app.paper.printers.print_job import make_job
from clerk_app.roles.formatting import localize
from clerk_app.roles.printer_words import describe_outcome
from clerk_app.roles.promise_words import list_commitments
from clerk_app.views.courier import ConsignedPaper, ConsignmentRow, CourierView, WaitingPaper
from db.engines import Row, Transaction

_MOST_PAPERS = 500
_MOST_LISTS = 50
_STATES = {
    SENT: mark("under way"),
    RECEIVED: mark("signed for"),
    MISSING: mark("missing"),
    "incomplete": mark("signed for, something is missing"),
}


@dataclass(frozen=True)
class _Paper:
    item: ConsignedItem
    receiver: str

    @property
    def id(self) -> str:
        return f"{self.item.kind}/{self.item.case}/{self.item.item}/{self.item.version}/{self.receiver}"


class CourierDesk:
    """Implements views.CourierService for a member of staff at a machine."""

    def __init__(self, office: Office, staff: Row, window: str = "") -> None:
        self._office, self._staff, self._window = office, staff, window
        self._place = str(staff["organ"] or "")

    def read(self) -> CourierView:
        """Return what waits here, what is coming, and the last lists."""
        with self._office.store.read() as tx:
            lists = tx.query_all("cases.consignments_of_place", place=self._place, many=_MOST_LISTS)
            rows = tuple(self._build_row(tx, row) for row in lists)
            incoming = {row["id"] for row in lists if row["receiver"] == self._place and row["state"] == SENT}
            return CourierView(
                waiting=tuple(self._describe(tx, paper) for paper in self._list_waiting(tx)),
                incoming=tuple(row for row in rows if row.number in incoming),
                recent=tuple(row for row in rows if row.number not in incoming),
            )

    def send(self, papers: Sequence[str], courier: str) -> str:
        """Give papers to the courier and print the list; return what happened."""
        with self._office.store.read() as tx:
            waiting = {paper.id: paper for paper in self._list_waiting(tx)}
        if not papers or not set(papers) <= waiting.keys():
            raise Refused("items", "One of these papers does not wait here any more.")
        receivers = {waiting[paper].receiver for paper in papers}
        if len(receivers) > 1:
            raise Refused("receiver", "A list has the papers for one receiver: send the others with another list.")
        number = new_list_number()
        self._office.door.perform(
            SendPapers(
                consignment=number,
                receiver=receivers.pop(),
                items=tuple(waiting[paper].item for paper in papers),
                courier=courier,
                window=self._window,
            ),
            self._staff["id"],
        )
        return self._print(number)

    def receive(self, consignment: str, positions: Sequence[int], note: str) -> str:
        """Accept papers of a list; return what happened."""
        command = ReceivePapers(consignment=consignment, positions=tuple(positions), note=note)
        decision = self._office.door.perform(command, self._staff["id"])
        if decision.state == RECEIVED:
            return _("Received: list {number}.").format(number=consignment)
        return _("Received: list {number}; something is missing, and the sender sees it.").format(number=consignment)

    def _list_waiting(self, tx: Transaction) -> Iterator[_Paper]:
        """Yield the papers that are here and belong elsewhere: originals and results."""
        seen: set[str] = set()
        for number in self._list_cases(tx):
            case = _read_held_case(tx, number)
            if case is None:
                continue
            for paper in self._papers_of(tx, case):
                if paper.id not in seen:
                    seen.add(paper.id)
                    yield paper

    def _list_cases(self, tx: Transaction) -> Iterator[str]:
        originals = tx.query_all("cases.originals_of_site", site=self._place, many=_MOST_PAPERS)
        moved = tx.query_all("cases.items_of_place", place=self._place, since=0)
        decided = tx.query_all("cases.approved_of_organ", organ=self._place, many=_MOST_PAPERS)
        return iter(dict.fromkeys(str(row["case_number"]) for row in (*originals, *moved, *decided)))

    def _papers_of(self, tx: Transaction, case: CaseRecord) -> Iterator[_Paper]:
        site, movements = str(case.row["centre"]), read_movements(tx, case.number)
        newest, commitments = {row["material"]: row for row in case.materials}, list_commitments(tx, case)
        for row in newest.values():
            item = ConsignedItem(kind=ORIGINAL, case=case.number, item=row["material"], version=row["version"])
            moved = movements.get((ORIGINAL, row["material"], row["version"]), [])
            if row["how"] != "paper" or case.catalogue.material(row["material"]).form != "original":
                continue
            if (row["material"], row["version"]) in commitments:
                continue
            if locate_paper(moved, site) == self._place:
                had = {movement["receiver"] for movement in moved if movement["state"] == RECEIVED}
                if self._place != site:
                    yield _Paper(item, site)
                others = _organs_needing(case, row["material"]) - had - {self._place}
                yield from (_Paper(item, organ) for organ in sorted(others))
        for task in case.tasks:
            if task["state"] != "approved" or task["organ"] != self._place or self._place == site:
                continue
            products = case.catalogue.matter(task["matter"]).produces
            moved = movements.get((RESULT, task["id"], 0), [])
            if any(not product.certificate for product in products) and locate_paper(moved, self._place) == self._place:
                yield _Paper(ConsignedItem(kind=RESULT, case=case.number, item=task["id"]), site)

    def _describe(self, tx: Transaction, paper: _Paper) -> WaitingPaper:
        return WaitingPaper(
            id=paper.id,
            name=_name_item(tx, paper.item.kind, paper.item.case, paper.item.item),
            case_number=paper.item.case,
            receiver=paper.receiver,
            receiver_name=_name_place(tx, paper.receiver),
        )

    def _build_row(self, tx: Transaction, row: Row) -> ConsignmentRow:
        giver = tx.get("staff", id=row["given_by"])
        items = tx.select("consignment_items", consignment=row["id"], order=("position",))
        return ConsignmentRow(
            number=row["id"],
            sender=_name_place(tx, row["sender"]),
            receiver=_name_place(tx, row["receiver"]),
            courier=row["courier"],
            given_at=to_local_time(row["given_at"], self._office.catalogue_frame().time_zone),
            given_by=f"{giver['name']} {giver['number']}" if giver is not None else row["given_by"],
            papers=tuple(
                ConsignedPaper(
                    item["position"],
                    _name_item(tx, item["kind"], item["case_number"], item["item"]),
                    item["case_number"],
                    translate(_STATES[item["state"]]),
                )
                for item in items
            ),
            state=translate(_STATES[row["state"]]),
        )

    def _print(self, number: str) -> str:
        """Print a list; return what happened. The papers are under way also if the printer fails."""
        with self._office.store.read() as tx:
            row = tx.get("consignments", id=number)
            shown = self._build_row(tx, row) if row is not None else None
        if shown is None:
            return ""
        document = ConsignmentList(
            number=number,
            sender=shown.sender,
            receiver=shown.receiver,
            courier=shown.courier,
            given_by=shown.given_by,
            given_at=shown.given_at,
            papers=tuple(ListedPaper(paper.name, paper.case_number) for paper in shown.papers),
        )
        sentence = _("Given to the courier: list {number}. {print}")
        return sentence.format(number=number, print=self._send_to_printer(document, number))

    def _send_to_printer(self, document: ConsignmentList, number: str) -> str:
        """Send a list to the printer of its kind; return what is known about it, in words."""
        catalogue, printer = self._office.catalogue_frame(), self._office.printers.for_paper(document.kind)
        page = document.to_page(current_language(), catalogue.papers)
        try:
            printer.check_ready()
            job = make_job(
                printer,
                page,
                id=f"{document.kind}-{number}",
                kind=document.kind,
                number=number,
                at=self._office.local_time(),
                font=self._office.settings.font,
            )
            outcome = printer.send(job)
        except OutOfReach as error:
            return str(error)
        self._office.printers.remove_job(job.id)
        return describe_outcome(printer, outcome)


def _organs_needing(case: CaseRecord, material: str) -> set[str]:
    """Return the organs with an open task that was started and needs a material."""
    needing = {planned.id for planned in case.plan.active_matters if material in planned.materials}
    return {task["organ"] for task in case.open_tasks() if task["matter"] in needing and task["started_at"] is not None}


def _read_held_case(tx: Transaction, number: str) -> CaseRecord | None:
    return read_case(tx, number) if tx.get("cases", number=number) is not None else None


def _name_item(tx: Transaction, kind: str, number: str, item: str) -> str:
    """Return the name of a paper; its id where this machine does not hold the case."""
    case = _read_held_case(tx, number)
    if case is None:
        return item
    if kind == ORIGINAL:
        return _("{name} (original)").format(name=localize(case.catalogue.material(item).name))
    matter = next((task["matter"] for task in case.tasks if task["id"] == item), None)
    return _("Result: {name}").format(name=localize(case.catalogue.matter(matter).name)) if matter else item


def _name_place(tx: Transaction, place: str) -> str:
    row = tx.get("organs", id=place)
    if row is None:
        return place
    return str(row["name_en"] if current_language() == "en" else row["name_zh"])
