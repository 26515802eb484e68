"""A task waits for a document of an office outside, with a term of its own that the organ watches (调档函)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.dates import list_pauses
from clerk_app.cases.tasks.external_waits import (
    BeginExternalWait,
    EndExternalWait,
    ExtendExternalWait,
    ExternalWaitBegun,
    RemindOffice,
)
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.locales import set_language
from clerk_app.roles.department.waits import list_wait_steps
from tests.cases.bundles import accept, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.clock import local_date, parse_local_time
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")

TRAFFIC, OFFICER = "excavation-traffic", "police-1"


def begin(sample: SampleOffice, number: str, matter: str = TRAFFIC, **changed: Any) -> ExternalWaitBegun:
    """Claim the task of a matter and begin to wait for a document."""
    held = sample.claim_of(number, matter)
    values = {
        "office": "Archive of the county",
        "document": "personnel file",
        "working_days": 10,
        "reason": "the file must be examined",
        **changed,
    }
    return sample.door.perform(BeginExternalWait(task=held.task, fence=held.fence, **values), held.staff)


def end(office: SampleOffice, wait: str, outcome: Any = "arrived", note: str = "", officer: str = OFFICER) -> None:
    office.door.perform(EndExternalWait(wait=wait, outcome=outcome, note=note), officer)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026, whose traffic task has four working days."""
    return office.accept_road()


def test_the_period_runs_on_unless_the_catalogue_says_otherwise(office: SampleOffice, number: str) -> None:
    begun = begin(office, number)
    assert begun.is_counted
    print_notices(office, number)
    task = office.task(number, TRAFFIC)
    assert (task["state"], local_date(task["due_at"])) == ("external", "2026-05-11")
    (wait,) = office.select("external_waits", case_number=number)
    assert local_date(wait["due_at"]) == "2026-05-19"  # ten working days; Saturday 9 May is one
    office.clock.set("2026-05-18 10:00")
    end(office, begun.wait)
    assert (office.task(number, TRAFFIC)["state"], local_date(office.task(number, TRAFFIC)["due_at"])) == (
        "pooled",
        "2026-05-11",
    )
    assert find_faults(office.store) == []


@pytest.fixture
def uncounted(office: SampleOffice) -> str:
    """Return the number of a case of one matter whose wait for another office is not counted."""
    step = {"kind": "external_wait", "name": {"zh": "调档", "en": "transfer of the file"}, "days": 20, "counted": False}
    calendars = [calendar.model_dump() for calendar in sample_city().calendars]
    catalogue = make_catalogue([make_matter("talent", organ="hr", special_steps=[step])], calendars=calendars)
    publish(office, catalogue)
    return accept(office, catalogue)


def test_an_uncounted_wait_suspends_the_period_from_its_notice(office: SampleOffice, uncounted: str) -> None:
    due_at = office.task(uncounted, "talent")["due_at"]
    begun = begin(office, uncounted, "talent")
    assert not begun.is_counted
    assert office.task(uncounted, "talent")["due_at"] == due_at  # no notice yet
    print_notices(office, uncounted)
    assert office.task(uncounted, "talent")["due_at"] is None
    assert office.case(uncounted)["promised_at"] is None
    office.clock.set("2026-05-20 10:00")
    end(office, begun.wait, officer="hr-1")
    assert office.task(uncounted, "talent")["due_at"] > due_at
    assert find_faults(office.store) == []


@postgresql_wide
def test_letter_and_notice_wait_to_be_printed_until_the_wait_ends(office: SampleOffice, number: str) -> None:
    begun = begin(office, number)
    office.door.perform(RemindOffice(wait=begun.wait), "police-2")
    kinds = {
        row["id"]: row["state"] for row in office.select("notices", case_number=number) if "external" in row["kind"]
    }
    assert set(kinds) == {begun.letter, begun.notice, f"{begun.letter}-1"}
    end(office, begun.wait)
    states = {row["id"]: row["state"] for row in office.select("notices", case_number=number) if row["id"] in kinds}
    assert set(states.values()) == {"withdrawn"}
    (wait,) = office.select("external_waits", case_number=number)
    assert (wait["reminders"], wait["outcome"]) == (1, "arrived")


@pytest.mark.wide
@postgresql_wide
def test_an_extension_replaces_the_unprinted_notice_and_moves_the_term(office: SampleOffice, number: str) -> None:
    begun = begin(office, number)
    with pytest.raises(Refused, match="reason is needed"):
        office.door.perform(ExtendExternalWait(wait=begun.wait, working_days=5, reason=""), OFFICER)
    office.door.perform(ExtendExternalWait(wait=begun.wait, working_days=5, reason="the archive moves"), OFFICER)
    (wait,) = office.select("external_waits", case_number=number)
    assert (local_date(wait["due_at"]), wait["extended_days"]) == ("2026-05-26", 5)
    states = {row["id"]: row["state"] for row in office.select("notices", kind="external_wait")}
    assert states == {begun.notice: "withdrawn", f"{begun.notice}-1": "pending"}
    print_notices(office, number)
    assert office.task(number, TRAFFIC)["due_at"] is not None
    assert find_faults(office.store) == []


@postgresql_wide
@pytest.mark.parametrize("outcome", ["without", "not_come"])
def test_to_go_on_without_the_document_needs_a_reason(office: SampleOffice, number: str, outcome: str) -> None:
    begun = begin(office, number)
    with pytest.raises(Refused, match="reason is needed"):
        end(office, begun.wait, outcome)
    end(office, begun.wait, outcome, "the archive has burnt down")
    assert office.task(number, TRAFFIC)["state"] == "pooled"
    with pytest.raises(Refused, match="has ended already"):
        end(office, begun.wait)


@postgresql_wide
@pytest.mark.parametrize("values", [{"office": " "}, {"working_days": 0}, {"working_days": 121}, {"reason": ""}])
def test_a_wait_names_office_document_days_and_reason(
    office: SampleOffice, number: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        begin(office, number, **values)


@postgresql_wide
def test_only_the_organ_of_the_task_acts_on_its_wait(office: SampleOffice, number: str) -> None:
    begun = begin(office, number)
    commands: tuple[Command[Any], ...] = (
        RemindOffice(wait=begun.wait),
        ExtendExternalWait(wait=begun.wait, working_days=5, reason="x"),
        EndExternalWait(wait=begun.wait, outcome="arrived"),
    )
    for command in commands:
        with pytest.raises(Refused, match="another organ"):
            office.door.perform(command, "health-1")


@pytest.mark.wide
@postgresql_wide
def test_a_withdrawn_application_ends_its_wait(office: SampleOffice, number: str) -> None:
    begin(office, number)
    office.withdraw(number)
    (wait,) = office.select("external_waits", case_number=number)
    assert wait["outcome"] == "ended"
    assert {row["state"] for row in office.select("notices", kind="external_letter")} == {"withdrawn"}
    assert find_faults(office.store) == []


@given(days=st.integers(0, 30), length=st.integers(0, 30), counted=st.booleans())
def test_a_wait_is_a_pause_only_if_its_time_is_not_counted(days: int, length: int, counted: bool) -> None:
    start = parse_local_time("2026-05-06 10:00") + days * 86_400_000_000
    row = {"notified_at": start, "answered_at": start + length * 86_400_000_000, "counted": counted}
    pauses = list_pauses([row], "Asia/Shanghai")
    assert pauses == [] if counted else (pauses[0][1] or date.max) >= pauses[0][0]


def test_the_wait_of_the_catalogue_is_proposed_in_both_languages(english: None) -> None:
    (step,) = list_wait_steps(sample_city().matter("talent-file-check"))
    assert (step.name, step.office, step.document, step.days) == (
        "Wait for the personnel file after the request",
        "Office that keeps the personnel file",
        "Personnel file",
        15,
    )
    set_language("zh_CN")
    (step,) = list_wait_steps(sample_city().matter("talent-file-check"))
    assert (step.office, step.document) == ("人事档案管理单位", "人事档案")
