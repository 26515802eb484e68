"""One birth case from the scanned code to the handover, using only the services of the roles.

Every person does only what their screen allows, and gets only the views of their role.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Literal, TypeVar

from clerk_app.cases.case_record import read_case
from clerk_app.cases.identifiers import case_number_of
from clerk_app.composition.office import Office
from clerk_app.demo.city_data import CityData, StaffData
from clerk_app.demo.films import ensure_films
from clerk_app.demo.receipt_image import extract_code_image
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.licences.identity_proof import PHONE_DIGITS
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.department import DepartmentService, TaskView
from clerk_app.views.shared import CameraView, DetectedCode
from clerk_app.views.workstation import Workstation
from db.files import replace_file

T = TypeVar("T")
ONE_THING = "birth"
OrganDecision = Literal["refuse", "return"]
WalkthroughAction = tuple[str, Callable[[], str]]
"""Name of a step, and its function, which returns the result as text and raises ClerkError when the step fails."""

_APPLICANT = "mother"  # the citizen whose film the camera shows
_ANSWERS = {"register_with": "mother", "mother_insured": "yes", "bank_account": "6200000000000000011"}
_FIRST_FRAME_TIMEOUT = 12.0  # seconds; OpenCV loads slowly from a cold disk
_FILM_TIMEOUT = 30.0  # seconds to read a code, longer than a film
_PICTURE_TIMEOUT = 3.0  # seconds to read a code in a picture
_PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
_END_OF_PAPERS = "2035-12-31"  # last valid day of papers that expire
_PAPERS_CATEGORY = "C"  # category of tickets for handing in or collecting papers


class Walkthrough:
    """One case and the people who work on it. `decide` names the organs that do not approve their first task."""

    def __init__(
        self,
        office: Office,
        data: CityData,
        desks: Workstation,
        source: str | None,
        decide: Mapping[str, OrganDecision],
    ) -> None:
        self._office, self._data, self._roles = office, data, desks
        self._source = source
        self._pending_decisions = dict(decide)  # requested decisions that were not made yet
        self._first_decisions = dict(decide)
        self._department_roles: dict[str, DepartmentService] = {}
        self._number = ""
        self._applicant = ""
        self._receipt = Path()  # picture of the code on the receipt
        self._scanned_code = DetectedCode("", "", ())
        self._counter: CounterService
        self._check_organs()

    def actions(self) -> Iterator[WalkthroughAction]:
        """Yield every step in order; later steps depend on the results of earlier ones."""
        yield "sign_in", self._sign_in
        if self._source is None:
            yield "film", self._prepare_film
        yield "ticket", lambda: self._take_ticket("A")
        yield "call", self._call_ticket
        yield "scan", self._scan
        yield "verify", self._verify
        yield "confirm", self._confirm
        yield "begin", self._start_intake
        yield "consent", self._consent
        yield "fill", self._fill_form
        yield "accept", self._accept
        yield "receipt", self._read_receipt
        yield from self._department_actions()
        while self._has_open_supplement():
            yield from self._return_visit_actions()
            yield "take_in", self._take_in
            yield from self._department_actions()
        yield from self._return_visit_actions()
        yield "hand_over", self._hand_over
        yield "decisions", self._check_decisions
        yield "audit", self._verify_chain
        yield "rebuild", self._compare_rebuild

    # the hall

    def _sign_in(self) -> str:
        clerk = next(member for member in self._data.staff if member.role == "clerk")
        signed = self._roles.sign_in(clerk.number, clerk.pin)
        counter = _require(signed.counter, "counter")
        self._counter = counter
        return _("{name} at {place}").format(name=signed.person, place=counter.read_view().status.place)

    def _prepare_film(self) -> str:
        self._source = str(ensure_films(self._office.folder, [_APPLICANT])[_APPLICANT])
        return Path(self._source).name

    def _take_ticket(self, category: str) -> str:
        slip = self._roles.open_kiosk().take_ticket(category)
        if not any(slip.number in paper.name for paper in self._office.printers.spool.list_papers()):
            raise OutOfReach("Ticket {number} has no slip.", number=slip.number)
        self._ticket = slip.number
        return _("{number}, {ahead} before it").format(number=slip.number, ahead=slip.ahead)

    def _call_ticket(self) -> str:
        """Call tickets until the applicant's ticket is served; tickets before it are finished at once."""
        before = 0
        serving = self._counter.call_next().serving
        while serving is None or serving.number != self._ticket:
            serving = self._counter.call_next("finish").serving
            before += 1
        return _("{number} after {count} others").format(number=self._ticket, count=before)

    # the applicant

    def _scan(self) -> str:
        source = _require(self._source, "source")
        self._scanned_code = self._read_code("citizen", source)
        return _("{symbology}, {length} characters").format(
            symbology=self._scanned_code.symbology, length=len(self._scanned_code.text)
        )

    def _verify(self) -> str:
        view = self._counter.process_scan(self._scanned_code.text)
        if view.applicant is None or view.applicant.check.result == "red":
            raise BadData("{reason}", reason=view.message or _("This is not a code that says who is here."))
        check = view.applicant.check
        return " ".join((check.headline, *check.warnings))

    def _confirm(self) -> str:
        applicant = _require(self._counter.confirm_person().applicant, "applicant")
        self._applicant = applicant.name
        return f"{applicant.name} {applicant.number}"

    def _start_intake(self) -> str:
        view = self._counter.begin_draft(ONE_THING)
        intake = _require(view.intake, "intake")
        count = len(intake.matters)
        return _("{one_thing}, {count} matters").format(one_thing=intake.one_thing, count=count)

    def _consent(self) -> str:
        view = self._counter.read_view()
        intake = _require(view.intake, "intake")
        asked = [row for row in intake.materials if row.consent == "asked"]
        view = self._counter.record_consent([row.id for row in asked])
        if view.intake is not None and view.intake.needs_second_factor:  # the sample codes are printed ones
            self._counter.release_materials(self._read_phone()[-PHONE_DIGITS:])
        return format_list(row.name for row in asked)

    def _read_phone(self) -> str:
        """Return the telephone of the applicant, who answers with its last digits."""
        with self._office.store.read() as tx:
            rows = tx.select("persons", name=self._applicant)
        return next((str(row["phone"]) for row in rows if row["phone"]), "")

    def _fill_form(self) -> str:
        view, filled = self._counter.read_view(), 0
        intake = _require(view.intake, "intake")
        known = sum(bool(row.value) for row in intake.fields)
        for row in intake.fields:
            if row.required and not row.value and row.id in _ANSWERS:
                view = self._counter.fill_field(row.id, _ANSWERS[row.id])
                filled += 1
        intake = _require(view.intake, "intake")
        if intake.gaps:
            raise BadData("The form is not complete: {left}", left=" ".join(intake.gaps))
        return _("{known} known already, {filled} asked").format(known=known, filled=filled)

    def _accept(self) -> str:
        receipt = _require_printed(self._counter.accept_case())
        self._number = case_number_of(receipt)
        view = self._counter.open_case(self._number)
        self._counter.close_case_view()
        case = _require(view.case, "case")
        tasks = sum(bool(row.promised) for row in case.matters)
        return _("{number}, {count} tasks at once, promised {day}").format(
            number=self._number, count=tasks, day=case.promised
        )

    def _read_receipt(self) -> str:
        """Read the code of the printed receipt with the scanner, from the bytes that the printer got."""
        name = f"-receipt-{self._number}"
        paper = next(path for path in reversed(self._office.printers.spool.list_papers()) if name in path.name)
        self._receipt = self._office.folder / f"receipt-{self._number}.png"
        replace_file(self._receipt, extract_code_image(paper.read_bytes()))
        return self._scan_receipt()

    def _scan_receipt(self) -> str:
        seen = self._read_code("receipt", str(self._receipt))
        if seen.text != self._number:
            raise BadData("The receipt says {text}, and the case is {number}.", text=seen.text, number=self._number)
        return f"{seen.symbology} {seen.text}"

    # the departments

    def _department_actions(self) -> Iterator[WalkthroughAction]:
        """Yield the steps in which each organ works through its queue, until no organ has an open task."""
        officers = self._officers()
        for organ in [name for name in officers if name not in self._department_roles]:
            yield "sign_in", partial(self._sign_in_officer, organ, officers[organ])
        while any(self._has_work(organ) for organ in officers):
            for organ in officers:
                while self._has_work(organ):
                    yield "decide", partial(self._finish_task, organ, self._department_roles[organ])

    def _sign_in_officer(self, organ: str, officer: StaffData) -> str:
        signed = self._roles.sign_in(officer.number, officer.pin)
        department = _require(signed.department, "department")
        self._department_roles[organ] = department
        return _("{name} at {place}").format(name=signed.person, place=department.read_view().organ)

    def _has_work(self, organ: str) -> bool:
        """Return whether the organ has an open task without an owner."""
        return any(not row.holder for row in self._department_roles[organ].list_tasks("open", 0, 50).rows)

    def _finish_task(self, organ: str, department: DepartmentService) -> str:
        task = _require(department.claim_next().task, "task")
        is_own_case = task.row.number.startswith(self._number)
        decision = self._pending_decisions.pop(organ, None) if is_own_case else None
        if decision == "refuse":
            department.refuse(_("The papers do not prove what they should."))
            outcome = _("refused")
        elif decision == "return":
            wanted = _choose_material(task)
            department.return_task([wanted], _("The copy cannot be read. Please bring the original."))
            outcome = _("returned for {material}").format(material=self._material_name(wanted))
        else:
            department.approve("")
            outcome = _("approved")
        organ_name, matter = department.read_view().organ, task.row.matter
        return _("{organ}: {matter}: {outcome}").format(organ=organ_name, matter=matter, outcome=outcome)

    # the return visit

    def _has_open_supplement(self) -> bool:
        with self._office.store.read() as tx:
            return any(row["answered_at"] is None for row in read_case(tx, self._number).supplements)

    def _return_visit_actions(self) -> Iterator[WalkthroughAction]:
        yield "ticket", lambda: self._take_ticket(_PAPERS_CATEGORY)
        yield "call", self._call_ticket
        yield "scan", self._scan_receipt

    def _take_in(self) -> str:
        view = self._counter.process_scan(self._number)
        for paper in view.unprinted:  # one notice of everything that is missing
            self._counter.reprint_paper(paper.id)
        case = _require(view.case, "case")
        materials = [row for row in case.materials if row.state == "missing"]
        names = [row.id for row in materials]
        fields = self._counter.list_paper_fields(names)
        typed = {field.id: _END_OF_PAPERS for field in fields if field.required}
        message = self._counter.receive_supplements(names, typed).message
        return f"{format_list(row.name for row in materials)}. {message}"

    def _hand_over(self) -> str:
        view = self._counter.process_scan(self._number)
        case = _require(view.case, "case")
        if "hand_over" not in case.actions:
            raise Refused("case_state", "The case is not decided as a whole: {state}.", state=case.state)
        after = self._counter.hand_over_results(case.receivers[0].role, "document")
        _require_printed(after)
        case = _require(after.case, "case")
        return f"{case.state}: {format_list(case.results)}"

    # checks at the end

    def _check_decisions(self) -> str:
        """Check that every task was decided by its own organ or lapsed, and that every requested decision was made."""
        with self._office.store.read() as tx:
            case = read_case(tx, self._number)
            decided = {task["id"] for task in case.tasks if tx.get("decisions", task=task["id"]) is not None}
        open_tasks = [task["id"] for task in case.tasks if task["state"] != "lapsed" and task["id"] not in decided]
        if open_tasks or case.row["state"] != "delivered":
            raise BadData("The case is {state}; not decided: {tasks}", state=case.row["state"], tasks=open_tasks)
        organs = {task["organ"] for task in case.tasks if task["id"] in decided}
        if not_asked := [organ for organ in self._pending_decisions if organ in organs]:
            raise BadData("These organs were not asked for their decision: {organs}", organs=format_list(not_asked))
        states = [task["state"] for task in case.tasks]
        count = {name: states.count(name) for name in ("approved", "refused", "lapsed")}
        return _("{approved} approved, {refused} refused, {lapsed} lapsed").format(**count)

    def _verify_chain(self) -> str:
        count, breaks = audit.verify_log(self._office.store)
        if breaks:
            raise BadData("The hash chain is broken at {count} places.", count=len(breaks))
        return _("{count} entries were read; nothing was altered.").format(count=count)

    def _compare_rebuild(self) -> str:
        with TemporaryDirectory(prefix=".rebuild-", dir=self._office.folder) as folder:
            copy = audit.rebuild_store(self._office.store, self._office.door.rules, Path(folder) / "store.db")
            unequal = audit.list_different_tables(self._office.store, copy)
            copy.close()
        if unequal:
            raise BadData("These tables differ from the log: {tables}", tables=format_list(unequal))
        return _("Equal: every table agrees with the log.")

    # helpers

    def _read_code(self, target: Literal["citizen", "receipt"], source: str) -> DetectedCode:
        """Return the code in `source`, read by the camera process. Raises BadData, OutOfReach."""
        views: queue.Queue[CameraView] = queue.Queue()
        deadline, reason, has_frame = monotonic() + _FIRST_FRAME_TIMEOUT, "", False
        self._roles.camera.select_source(source)
        self._roles.camera.start(target, views.put)
        try:
            while (remaining := deadline - monotonic()) > 0:
                try:
                    view = views.get(timeout=remaining)
                except queue.Empty:
                    break
                if len(view.codes) == 1:  # with two codes in view none is taken
                    return view.codes[0]
                reason = view.error or view.guidance or reason
                if view.picture is not None and not has_frame:
                    has_frame = True
                    deadline = monotonic() + (
                        _PICTURE_TIMEOUT if Path(source).suffix.lower() in _PICTURE_SUFFIXES else _FILM_TIMEOUT
                    )
                elif view.error and not has_frame:
                    deadline = min(deadline, monotonic() + _PICTURE_TIMEOUT)
        finally:
            self._roles.camera.stop()
        raise BadData("{reason}", reason=reason or _("No code could be read in {source}.").format(source=source))

    def _officers(self) -> dict[str, StaffData]:
        """Return an officer of each organ with a matter of this one thing, in the order of the matters."""
        catalogue = self._office.catalogue()
        organs = dict.fromkeys(catalogue.matter(name).organ for name in catalogue.one_thing(ONE_THING).matters)
        staff = {member.organ: member for member in reversed(self._data.staff) if member.role == "officer"}
        return {organ: staff[organ] for organ in organs}

    def _material_name(self, name: str) -> str:
        return localize(self._office.catalogue().material(name).name)

    def _check_organs(self) -> None:
        organs = self._officers()
        for organ in self._first_decisions:
            if organ not in organs:
                raise BadData(
                    "{organ} decides nothing here. The organs are: {organs}.", organ=organ, organs=format_list(organs)
                )


def _require(value: T | None, part: str) -> T:
    """Return the value. Raises BadData if the view does not have this part."""
    if value is None:
        raise BadData("The view has no {part}.", part=part)
    return value


def _require_printed(view: CounterView) -> str:
    """Return the id of the paper that was just printed. Raises OutOfReach if it was not."""
    paper = view.receipt
    if paper is None or not paper.printed:
        raise OutOfReach("{trouble}", trouble=paper.error if paper else _("Nothing was printed."))
    return paper.id


def _choose_material(task: TaskView) -> str:
    """Return the id of a material to request again: one that citizens have, and that few other matters need."""
    rows = sorted(task.materials, key=lambda row: (row.state == "produced", row.needed_for.count(",")))
    return rows[0].id
