"""One department refuses while two have issued, and a catalogue that changes while a case is under way."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.parts import HandOverPart
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.people import SYSTEM
from clerk_app.roles.printing import CasePrinter
from tests.clock import local_date
from tests.office import SampleOffice, find_faults

PIPES, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"

pytestmark = [pytest.mark.wide, pytest.mark.usefixtures("english")]


def test_a_refusal_leaves_the_results_that_two_departments_have_issued(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, PIPES, ROAD)
    party = next(row["role"] for row in office.select("parties", case_number=number))
    name = str(office.case(number)["applicant_name"])
    part = HandOverPart(
        case=number,
        window="w1",
        matters=(PIPES, ROAD),
        cause="the works begin on Monday",
        role=party,
        known_by="document",
        visit=office.serve("stranger"),
        personal=Signature(name=name, signer="员工甲"),
    )
    office.door.perform(part, "clerk-1")
    office.move_ticket("finish")
    office.refuse(number, TRAFFIC, "the plan closes the only way to the hospital")
    assert office.task_states(number) == {PIPES: "approved", ROAD: "approved", TRAFFIC: "refused"}
    office.issue(number)
    office.hand_over(number, name)
    assert office.case(number)["state"] == "delivered"
    decisions = {row["task"]: row for row in office.select("decisions")}
    assert sorted(row["outcome"] for row in decisions.values()) == ["approved", "approved", "refused"]
    assert len({row["signer"] for row in decisions.values()}) == 3
    with office.store.read() as tx:
        lists = tx.select("notices", case_number=number, kind="hand_over")
    texts = [
        " ".join(" ".join(CasePrinter(office.office, "clerk-1", "1000").print_notice(row["id"]).lines).split())
        for row in sorted(lists, key=lambda row: row["made_at"])
    ]
    assert "Permit to dig up a road" in texts[0]
    assert "the plan closes the only way to the hospital" not in texts[0]
    assert find_faults(office.store) == []


def test_a_case_keeps_the_version_of_the_catalogue_under_which_it_was_accepted(office: SampleOffice) -> None:
    first = office.accept_road()
    catalogue = office.office.catalogue()
    slower = tuple(
        matter.model_copy(update={"promised_days": 9, "materials": (*matter.materials, "safety-plan")})
        if matter.id == ROAD
        else matter
        for matter in catalogue.matters
    )
    bundles = tuple(
        thing.model_copy(update={"promised_days": 9}) if thing.id == "road-excavation" else thing
        for thing in catalogue.one_things
    )
    changed = catalogue.model_copy(update={"version": catalogue.version + 1, "matters": slower, "one_things": bundles})
    content = changed.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=changed.id, version=changed.version, content=content), SYSTEM)
    with office.store.read() as tx:
        case = read_case(tx, first)
    assert case.catalogue.version == catalogue.version
    assert case.plan.promised_days == 5
    assert "safety-plan" not in {need.material.id for need in case.plan.materials}
    assert local_date(office.case(first)["promised_at"]) == "2026-05-12"
    office.approve_all(first)
    office.issue(first)
    office.hand_over(first, str(office.case(first)["applicant_name"]))
    assert office.case(first)["state"] == "delivered"
    assert find_faults(office.store) == []
