"""What the list of a received case names, and nothing more, completes the application."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.missing import MissingItem, decode_missing
from clerk_app.errors import Refused
from clerk_app.hall.ticket_moves import MoveTicket
from tests.cases.receiving import continue_birth, receipt_of, record_of
from tests.engines import sqlite_only
from tests.office import BIRTH, SampleOffice

FIELDS = ("child_birth_date", "home_address", "register_with", "mother_insured", "bank_account")
MATERIALS = ("birth-certificate", "mother-id", "household-register")
BROKEN = {"child_birth_date": "2031-02-30", "mother_insured": "perhaps", "bank_account": "12"}


def restrict(command: AcceptCase, before: AcceptCase, named: tuple[MissingItem, ...]) -> AcceptCase:
    """Return a complete command with only what was there before and what was named."""
    assert command.personal is not None
    assert before.personal is not None
    brought = {item.id for item in named} | {material.material for material in before.materials}
    answers = {item.id: BIRTH[item.id] for item in named if item.id in BIRTH}
    details = structs.replace(command.personal, values=before.personal.values | answers)
    materials = tuple(material for material in command.materials if material.material in brought)
    return structs.replace(command, materials=materials, personal=details)


@sqlite_only
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    empty=st.sets(st.sampled_from(FIELDS)),
    broken=st.sets(st.sampled_from(sorted(BROKEN))),
    absent=st.sets(st.sampled_from(MATERIALS)),
    left_out=st.integers(0, 20),
)
def test_exactly_what_the_list_names_is_enough_and_necessary(
    office: SampleOffice, empty: set[str], broken: set[str], absent: set[str], left_out: int
) -> None:
    changed = {name: BROKEN[name] for name in broken} | dict.fromkeys(empty, "")
    if not (changed or absent):
        return
    whole = office.prepare_birth()
    assert whole.personal is not None
    details = structs.replace(whole.personal, values=BIRTH | changed)
    materials = tuple(material for material in whole.materials if material.material not in absent)
    before = structs.replace(whole, materials=materials, personal=details)
    number = office.door.perform(receipt_of(before), "clerk-1").number
    office.door.perform(MoveTicket(visit=whole.visit, act="finish"), "clerk-1")
    named = decode_missing(record_of(office, number)["missing"])

    command = continue_birth(office, number)
    spared = named[left_out % len(named)]
    with pytest.raises(Refused) as refused:
        office.door.perform(restrict(command, before, tuple(item for item in named if item != spared)), "clerk-1")
    assert refused.value.reason == "incomplete"
    assert office.accept(restrict(command, before, named)) == number
