"""Issuer and validity of papers at the counter: typed when they are taken, seen at the next visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView, MaterialRow
from clerk_app.views.counter import CounterService
from tests.roles.test_certificates import ANSWERS
from tests.roles.workflows import agree

Code = Callable[[str], str]
FACTS = {"lease/issuer": "市房屋租赁中心", "lease/issued_on": "20260101", "lease/valid_to": "20281231"}


def begin_permit(counter: CounterService, code: str) -> IntakeView:
    """Serve the next citizen, who rents, and fill in an application for a residence permit."""
    counter.call_next("finish")
    counter.process_scan(code)
    counter.confirm_person()
    view = counter.begin_draft("residence-permit")
    for field, value in (ANSWERS | {"housing_kind": "rented"}).items():
        view = counter.fill_field(field, value)
    assert view.intake is not None
    return view.intake


def lease_of(intake: IntakeView | None) -> MaterialRow:
    assert intake is not None
    return next(row for row in intake.materials if row.id == "lease")


def accept(counter: CounterService, intake: IntakeView) -> str:
    """Take what is missing on paper, agree to what is held, and accept; return the case number."""
    agree(counter, [row.id for row in intake.materials if row.consent == "asked"])
    for row in intake.materials:
        if row.state == "missing" and row.id != "lease":
            counter.toggle_paper(row.id)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    return receipt.id[:12]


def test_a_paper_whose_validity_is_needed_counts_once_it_was_typed(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    marked = counter.toggle_paper("lease").intake
    assert (lease_of(marked).state_name, lease_of(marked).lacks_validity) == ("validity?", True)
    assert marked is not None
    assert any("until when it is valid: Lease" in gap for gap in marked.gaps)
    with pytest.raises(Refused, match="This is needed"):
        counter.describe_paper("lease", {})
    intake = counter.describe_paper("lease", FACTS).intake
    row = lease_of(intake)
    assert (row.state_name, row.issuer, row.issued_on, row.valid_to) == (
        "on paper", "市房屋租赁中心", "2026-01-01", "2028-12-31",
    )  # fmt: skip
    assert intake is not None
    number = accept(counter, intake)
    case = counter.open_case(number).case
    assert case is not None
    stored = next(row for row in case.materials if row.id == "lease")
    assert (stored.issuer, stored.issued_on, stored.valid_to) == ("市房屋租赁中心", "2026-01-01", "2028-12-31")


@pytest.mark.wide
def test_the_next_visit_shows_what_was_typed(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    counter.toggle_paper("lease")
    intake = counter.describe_paper("lease", FACTS).intake
    assert intake is not None
    first = accept(counter, intake)
    lease = lease_of(begin_permit(counter, code("mother")))
    assert (lease.state, lease.earlier_case, lease.issued_on, lease.valid_to) == (
        "held", first, "2026-01-01", "2028-12-31",
    )  # fmt: skip
    assert lease.issuer.startswith("市房屋租赁中心")
    held = next(row for row in counter.list_held_materials() if row.used_as == "lease")
    assert (held.issued_on, held.valid_to) == ("2026-01-01", "2028-12-31")


def test_an_expired_paper_is_named_at_once_and_does_not_count(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    counter.toggle_paper("lease")
    view = counter.describe_paper("lease", {"lease/valid_to": "2020-01-31"})
    assert view.message == "Lease expired on 2020-01-31 and does not count: ask for a new one."
    assert (lease_of(view.intake).state, lease_of(view.intake).level) == ("expired", "bad")
    assert view.intake is not None
    assert "Expired, ask for a new one: Lease" in view.intake.gaps
    with pytest.raises(Refused):
        accept(counter, view.intake)


@pytest.mark.wide
def test_what_was_typed_goes_with_the_paper(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    counter.toggle_paper("lease")
    counter.describe_paper("lease", FACTS)
    counter.toggle_paper("lease")
    assert lease_of(counter.toggle_paper("lease").intake).lacks_validity
    with pytest.raises(Refused, match="is not marked"):
        counter.describe_paper("applicant-photo", {})


@pytest.mark.wide
def test_the_fields_name_what_is_wrong_and_what_is_needed(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    counter.toggle_paper("lease")
    issuer, issued, end = counter.list_paper_fields(["lease"])
    assert (issuer.required, issued.required, end.required, end.error) == (False, False, True, "")
    rows = counter.list_paper_fields(["lease"], {"lease/issued_on": "2026-02-30", "lease/valid_to": "2020-01-31"})
    assert ["is not a date" in row.error for row in rows] == [False, True, False]
    assert rows[1].value == "2026-02-30"
    assert "Expired on 2020-01-31" in rows[2].warning
