"""Prints the notices of a case in an office of tests."""

from __future__ import annotations

from clerk_app.cases.notices import RecordNoticePrint
from tests.office import SampleOffice
from tests.sample_data import CLERKS


def print_notices(office: SampleOffice, number: str) -> None:
    """Print the pending notices of a case; the clocks of the tasks that wait for papers stop then."""
    for notice in office.select("notices", case_number=number, state="pending"):
        office.door.perform(RecordNoticePrint(notice=notice["id"], printed=True), CLERKS[0])
