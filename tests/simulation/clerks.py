"""Actions of clerks at the windows of a simulated city. Each public method is one action."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.intake.drafts import DiscardDraft, DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import CallNext, CallTicket, ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, ShownPerson
from clerk_app.hall.windows import SetWindowState
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from db.engines import Row
from db.json_lists import decode_json_list
from tests.doubles import find_others
from tests.simulation.applicants import OF_ENTERPRISES, applicant_name, applicant_number, applicant_parties
from tests.simulation.city_files import catalogue, clerk_id, credit_code, person_id_number, person_name
from tests.simulation.files import take_in_files
from tests.simulation.ground_truth import GroundTruth, IssuedReceipt
from tests.simulation.newer_version import Praise, build_newer_confirm_person
from tests.simulation.papers import print_paper, print_pending
from tests.simulation.programs import SimulatedNode, last_entry
from tests.simulation.scenario import ENTERPRISES, PERSONS

ActionResult = str
"""Outcome of an action in a few words, for the story of the run."""
ZONE = ZoneInfo("Asia/Shanghai")
MATERIALS = {
    "birth": ("birth-certificate", "mother-id", "household-register"),
    "passport": ("applicant-id", "applicant-household-register", "applicant-photo"),
    "road-excavation": ("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan"),
}
_DRAFT_DECODER = msgspec.json.Decoder(DraftContent)
_LICENCE_TYPES = {"birth": ("0301", "0101", "0102"), "passport": ("0101", "0102")}


class CounterClerk:
    """A clerk at a window."""

    def __init__(self, node: SimulatedNode, diary: GroundTruth, rng: Random) -> None:
        self.node, self.truth, self.rng = node, diary, rng
        self.window = node.spec.window
        self.clerk = clerk_id(self.window)

    def end_running_visit(self) -> None:
        """End the visit that is running at the window, if there is one."""
        with self.node.store.read() as tx:
            running = tx.query_one("hall.visit_at_window", window=self.window)
        if running is not None:
            act = self.rng.choice(("finish", "hold")) if running["ticket"] else "finish"
            self.node.perform(MoveTicket(visit=running["id"], act=act), self.clerk)

    def finish_visit(self, visit: str) -> None:
        """Finish a visit."""
        self.node.perform(MoveTicket(visit=visit, act="finish"), self.clerk)

    def start_visit(self, one_thing: str, visit: str = "", *, citizen: int = -1) -> tuple[str, int]:
        """Identify a citizen, any by default, who walked in or was called; return the visit and the citizen's index."""
        if not visit:
            self.end_running_visit()
            visit = self.node.perform(ServeWalkIn(window=self.window), self.clerk).visit
        if citizen < 0:
            citizen = self.rng.randrange(ENTERPRISES if one_thing in OF_ENTERPRISES else PERSONS)
        number = applicant_number(one_thing, citizen)
        self.truth.visitors[self.node.spec.node].add(number)
        shown = ShownPerson(name=applicant_name(one_thing, citizen), number=number)
        self.node.perform(
            IdentifyPerson(
                visit=visit, person="", result="green", notes="", code_key=f"code of {number}", since=0, personal=shown
            ),
            self.clerk,
        )
        is_newer = self.node.rules.get("Praise") is not None
        self.node.perform(build_newer_confirm_person(visit) if is_newer else ConfirmPerson(visit=visit), self.clerk)
        return visit, citizen

    def _collect_materials(self, one_thing: str, visit: str, citizen: int) -> tuple[GivenMaterial, ...]:
        """Return the materials: licences that the center listed, if it could be reached, and paper for all others."""
        held: dict[str, str] = {}
        if one_thing in _LICENCE_TYPES and self.rng.random() < 0.6:
            city = catalogue()
            command = FetchMaterials(
                visit=visit, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version
            )
            try:
                listed = self.node.perform(command, self.clerk).licences
                self.node.perform(GiveConsent(visit=visit, licences=listed, purpose=one_thing), self.clerk)
                held = {
                    material: f"p{citizen}-{kind}"
                    for material, kind in zip(MATERIALS[one_thing], _LICENCE_TYPES[one_thing], strict=False)
                    if f"p{citizen}-{kind}" in listed
                }
            except (Refused, OutOfReach):
                held = {}
        return tuple(
            GivenMaterial(material=name, how="licence", licence=held[name], grade="A")
            if name in held
            else GivenMaterial(material=name, how="paper")
            for name in MATERIALS[one_thing]
        )

    def _generate_values(self, one_thing: str, citizen: int) -> dict[str, str]:
        serial = f"{self.rng.randrange(10**9):09d}"
        if one_thing == "birth":
            values = {
                "child_name": f"新生{serial}",
                "child_sex": self.rng.choice(("female", "male")),
                "child_birth_date": "2026-04-20",
                "mother_name": person_name(citizen),
                "mother_id_number": person_id_number(citizen),
                "home_address": f"示范路{serial}号",
                "register_with": "mother",
                "mother_insured": self.rng.choice(("yes", "no")),
                "bank_account": f"62220000{serial}",
            }
            unique: tuple[str, ...] = ("child_name", "home_address", "bank_account")
        elif one_thing == "passport":
            values = {
                "applicant_name": person_name(citizen),
                "applicant_id_number": person_id_number(citizen),
                "passport_reason": "travel",
            }
            unique = ()
        else:
            values = {
                "enterprise_name": applicant_name(one_thing, citizen),
                "enterprise_credit_code": credit_code(citizen),
                "project_name": f"雨水管{serial}",
                "road_section": f"示范大道{serial}号",
                "excavation_depth": "medium",
                "on_main_road": "no",
                "risk_class": "ordinary",
                "excavation_area": "120",
                "works_start": "2026-06-01",
                "works_end": "2026-06-20",
            }
            unique = ("project_name", "road_section")
        for name in unique:
            self.truth.typed_values[values[name]] = (self.node.spec.node, name, one_thing)
        return values

    def _save_draft(self, visit: str, one_thing: str, values: dict[str, str]) -> str:
        city = catalogue()
        command = SaveDraft(
            visit=visit,
            window=self.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            personal=DraftContent(values=values),
        )
        return self.node.perform(command, self.clerk).draft

    # intake

    def accept_case(self, one_thing: str, visit: str = "") -> ActionResult:
        """Accept the case of a citizen who brings every material, and issue the receipt."""
        visit, citizen = self.start_visit(one_thing, visit)
        materials = take_in_files(self.node, self._collect_materials(one_thing, visit, citizen), visit)
        values = self._generate_values(one_thing, citizen)
        draft = self._save_draft(visit, one_thing, values)
        number = self._accept_draft(draft, visit, one_thing, values, materials, citizen)
        self.finish_visit(visit)
        return f"{one_thing} {number}"

    def _accept_draft(
        self,
        draft: str,
        visit: str,
        one_thing: str,
        values: dict[str, str],
        materials: tuple[GivenMaterial, ...],
        citizen: int,
        application: str = "",
    ) -> str:
        city, parties = catalogue(), applicant_parties(one_thing, citizen, values)
        others = self._find_others(one_thing, parties, values)
        command = AcceptCase(
            draft=draft,
            visit=visit,
            window=self.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=materials,
            duplicates=others,
            duplicate_code="insists" if others else "",
            application=application,
            personal=CaseDetails(parties=parties, values=values),
        )
        return self._issue_receipt(command, draft, applicant_number(one_thing, citizen))

    def _find_others(
        self, one_thing: str, parties: tuple[PartyDetails, ...], values: dict[str, str], excluded: str = ""
    ) -> tuple[str, ...]:
        """Return the numbers of the other cases of an applicant under way, as far as this node has them."""
        return find_others(self.node.store, catalogue(), one_thing, parties[0], values, excluded)

    def _issue_receipt(self, command: AcceptCase | RefuseAcceptance, draft: str, applicant: str) -> str:
        """Perform an acceptance or its refusal, record the printed receipt, and return the case number."""
        decision = self.node.perform(command, self.clerk)
        entry = last_entry(self.node, f"case/{decision.number}")
        self.truth.receipts.append(
            IssuedReceipt(
                number=decision.number,
                program=self.node.name,
                node=self.node.spec.node,
                draft=draft,
                applicant=applicant,
                at=self.truth.clock_readings[self.node.spec.node, entry["said_at"]],
                personal_digest=entry["personal_digest"],
            )
        )
        if self.rng.random() < 0.9:
            print_paper(self.node, self.clerk, self.window, self.rng, decision.notice, "receipt")
        return decision.number

    def save_draft(self) -> ActionResult:
        """Save the draft of a citizen who will come again."""
        one_thing = self.rng.choice(("birth", "passport"))
        visit, citizen = self.start_visit(one_thing)
        values = {**self._generate_values(one_thing, citizen), "register_with": "mother"}
        draft = self._save_draft(visit, one_thing, values)
        self.finish_visit(visit)
        return draft

    def _pick_draft(self) -> tuple[Row, int, dict[str, str]] | None:
        drafts = [row for row in self.node.rows("drafts", order=("id",)) if row["one_thing"] in MATERIALS]
        if not drafts:
            return None
        row = self.rng.choice(drafts)
        content = DraftContent() if row["content"] is None else _DRAFT_DECODER.decode(row["content"])
        key = "mother_id_number" if row["one_thing"] == "birth" else "applicant_id_number"
        numbers = {person_id_number(at): at for at in range(PERSONS)}
        citizen = numbers.get(content.values.get(key, ""))
        return None if citizen is None else (row, citizen, content.values)

    def accept_saved_draft(self) -> ActionResult:
        """Accept a saved draft with paper materials."""
        draft = self._pick_draft()
        if draft is None:
            return "no draft"
        row, citizen, values = draft
        materials = tuple(GivenMaterial(material=name, how="paper") for name in MATERIALS[row["one_thing"]])
        return self._accept_draft(row["id"], row["visit"], row["one_thing"], values, materials, citizen)

    def decline_acceptance(self) -> ActionResult:
        """Decline to accept a draft, and issue the notice."""
        draft = self._pick_draft()
        if draft is None:
            return "no draft"
        row, citizen, values = draft
        city = catalogue()
        command = RefuseAcceptance(
            draft=row["id"],
            visit=row["visit"],
            window=self.window,
            one_thing=row["one_thing"],
            catalogue=city.id,
            catalogue_version=city.version,
            reason="not for this city",
            personal=CaseDetails(parties=applicant_parties(row["one_thing"], citizen, values), values=values),
        )
        return self._issue_receipt(command, row["id"], applicant_number(row["one_thing"], citizen))

    def discard_draft(self) -> ActionResult:
        """Discard a draft."""
        draft = self._pick_draft()
        if draft is None:
            return "no draft"
        self.node.perform(DiscardDraft(draft=draft[0]["id"], reason="not wanted"), self.clerk)
        return str(draft[0]["id"])

    def call_next_ticket(self) -> ActionResult:
        """Call the next ticket and serve it."""
        self.end_running_visit()
        called = self.node.perform(CallNext(hall=self.node.spec.hall, window=self.window), self.clerk)
        return self._serve_ticket(called.visit)

    def call_paper_ticket(self) -> ActionResult:
        """Call a waiting ticket by its printed number and serve it."""
        self.end_running_visit()
        waiting = [row for row in self.node.rows("tickets", order=("id",)) if row["state"] in ("waiting", "held")]
        if not waiting:
            return "no ticket"
        called = self.node.perform(CallTicket(ticket=self.rng.choice(waiting)["id"], window=self.window), self.clerk)
        return self._serve_ticket(called.visit)

    def _serve_ticket(self, visit: str) -> ActionResult:
        if self.rng.random() < 0.25:
            self.node.perform(MoveTicket(visit=visit, act=self.rng.choice(("hold", "recall"))), self.clerk)
            return "held"
        return self.accept_case(self.rng.choice(("birth", "passport")), visit)

    # later stages

    def _pick_case(self, state: str) -> str:
        cases = self.node.rows("cases", order=("number",), state=state)
        return str(self.rng.choice(cases)["number"]) if cases else ""

    def take_in_materials(self) -> ActionResult:
        """Take in the materials that an organ requested; if there is no such request, some material of any case."""
        open_supplements = [row for row in self.node.rows("supplements", order=("id",)) if row["answered_at"] is None]
        if open_supplements:
            row = self.rng.choice(open_supplements)
            number, names = row["case_number"], tuple(dict.fromkeys(decode_json_list(row["materials"])))
        else:
            number = self._pick_case(self.rng.choice(("accepted", "closed")))
            if not number:
                return "no case"
            one_thing = self.node.rows("cases", number=number)[0]["one_thing"]
            names = (self.rng.choice(MATERIALS.get(one_thing, ("applicant-id",))),)
        papers = tuple(GivenMaterial(material=name, how="paper") for name in names)
        self.node.perform(TakeInMaterials(case=number, materials=papers, window=self.window), self.clerk)
        return str(number)

    def withdraw_case(self) -> ActionResult:
        """Withdraw a case."""
        number = self._pick_case("accepted")
        if not number:
            return "no case"
        self.node.perform(WithdrawCase(case=number, reason="does not want it any more"), self.clerk)
        return number

    def hand_over_case(self) -> ActionResult:
        """Issue the documents of a decided case and hand them over."""
        number = self._pick_case("closed")
        if number:
            self.node.perform(IssueResults(case=number), self.clerk)
        number = number or self._pick_case("issued")
        if not number:
            return "no case"
        signed = Signature(name="signed")
        self.node.perform(HandOverResults(case=number, window=self.window, personal=signed), self.clerk)
        return number

    def print_notices(self) -> ActionResult:
        """Answer for prints without an outcome, then print up to two notices that were not printed before."""
        return print_pending(self.node, self.clerk, self.window, self.rng)

    def settle_objection(self) -> ActionResult:
        """Settle an objection of the center."""
        objections = [row for row in self.node.rows("objections") if row["settled_at"] is None]
        if not objections:
            return "no objection"
        row = self.rng.choice(objections)
        command = SettleObjection(case=row["case_number"], number=row["number"], note="asked the applicant")
        self.node.perform(command, self.clerk)
        return f"{row['case_number']} {row['reason']}"

    def pause_window(self) -> ActionResult:
        """Pause the window and open it again."""
        self.node.perform(SetWindowState(window=self.window, state="paused"), self.clerk)
        self.node.perform(SetWindowState(window=self.window, state="open"), self.clerk)
        return "open"

    def send_praise(self) -> ActionResult:
        """Perform a command that exists only in the newer version of the program."""
        self.node.perform(Praise(window=self.window), self.clerk)
        return "heard"


def counter_actions(counter: CounterClerk) -> dict[str, Callable[[], ActionResult]]:
    """Return the actions of a window by their names in a scenario."""
    return {
        "birth": lambda: counter.accept_case("birth"),
        "passport": lambda: counter.accept_case("passport"),
        "road": lambda: counter.accept_case("road-excavation"),
        "draft": counter.save_draft,
        "accept_draft": counter.accept_saved_draft,
        "not_accept": counter.decline_acceptance,
        "discard": counter.discard_draft,
        "ticket": counter.call_next_ticket,
        "paper_ticket": counter.call_paper_ticket,
        "take_in": counter.take_in_materials,
        "withdraw": counter.withdraw_case,
        "hand_over": counter.hand_over_case,
        "print": counter.print_notices,
        "settle": counter.settle_objection,
        "renewed_window": counter.pause_window,
    }
