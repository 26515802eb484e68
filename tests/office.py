"""The sample office of tests: commands through the door under a clock that tests set, and checks of a store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.tasks.claims import ClaimTask, TaskClaimed
from clerk_app.cases.tasks.decisions import DecideTask, TaskDecided
from clerk_app.cases.tasks.supplements import MaterialsTakenIn, ReturnTask, TakeInMaterials, TaskReturned
from clerk_app.composition.office import Office, create_office, open_office
from clerk_app.hall.calls import CallNext, ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, ShownPerson
from clerk_app.ledger import audit
from clerk_app.ledger.door import Door
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people import SYSTEM
from db.engines import Row, Store
from tests.clock import OPENING, Clock
from tests.doubles import find_others
from tests.sample_data import (
    CLERKS,
    CREDIT_CODE,
    HALL,
    LICENCES,
    OFFICE_SETTINGS,
    PERSONS,
    ROAD,
    ROAD_PAPERS,
    WINDOWS,
    fill_office,
    sample_city,
)
from tests.store_faults import find_faults as find_faults

LEGAL_BASIS = "Rule 12 of the city"
BIRTH = {
    "child_name": "李一诺",
    "child_sex": "female",
    "child_birth_date": "2026-04-20",
    "mother_name": "王芳",
    "mother_id_number": PERSONS["mother"].id_number,
    "home_address": "示范路1号",
    "register_with": "mother",
    "mother_insured": "no",
    "bank_account": "6222020200112233445",
}


def paper_materials(*materials: str, **facts: str) -> tuple[GivenMaterial, ...]:
    """Return paper materials that the clerk has checked."""
    return tuple(structs.replace(GivenMaterial(material=name, how="paper"), **facts) for name in materials)


def build_template(folder: Path, *, store: str = "") -> Path:
    """Create an office with staff, catalogue, people and open windows; return its folder, to be copied.

    Its store is the SQLite file in its folder, or the empty store at the URL `store`.
    """
    office = create_office(folder / "template", with_store_url(OFFICE_SETTINGS, store), clock=Clock("2026-05-06 08:55"))
    fill_office(office.door)
    office.store.close()
    return office.folder


def with_store_url(settings: str, url: str) -> str:
    """Return the text of an office's settings with its store at `url`; unchanged for ""."""
    other_lines = [line for line in settings.splitlines() if not line.startswith("store =")]
    return "\n".join([*other_lines, f"store = {url!r}", ""]) if url else settings


@dataclass
class SampleOffice:
    """An open office with one method per act of a person. Acts return a decision, an id or a case number."""

    office: Office
    clock: Clock

    @classmethod
    def open_copy(
        cls,
        template: Path,
        folder: Path,
        *,
        on_statement: Callable[[str], None] | None = None,
        local_time: str = OPENING,
        store: str = "",
    ) -> SampleOffice:
        """Copy the template to `folder` and open it; its store may be a copy at the URL `store`."""
        shutil.copytree(template, folder)
        settings = folder / "office.toml"
        settings.write_text(with_store_url(settings.read_text("utf-8"), store), "utf-8")
        clock = Clock(local_time)
        return cls(open_office(folder, clock=clock, on_statement=on_statement), clock)

    @property
    def door(self) -> Door:
        return self.office.door

    @property
    def authority_door(self) -> Door:
        """The door of the authority: the center's at a window."""
        return self.door

    @property
    def store(self) -> Store:
        return self.office.store

    def close(self) -> None:
        self.store.close()

    # the hall

    def take_ticket(self, category: str = "A", priority: str = "ordinary", *, printed: bool = True) -> str:
        """Take a ticket at the kiosk; return its id."""
        made = self.door.perform(PrepareTicket(hall=HALL, category=category, priority=priority), "kiosk")
        self.door.perform(RecordSlipPrint(ticket=made.ticket, printed=printed), "kiosk")
        return made.ticket

    def call_next(self, window: str = "w1", clerk: str = "") -> str:
        """Call the next ticket to a window; return its number (A001)."""
        called = self.door.perform(CallNext(hall=HALL, window=window), clerk or clerk_of_window(window))
        assert called.ticket
        return called.ticket.rpartition("/")[2]

    def move_ticket(self, act: str, window: str = "w1") -> str:
        """Recall, hold, no_show or finish the ticket at a window; return its state."""
        return self.door.perform(MoveTicket(visit=self.open_visit_at(window), act=act), clerk_of_window(window)).state

    def open_visit_at(self, window: str = "w1") -> str:
        """Return the open visit at a window."""
        with self.store.read() as tx:
            row = tx.query_one("hall.visit_at_window", window=window)
        assert row is not None
        return str(row["id"])

    def serve(self, person: str = "mother", window: str = "w1") -> str:
        """Serve a person without a ticket up to the confirmed identity; return the visit."""
        clerk = clerk_of_window(window)
        visit = self.door.perform(ServeWalkIn(window=window), clerk).visit
        self.identify(visit, person, clerk)
        self.door.perform(ConfirmPerson(visit=visit), clerk)
        return visit

    def identify(self, visit: str, person: str, clerk: str) -> None:
        """Identify a known person by a code that verified."""
        known = PERSONS.get(person)
        shown = ShownPerson(name=known.name, number=known.id_number) if known else None
        shown = shown or ShownPerson(name="示范建设公司", number=CREDIT_CODE)
        self.door.perform(
            IdentifyPerson(
                visit=visit,
                person=person,
                result="green",
                notes="",
                code_key=f"code of {person}",
                since=0,
                personal=shown,
            ),
            clerk,
        )

    def prove(self, visit: str, clerk: str = CLERKS[0]) -> None:
        """Prove the identity of the visit's person at the authority by a dynamic code."""
        (row,) = self.select("visits", id=visit)
        if row["person"]:
            digest = digest_dynamic_code(f"{visit} {self.clock()}")
            self.authority_door.perform(CreateDynamicCode(digest=digest, subject=row["person"]), SYSTEM)
            resolve = ResolveDynamicCode(
                digest=digest, visit=visit, window=row["window_id"], purpose="identify", nonce=digest[:8]
            )
            self.door.perform(resolve, clerk)

    def fetch_licences(self, visit: str, one_thing: str, window: str = "w1") -> tuple[str, ...]:
        """Fetch the licences for a one thing, with consent to all of them; return their ids."""
        city, clerk = sample_city(), clerk_of_window(window)
        self.prove(visit, clerk)
        listed = self.door.perform(
            FetchMaterials(visit=visit, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version), clerk
        )
        self.door.perform(GiveConsent(visit=visit, licences=listed.licences, purpose=one_thing), clerk)
        return listed.licences

    # a case

    def draft(self, visit: str, one_thing: str, values: dict[str, str], window: str = "w1") -> str:
        """Save a draft with these values; return its id."""
        city = self.office.catalogue()
        command = SaveDraft(
            visit=visit,
            window=window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            personal=DraftContent(values=values),
        )
        return self.door.perform(command, clerk_of_window(window)).draft

    def prepare_birth(self, window: str = "w1", visit: str = "", **changed: str) -> AcceptCase:
        """Prepare a birth case for a mother in this visit, or in a new one; return the command that accepts it."""
        visit = visit or self.serve("mother", window)
        if not self.select("visits", id=visit)[0]["confirmed"]:
            self.identify(visit, "mother", clerk_of_window(window))
            self.door.perform(ConfirmPerson(visit=visit), clerk_of_window(window))
        self.fetch_licences(visit, "birth", window)
        values = BIRTH | changed
        given = tuple(
            GivenMaterial(material=material, how="licence", licence=licence, grade="A", valid_to=LICENCES[licence][2])
            for material, licence in (
                ("birth-certificate", "birth"),
                ("mother-id", "mother-card"),
                ("household-register", "register"),
            )
            if material != "birth-certificate" or values["child_name"] == BIRTH["child_name"]
        )
        if len(given) == 2:  # the certificate that the city holds is that of another child
            reason = "the certificate of the newborn is not registered yet"
            given = (*paper_materials("birth-certificate", paper_code="differs", paper_reason=reason), *given)
        parties = (
            PartyDetails(
                role="mother", kind="person", name="王芳", number=BIRTH["mother_id_number"], subject="mother",
                known_by="code",
            ),
            PartyDetails(role="child", kind="person", name=values["child_name"], number="", known_by="typed"),
        )  # fmt: skip
        return self.prepare_case("birth", visit, window, values, given, parties)

    def prepare_road(self, window: str = "w1", visit: str = "", **changed: str) -> AcceptCase:
        """Prepare a road excavation case for an enterprise; return the command that accepts it."""
        visit, values = visit or self.serve("enterprise", window), ROAD | changed
        party = PartyDetails(
            role="enterprise", kind="organisation", name="示范建设公司", number=CREDIT_CODE, subject="enterprise"
        )
        return self.prepare_case("road-excavation", visit, window, values, paper_materials(*ROAD_PAPERS), (party,))

    def prepare_case(
        self,
        one_thing: str,
        visit: str,
        window: str,
        values: dict[str, str],
        given: tuple[GivenMaterial, ...],
        parties: tuple[PartyDetails, ...],
    ) -> AcceptCase:
        """Prepare a case of any one thing; return the command that accepts it."""
        city = self.office.catalogue()
        others = find_others(self.store, city, one_thing, parties[0], values)
        return AcceptCase(
            draft=self.draft(visit, one_thing, values, window),
            visit=visit,
            window=window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=given,
            duplicates=others,
            duplicate_code="other_subject" if others else "",
            personal=CaseDetails(parties=parties, values=values),
        )

    def accept(self, command: AcceptCase) -> str:
        """Accept a case, print the receipt and finish the ticket; return the case number."""
        clerk = clerk_of_window(command.window)
        made = self.door.perform(command, clerk)
        self.door.perform(RecordNoticePrint(notice=made.notice, printed=True), clerk)
        self.door.perform(MoveTicket(visit=command.visit, act="finish"), clerk)
        return made.number

    def accept_birth(self, window: str = "w1", **changed: str) -> str:
        """Accept a birth case of a mother who is not insured, unless changed; return the case number."""
        return self.accept(self.prepare_birth(window, **changed))

    def accept_road(self, window: str = "w1", **changed: str) -> str:
        """Accept a road excavation case; return the case number."""
        return self.accept(self.prepare_road(window, **changed))

    def claim(self, organ: str, task: str = "", officer: str = "") -> TaskClaimed:
        """Claim the most urgent task of an organ, or `task`, for an officer, the organ's first by default."""
        return self.door.perform(ClaimTask(organ=organ, task=task), officer or f"{organ}-1")

    def decide(self, claimed: TaskClaimed, outcome: str, reason: str = "") -> TaskDecided:
        """Decide a claimed task."""
        command = DecideTask(
            task=claimed.task,
            fence=claimed.fence,
            outcome="approved" if outcome == "approved" else "refused",
            reason=reason or f"{outcome} after review",
        )
        return self.door.perform(command, claimed.staff)

    def approve(self, number: str, *matters: str) -> TaskDecided:
        """Claim and approve the tasks of these matters; return the last decision."""
        return [self.decide(self.claim_of(number, matter), "approved") for matter in matters][-1]

    def refuse(self, number: str, matter: str, reason: str = "not entitled") -> TaskDecided:
        """Claim and refuse the task of a matter."""
        return self.decide(self.claim_of(number, matter), "refused", reason)

    def return_task(
        self, number: str, matter: str, *materials: str, reason: str = "bring it", basis: str = LEGAL_BASIS
    ) -> TaskReturned:
        """Claim the task of a matter and return it for these materials."""
        held = self.claim_of(number, matter)
        command = ReturnTask(task=held.task, fence=held.fence, materials=materials, reason=reason, legal_basis=basis)
        return self.door.perform(command, held.staff)

    def claim_of(self, number: str, matter: str, officer: str = "") -> TaskClaimed:
        """Claim the newest task of a matter."""
        task = self.task(number, matter)
        return self.claim(task["organ"], task["id"], officer)

    def approve_all(self, number: str) -> None:
        """Approve all tasks until the case is closed."""
        while pooled := [task for task in self.tasks(number) if task["state"] == "pooled"]:
            for task in pooled:
                self.decide(self.claim(task["organ"], task["id"]), "approved")

    def take_in(self, number: str, *materials: str) -> MaterialsTakenIn:
        """Take in these materials on paper."""
        return self.door.perform(TakeInMaterials(case=number, materials=paper_materials(*materials)), CLERKS[0])

    def withdraw(self, number: str) -> None:
        """Withdraw the application."""
        self.door.perform(WithdrawCase(case=number, reason="changed their mind"), CLERKS[0])

    def issue(self, number: str) -> None:
        """Issue the results of a case."""
        self.door.perform(IssueResults(case=number), CLERKS[0])

    def hand_over(self, number: str, signature: str = "王芳") -> None:
        """Hand over the results against a signature."""
        self.door.perform(HandOverResults(case=number, window="w1", personal=Signature(name=signature)), CLERKS[0])

    def select(self, table: str, *, order: tuple[str, ...] = (), **key: object) -> list[Row]:
        """Return rows like `Transaction.select`."""
        with self.store.read() as tx:
            return tx.select(table, order=order, **key)

    def case(self, number: str) -> Row:
        """Return the row of a case."""
        return self.select("cases", number=number)[0]

    def tasks(self, number: str) -> list[Row]:
        """Return the tasks of a case in order."""
        return self.select("tasks", order=("id",), case_number=number)

    def task(self, number: str, matter: str) -> Row:
        """Return the newest task of a matter."""
        return [row for row in self.tasks(number) if row["matter"] == matter][-1]

    def task_states(self, number: str) -> dict[str, str]:
        """Return the state of the newest task of each matter."""
        return {row["matter"]: row["state"] for row in self.tasks(number)}

    def queue(self, organ: str) -> list[str]:
        """Return the matters of an organ's pooled tasks, most urgent first."""
        return [row["matter"] for row in self.select("tasks", order=("rank", "id"), organ=organ, state="pooled")]

    def unprinted_notices(self, window: str = "w1") -> list[str]:
        """Return the ids of the notices of a window that are not printed yet."""
        with self.store.read() as tx:
            return [row["id"] for row in tx.query_all("cases.unprinted_notices", window=window)]

    def entries(self) -> list[Row]:
        """Return all entries of the log."""
        return list(audit.read_entries(self.store))


def clerk_of_window(window: str) -> str:
    """Return the clerk at a window."""
    return CLERKS[WINDOWS.index(window)] if window in WINDOWS else f"clerk-{window[1:]}"


@contextmanager
def reopen_office(folder: Path, clock: Clock) -> Iterator[SampleOffice]:
    """Open the office in a folder again, as another process would."""
    office = SampleOffice(open_office(folder, clock=clock), clock)
    try:
        yield office
    finally:
        office.close()
