"""Papers that a citizen hands in at the department that asked for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import CASE_OWNER
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.offered_rows import with_file
from clerk_app.roles.counter.paper_fields import build_paper_fields, require_facts
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.papers.given_files import giving_files
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.case import FieldRow
from clerk_app.views.papers import PaperTarget
from clerk_app.views.requested_papers import RequestedPapers
from clerk_app.views.shared import Option
from db.engines import Row


@raises_clerk_errors
class DepartmentPapers:
    """Implements views.RequestedPapersService for one organ."""

    def __init__(self, office: Office, organ: str, staff: str) -> None:
        self._office, self._organ, self._staff = office, organ, staff

    @cached_property
    def paper_taking(self) -> PaperTaking:
        return PaperTaking(self._office)

    def list_requested(self) -> tuple[RequestedPapers, ...]:
        """Return the tasks of the organ that wait for papers, with the papers that are lacking."""
        with self._office.store.read() as tx:
            tasks = tx.select("tasks", organ=self._organ, state="returned")
            tasks += tx.select("tasks", organ=self._organ, papers_overdue=True)
            numbers = dict.fromkeys(task["case_number"] for task in tasks)
            found: list[RequestedPapers] = []
            for number in numbers:
                try:
                    found += self._list_of_case(read_case(tx, number))
                except UNREADABLE as error:
                    report_unreadable(f"case {number}", error)
        return tuple(sorted(found, key=lambda row: row.asked_on))

    def _list_of_case(self, case: CaseRecord) -> list[RequestedPapers]:
        tasks = {task["id"]: task for task in case.tasks if task["organ"] == self._organ}
        missing: dict[str, tuple[Row, dict[str, None]]] = {}
        for supplement in case.outstanding_supplements():
            if supplement["task"] in tasks:
                asked = missing.setdefault(supplement["task"], (supplement, {}))
                asked[1].update(dict.fromkeys(case.missing_materials(supplement)))
        return [
            RequestedPapers(
                task=task,
                case=case.number,
                number=format_task_number(task),
                matter=localize(case.catalogue.matter(tasks[task]["matter"]).name),
                applicant=format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
                asked_on=f"{self._office.local_time(supplement['asked_at']):%Y-%m-%d}",
                materials=tuple(Option(name, localize(case.catalogue.material(name).name)) for name in names),
            )
            for task, (supplement, names) in missing.items()
            if names
        ]

    def find_target(self, case: str, material: str) -> PaperTarget:
        """Return the paper of a material. Raises Refused where the catalogue wants no pictures of it."""
        with self._office.store.read() as tx:
            definition = read_case(tx, case).catalogue.material(material)
        if definition.paper_pictures == "none":
            name = localize(definition.name)
            raise Refused("no_pictures", "{name} is taken without pictures: mark it with Space.", name=name)
        return PaperTarget(CASE_OWNER + case, material, localize(definition.name))

    def list_fields(
        self, case: str, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        """Return the fields in which issuer and validity of papers are typed."""
        with self._office.store.read() as tx:
            catalogue = read_case(tx, case).catalogue
        definitions = [catalogue.material(name) for name in materials]
        today = self._office.local_time().date()
        return build_paper_fields(definitions, {}, typed, today, refuses_expired=True)

    def take_in(self, case: str, materials: Sequence[str], typed: Mapping[str, str]) -> str:
        """Take in papers, with the pages that were taken; return what follows in words. Raises Refused."""
        require_plausible_clock(self._office)
        owner = CASE_OWNER + case
        with self._office.store.read() as tx:
            record = read_case(tx, case)
        definitions = [record.catalogue.material(name) for name in materials]
        facts = dict(require_facts(definitions, typed, self._office.local_time().date()))
        begun = {paper.material for paper in self._office.open_papers.list_of(owner) if paper.pages}
        given: list[GivenMaterial] = []
        for name in materials:
            paper = GivenMaterial(material=name, how="paper")
            paper = msgspec.structs.replace(paper, **msgspec.structs.asdict(facts[name]))
            file = self.paper_taking.complete(owner, name) if name in begun else None
            given.append(with_file(paper, file))
        command = TakeInMaterials(case=case, materials=tuple(given), window=record.row["window_id"])
        with giving_files(self._office, given):
            decision = self._office.door.perform(command, self._staff)
        for name in materials:
            self._office.open_papers.drop(owner, name)
        resumed = [task for task in decision.resumed if task.organ == self._organ]
        sentence = _("Taken in. The time limit runs again; the receipt is printed at the window of the case.")
        return sentence if resumed else _("Taken in. The receipt is printed at the window of the case.")
