"""Actions of clerks on acceptances with promises, with a co-signature and of single matters, and on late papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec import structs

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.known_by import KNOWN_BY_DELEGATION
from clerk_app.cases.promises.offers import GAP, MATTER, GivenPromise
from clerk_app.cases.promises.signed_promise import PROMISE_ROLE, build_promise_form
from clerk_app.cases.signed_form import build_signed_form
from clerk_app.cases.tasks.consent_withdrawals import WithdrawCaseConsent
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.licences.co_signatures import CoSignOnPaper, RecordSheet, SignedForm
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.licences.representations import ShowRelations
from clerk_app.people import SYSTEM
from tests.simulation.applicants import OF_ENTERPRISES, applicant_name, applicant_number, applicant_parties
from tests.simulation.city_files import catalogue, credit_code, person_id_number, person_name
from tests.simulation.clerks import MATERIALS, ActionResult
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.receiving_clerks import ReceivingClerk, every_counter_action
from tests.simulation.scenario import ENTERPRISES, PERSONS

RESIDENCE, ROAD = "residence-permit", "road-excavation"
SINGLE = "matter.occupational-health"
"""A single matter, chosen alone, that is handled by commitment."""
TALENT = "talent-settlement"
"""A one thing that the employer signs too."""
_PAPERS = {
    RESIDENCE: ("applicant-id", "applicant-photo"),
    ROAD: ("business-licence", "planning-permit", "construction-drawings", "traffic-plan"),
    SINGLE: ("business-licence",),
    TALENT: ("applicant-id", "diploma", "talent-contract", "applicant-household-register", "transfer-letter"),
}
_LATE_PAPER = "lease"


class PromisingClerk(ReceivingClerk):
    """A clerk who also accepts what the applicant promises, and takes in what was promised."""

    def start_visit(self, one_thing: str, visit: str = "", *, citizen: int = -1) -> tuple[str, int]:
        """Identify a citizen; open the window first if the service day has closed it."""
        (window,) = self.node.rows("windows", id=self.window)
        if window["state"] == "closed":
            self.node.perform(SetWindowState(window=self.window, state="open"), self.clerk)
        return super().start_visit(one_thing, visit, citizen=citizen)

    def _collect_materials(self, one_thing: str, visit: str, citizen: int) -> tuple[GivenMaterial, ...]:
        """Prove the identity first, half of the time: the center lists licences for a proved person only."""
        if self.rng.random() < 0.5:
            with suppress(Refused, OutOfReach):
                self._prove(visit, f"e{citizen}" if one_thing in OF_ENTERPRISES else f"p{citizen}")
        return super()._collect_materials(one_thing, visit, citizen)

    def _prove(self, visit: str, person: str) -> None:
        """Prove the identity of a person by a code that their phone has just made. Raises Refused or OutOfReach."""
        center = self.node.transport.center
        digest = digest_dynamic_code(f"{visit} {self.rng.getrandbits(48)}")
        with center.machine.crash_suspended():
            center.authority.door.perform(CreateDynamicCode(digest=digest, subject=person), SYSTEM)
        resolve = ResolveDynamicCode(
            digest=digest, visit=visit, window=self.window, purpose="identify", nonce=digest[:8]
        )
        self.node.perform(resolve, self.clerk)

    def accept_represented(self) -> ActionResult:
        """Accept a road excavation for an absent enterprise, whose registered representative is served."""
        at = self.rng.randrange(ENTERPRISES)
        visit, _person = self.start_visit("birth", citizen=at)
        is_shown = False
        with suppress(Refused, OutOfReach):
            self._prove(visit, f"p{at}")
            shown = self.node.perform(ShowRelations(visit=visit), self.clerk).principals
            is_shown = f"e{at}" in {principal.person for principal in shown}
        self.truth.visitors[self.node.spec.node].add(credit_code(at))
        values = self._generate_values(ROAD, at)
        (party,) = applicant_parties(ROAD, at, values)
        absent = structs.replace(party, known_by=KNOWN_BY_DELEGATION)
        outcome = self._accept(visit, ROAD, values, (absent,), MATERIALS[ROAD])
        if outcome.isdigit() and not is_shown:
            raise InvariantViolation("nobody is represented without a basis", number=outcome)
        self.finish_visit(visit)
        return f"{ROAD} represented: {outcome}"

    def accept_with_gap(self) -> ActionResult:
        """Accept a residence permit without the lease, which the applicant promises to bring."""
        return self._accept_signed(RESIDENCE, ((GAP, _LATE_PAPER),))

    def accept_by_commitment(self) -> ActionResult:
        """Accept a road excavation of low risk, or a single matter, by commitment."""
        if self.rng.random() < 0.5:
            return self._accept_signed(SINGLE, ((MATTER, SINGLE.partition(".")[2]),))
        return self._accept_signed(ROAD, tuple((MATTER, matter) for matter in catalogue().one_thing(ROAD).matters))

    def accept_co_signed(self) -> ActionResult:
        """Accept the settlement of a talent, which the employer signs; sometimes the signature is forgotten first."""
        return self._accept_signed(TALENT, ())

    def _accept_signed(self, one_thing: str, promises: Sequence[tuple[str, str]]) -> ActionResult:
        visit, citizen = self.start_visit(one_thing)
        values = self._signed_values(one_thing, citizen)
        parties = applicant_parties(one_thing, citizen, values)
        plan = make_plan(catalogue(), one_thing, None, values)
        is_signed = self.rng.random() < 0.85
        given = self._sign(visit, plan, values, promises) if promises and is_signed else ()
        if one_thing == TALENT and is_signed:
            form = build_signed_form(plan, values, parties, "employer")
            self._sign_sheet(visit, one_thing, "employer", form)
        outcome = self._accept(visit, one_thing, values, parties, _PAPERS[one_thing], given)
        if outcome.isdigit() and not is_signed:
            self.truth.unsigned.append(outcome)
        self.finish_visit(visit)
        return f"{one_thing} {outcome}"

    def _accept(
        self,
        visit: str,
        one_thing: str,
        values: dict[str, str],
        parties: tuple[PartyDetails, ...],
        papers: Sequence[str],
        promises: tuple[GivenPromise, ...] = (),
    ) -> str:
        """Accept a case with papers; return its number, or why it was refused."""
        city, draft = catalogue(), self._save_draft(visit, one_thing, values)
        others = self._find_others(one_thing, parties, values)
        command = AcceptCase(
            draft=draft,
            visit=visit,
            window=self.window,
            one_thing=one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=tuple(GivenMaterial(material=name, how="paper") for name in papers),
            duplicates=others,
            duplicate_code="insists" if others else "",
            promises=promises,
            personal=CaseDetails(parties=parties, values=values),
        )
        try:
            return self._issue_receipt(command, draft, parties[0].number)
        except Refused as refused:
            return f"refused ({refused.reason})"

    def _sign(
        self, visit: str, plan: Plan, values: dict[str, str], promises: Sequence[tuple[str, str]]
    ) -> tuple[GivenPromise, ...]:
        one_thing = plan.one_thing.id
        citizen = applicant_parties(one_thing, self._index_of(one_thing, values), values)
        form = build_promise_form(catalogue(), plan, values, citizen, promises)
        sheet, signed_at = self._sign_sheet(visit, one_thing, PROMISE_ROLE, form)
        return tuple(
            GivenPromise(kind=kind, subject=subject, sheet=sheet, signed_at=signed_at) for kind, subject in promises
        )

    def _index_of(self, one_thing: str, values: dict[str, str]) -> int:
        number = values.get("applicant_id_number") or values["enterprise_credit_code"]
        return next(at for at in range(PERSONS) if applicant_number(one_thing, at) == number)

    def _sign_sheet(self, visit: str, one_thing: str, role: str, form: dict[str, str]) -> tuple[str, int]:
        recorded = RecordSheet(visit=visit, purpose=one_thing, role=role, personal=SignedForm(form=form))
        sheet = self.node.perform(recorded, self.clerk).sheet
        self.node.perform(CoSignOnPaper(visit=visit, purpose=one_thing, role=role, sheet=sheet), self.clerk)
        (row,) = self.node.rows("co_signatures", visit=visit, purpose=one_thing, role=role)
        return sheet, row["signed_at"]

    def _signed_values(self, one_thing: str, citizen: int) -> dict[str, str]:
        if one_thing == ROAD:
            return {**self._generate_values(ROAD, citizen), "excavation_depth": "shallow", "risk_class": "low"}
        serial = f"{self.rng.randrange(10**9):09d}"
        if one_thing == SINGLE:
            return {
                "enterprise_name": applicant_name(one_thing, citizen),
                "enterprise_credit_code": credit_code(citizen),
                "hazard_class": "light",
                "exposed_workers": "3",
            }
        own = {"applicant_name": person_name(citizen), "applicant_id_number": person_id_number(citizen)}
        address = f"示范路{serial}号"
        if one_thing == RESIDENCE:
            self.truth.typed_values[address] = (self.node.spec.node, "residence_address", one_thing)
            home = {"housing_kind": "rented", "residence_address": address, "holds_residence_permit": "no"}
            return own | home | {"residence_reason": "work"}
        self.truth.typed_values[address] = (self.node.spec.node, "settle_address", one_thing)
        employer = self.rng.randrange(ENTERPRISES)
        self.truth.visitors[self.node.spec.node].add(credit_code(employer))
        return own | {
            "talent_employer": f"示范建设{employer:03d}公司",
            "talent_employer_code": credit_code(employer),
            "diploma_level": "master",
            "file_place": "市人才中心",
            "settle_address": address,
        }

    # later

    def bring_promised(self) -> ActionResult:
        """Take in a paper that was promised, in time or late."""
        rows = [row for row in self.node.rows("promises", order=("id",), kind=GAP) if row["state"] != "kept"]
        if not rows:
            return "nothing promised"
        row = self.rng.choice(rows)
        paper = GivenMaterial(material=row["subject"], how="paper", valid_to="2030-01-01")
        command = TakeInMaterials(case=row["case_number"], materials=(paper,), window=self.window)
        self.node.perform(command, self.clerk)
        return f"{row['id']} {row['state']}"

    def withdraw_consent(self) -> ActionResult:
        """Serve the holder of a licence that an open case uses, who withdraws the consent to it."""
        used = [
            row for row in self.node.rows("materials", order=("case_number", "material")) if row["how"] == "licence"
        ]
        if not used:
            return "no licence is used"
        row = self.rng.choice(used)
        citizen = int(row["licence"].partition("-")[0][1:])
        visit, _citizen = self.start_visit("birth", citizen=citizen)
        command = WithdrawCaseConsent(
            case=row["case_number"], materials=(row["material"],), visit=visit, window=self.window
        )
        try:
            self.node.perform(command, self.clerk)
        except Refused as refused:
            return f"{row['case_number']} {row['material']} {refused.reason}"
        finally:
            self.finish_visit(visit)
        return f"{row['case_number']} {row['material']} withdrawn"


def promising_actions(counter: PromisingClerk) -> dict[str, Callable[[], ActionResult]]:
    """Return the actions of a window by their names in a scenario."""
    more = {
        "gap": counter.accept_with_gap,
        "commitment": counter.accept_by_commitment,
        "represented": counter.accept_represented,
        "co_signed": counter.accept_co_signed,
        "bring_promised": counter.bring_promised,
        "withdraw_consent": counter.withdraw_consent,
    }
    return {**every_counter_action(counter), **more}
