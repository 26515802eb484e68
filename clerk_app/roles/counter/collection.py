"""Collection of results by an agent: the codes of a party of the case and of the agent, shown in the same visit."""

from __future__ import annotations

from clerk_app.cases.case_record import read_case
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.licences.identity_proof import find_proof
from clerk_app.licences.licence_verification import LicenceVerdict
from clerk_app.roles.counter.identification import find_served_person, verify_citizen_code
from clerk_app.roles.counter.release import prove_identity
from clerk_app.roles.counter.scan import ScannedCitizenCode, recognise_scan
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.views.case import Collector
from db.engines import Row, Transaction

ShownCodes = dict[tuple[str, str], str]
"""Names of the holders of codes that the center has verified, by visit and person, in the order of scanning."""


class AgentCollection:
    """The codes shown in a visit for the collection of a case's results."""

    def __init__(self, office: Office, visit: Row, case: str, shown: ShownCodes) -> None:
        self._office, self._visit, self._case, self._shown = office, visit, case, shown

    def scan(self, text: str, window: str, actor: str) -> None:
        """Let the center verify a scanned code of the party or of the agent. Raises Refused, OutOfReach.

        A printed code is enough. The holder has to be in the city's register.
        """
        scanned = recognise_scan(self._office, text)
        if not isinstance(scanned, ScannedCitizenCode):
            raise BadData("This is not the code of a citizen: scan the party's code or the agent's own code.")
        code = verify_citizen_code(self._office, scanned.code, self._visit["id"], window, actor)
        if isinstance(code, LicenceVerdict):
            raise Refused("code", code.sentences()[0])
        person = code.person
        try:
            if code.text:
                person = prove_identity(self._office, self._visit["id"], code.text, actor) or person
        except OutOfReach as error:
            raise OutOfReach(
                "The center is out of reach, so both codes cannot be verified: take a written delegation instead."
            ) from error
        if not person or code.shown is None:
            raise Refused("person", "The city does not have this person in its register: take a written delegation.")
        self._shown[self._visit["id"], person] = code.shown.name

    def read(self, tx: Transaction) -> Collector:
        """Return which of the two codes were verified, and the names of their holders."""
        case = read_case(tx, self._case)
        roles = {role.id: localize(role.name) for role in case.plan.one_thing.parties}
        parties = {row["subject"]: row for row in tx.select("parties", case_number=self._case) if row["subject"]}
        proved = self._list_proved(tx)
        applicant = case.row["applicant"]
        first = applicant if applicant in proved and applicant in parties else ""
        party = first or next((person for person in proved if person in parties), "")
        others = [person for person in proved if person != party]
        agent = next((person for person in others if person not in parties), others[0] if others else "")
        row = parties.get(party)
        if row is None:
            return Collector(agent=agent, agent_name=proved.get(agent, ""))
        name = format_party_name(row["name"], row["kind"])
        role_name = roles.get(row["role"]) or str(row["role"])
        return Collector(row["role"], role_name, name, agent=agent, agent_name=proved.get(agent, ""))

    def _list_proved(self, tx: Transaction) -> dict[str, str]:
        """Return the name of each person whose code the center has verified in the visit, by id."""
        visit = self._visit["id"]
        found = {person: name for (place, person), name in self._shown.items() if place == visit}
        served = find_served_person(self._visit)
        if served is not None and served.person and served.shown is not None:
            found = {served.person: served.shown.name, **found}
        return {person: name for person, name in found.items() if find_proof(tx, visit, person)}
