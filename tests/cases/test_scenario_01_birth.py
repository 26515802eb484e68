"""Scenario 1, birth in one go, without the sample city: the registers are imported, the codes are those of its own
trust list."""

from __future__ import annotations

import pytest

from clerk_app.cases.dates import to_local_time
from clerk_app.composition.office import Office
from clerk_app.views.workstation import Workstation
from tests.cases.imported_city import (
    ADDRESS,
    FATHER,
    MOTHER,
    OFFICERS,
    agree,
    identify,
    make_code,
    materials,
    read_papers,
    sign_in_clerk,
)
from tests.sample_data import CITY_PIN
from tests.store_faults import find_faults

HELD = {"birth-certificate", "mother-id", "father-id", "household-register", "marriage-certificate"}
DROPPED = {"maternity-certificate", "maternity-benefit"}


@pytest.mark.wide
def test_a_birth_is_accepted_with_five_imported_materials_and_prints_one_receipt(
    new_office: Office, new_workstation: Workstation
) -> None:
    counter = sign_in_clerk(new_workstation)
    identify(counter, make_code(new_office, MOTHER))
    view = counter.begin_draft("birth")
    assert {name for name, row in materials(view).items() if row.state == "held"} == HELD - {"father-id"}
    counter.process_scan(make_code(new_office, FATHER))
    view = counter.assign_party("father")
    held = {name: row for name, row in materials(view).items() if row.state == "held"}
    assert set(held) == HELD
    assert {row.grade for row in held.values()} == {"A"}
    assert all(row.freshness and row.issuer for row in held.values())
    assert view.intake is not None
    assert {row.source for row in view.intake.fields if row.value} == {"亮证码"}  # nothing before consent

    view = agree(counter, view, "0001")
    assert view.intake is not None
    left = [row.id for row in view.intake.fields if row.required and not row.value]
    assert left == ["register_with", "mother_insured", "bank_account"]
    assert ADDRESS in {row.value for row in view.intake.fields}
    for field, value in {
        "register_with": "mother",
        "mother_insured": "no",
        "bank_account": "6222020200112233445",
    }.items():
        view = counter.fill_field(field, value)
    assert view.intake is not None
    assert {row.id: row.reason for row in view.intake.matters if row.reason} == dict.fromkeys(
        DROPPED, "母亲未参加生育保险"
    )
    counter.accept_case()

    with new_office.store.read() as tx:
        (case,) = tx.select("cases")
        tasks = {row["matter"]: row for row in tx.select("tasks")}
    assert {row["organ"] for row in tasks.values()} == set(OFFICERS.values()) - {"community"}
    assert len(tasks) == 7
    started = {matter for matter, row in tasks.items() if row["started_at"] is not None}
    assert started == {"birth-medical-certificate"}  # the household registration waits for it, the card for both
    promised = to_local_time(case["promised_at"], "Asia/Shanghai").date().isoformat()
    (receipt,) = read_papers(new_office)
    assert promised in receipt
    assert sum(row["promised_days"] for row in tasks.values()) == 9
    assert receipt.count("出生户口登记") == 1
    for officer in ("2001", "2002"):
        department = new_workstation.sign_in(officer, CITY_PIN).department
        assert department is not None
        department.claim_next()
        department.approve("")
    with new_office.store.read() as tx:
        card = tx.get("tasks", case_number=case["number"], matter="social-security-card")
    assert card is not None
    assert card["state"] == "pooled"
    assert find_faults(new_office.store) == []
