"""A paper whose print a rule refuses does not leave the program."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.licences.consent_lists import RecordConsentList
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.printing import CasePrinter
from tests.engines import sqlite_only
from tests.office import SampleOffice

pytestmark = sqlite_only


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case whose receipt is not printed, in an office with a clerk of a second site."""
    office.door.perform(RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second", level="street"), SYSTEM)
    clerk = RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2")
    office.door.perform(clerk, SYSTEM)
    return office.door.perform(office.prepare_road(), "clerk-1").number


def spooled(office: SampleOffice) -> list[str]:
    return [path.name.partition("-")[2] for path in office.office.printers.spool.list_papers()]


@pytest.mark.parametrize("earlier", [0, 1])
def test_the_print_and_the_reprint_of_another_site_leave_nothing_in_the_spool(
    office: SampleOffice, number: str, earlier: int
) -> None:
    for _ in range(earlier):
        CasePrinter(office.office, "clerk-1", "1001").print_notice(f"{number}-receipt")
    before = spooled(office), office.select("prints")
    with pytest.raises(Refused) as refused:
        CasePrinter(office.office, "clerk-5", "1005").print_notice(f"{number}-receipt")
    assert refused.value.reason == "other_site"
    assert (spooled(office), office.select("prints")) == before
    (notice,) = office.select("notices", id=f"{number}-receipt")
    assert notice["prints"] == earlier == len(before[0])


def test_a_consent_list_refused_after_it_was_written_is_withdrawn(office: SampleOffice) -> None:
    printer = office.office.printers.spool
    name = "20260506T090000000000-consent-CL-1.bin"
    printer.print_paper(name, b"paper")
    with pytest.raises(Refused), printer.withdraw_if_refused(name):
        office.door.perform(RecordConsentList(visit="no visit", licences=("x",), purpose="birth"), "clerk-1")
    assert spooled(office) == []
