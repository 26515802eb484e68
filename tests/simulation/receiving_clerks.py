"""Actions of clerks on received cases: some applications lack something at first, and go on at any window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.receipt import ReceiveCase, ReceivedDetails
from clerk_app.cases.intake.received_opening import OpenReceived, ReturnReceived
from clerk_app.cases.intake.received_terms import ExtendReceived
from clerk_app.errors import OutOfReach, Refused
from tests.simulation.applicants import applicant_parties
from tests.simulation.application_clerks import ApplicationClerk, all_counter_actions
from tests.simulation.city_files import catalogue, person_id_number
from tests.simulation.clerks import MATERIALS, ActionResult
from tests.simulation.papers import print_paper
from tests.simulation.scenario import PERSONS

_BIRTH = "birth"


class ReceivingClerk(ApplicationClerk):
    """A clerk who also receives incomplete drafts, and completes received cases of every window of the site."""

    def receive_case(self) -> ActionResult:
        """Receive a birth without a bank account and a paper, and print what is missing."""
        visit, citizen = self.start_visit(_BIRTH)
        values = {**self._generate_values(_BIRTH, citizen), "register_with": "mother"}
        values.pop("bank_account")
        draft = self._save_draft(visit, _BIRTH, values)
        city = catalogue()
        command = ReceiveCase(
            draft=draft,
            visit=visit,
            window=self.window,
            one_thing=_BIRTH,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=tuple(GivenMaterial(material=name, how="paper") for name in MATERIALS[_BIRTH][1:]),
            personal=ReceivedDetails(
                parties=applicant_parties(_BIRTH, citizen, values), values=values, content=DraftContent(values=values)
            ),
        )
        received = self.node.perform(command, self.clerk)
        self.truth.received[received.number] = self.node.spec.node
        if self.rng.random() < 0.8:
            print_paper(self.node, self.clerk, self.window, self.rng, received.notice, "one_time")
        self.finish_visit(visit)
        return received.number

    def continue_received(self) -> ActionResult:
        """Open a received case of the site; complete and accept it, extend its period, or leave it."""
        rows = self.node.rows("received_records", order=("case_number",))
        if not rows:
            return "no received case"
        number = self.rng.choice(rows)["case_number"]
        if self.rng.random() < 0.15:
            self.node.perform(ExtendReceived(case=number, window=self.window, reason="in hospital"), self.clerk)
            return f"{number} extended"
        with suppress(OutOfReach):  # a machine that holds it works without the center
            self.node.perform(OpenReceived(case=number, window=self.window), self.clerk)
        found = self.node.rows("received_records", case_number=number)
        if not found or found[0]["content"] is None:
            return f"{number} not held"
        act = self.rng.choices(("accept", "return", "leave"), (6, 1, 1))[0]
        if act == "return":
            self.node.perform(ReturnReceived(case=number), self.clerk)
        return f"{number} {self._accept_received(number, found[0]['content']) if act == 'accept' else act}"

    def _accept_received(self, number: str, content: bytes) -> str:
        known = msgspec.json.decode(content, type=DraftContent)
        numbers = {person_id_number(at): at for at in range(PERSONS)}
        citizen = numbers[known.values["mother_id_number"]]
        visit, _citizen = self.start_visit(_BIRTH, citizen=citizen)
        values = {**known.values, "bank_account": f"62220000{self.rng.randrange(10**9):09d}"}
        self.truth.typed_values[values["bank_account"]] = (self.node.spec.node, "bank_account", _BIRTH)
        city, parties = catalogue(), applicant_parties(_BIRTH, citizen, values)
        save = SaveDraft(
            visit=visit,
            window=self.window,
            one_thing=_BIRTH,
            catalogue=city.id,
            catalogue_version=city.version,
            personal=DraftContent(values=values, received=number),
        )
        draft = self.node.perform(save, self.clerk).draft
        others = self._find_others(_BIRTH, parties, values, number)
        command = AcceptCase(
            draft=draft,
            visit=visit,
            window=self.window,
            one_thing=_BIRTH,
            catalogue=city.id,
            catalogue_version=city.version,
            chosen=None,
            materials=tuple(GivenMaterial(material=name, how="paper") for name in MATERIALS[_BIRTH]),
            duplicates=others,
            duplicate_code="insists" if others else "",
            received=number,
            personal=ReceivedDetails(parties=parties, values=values),
        )
        try:
            decision = self.node.perform(command, self.clerk)
        except Refused as refused:
            return refused.reason
        if self.rng.random() < 0.9:
            print_paper(self.node, self.clerk, self.window, self.rng, decision.notice, "receipt")
        self.finish_visit(visit)
        return "accepted"


def every_counter_action(counter: ReceivingClerk) -> dict[str, Callable[[], ActionResult]]:
    """Return the actions of a window by their names in a scenario."""
    more = {"receive": counter.receive_case, "continue": counter.continue_received}
    return {**all_counter_actions(counter), **more}
