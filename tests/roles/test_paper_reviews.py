"""Pre-review at the counter: what was read prefills, differs with a reason, is taken over, set aside, read again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from msgspec import structs

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import FieldRow, MaterialRow
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.department import TaskView
from clerk_app.views.paper_review import FinishedReading, ReviewValue
from clerk_app.views.workstation import Workstation
from tests.roles.paper_files import ADDRESS, TENANT, give_file, lease_reading, record
from tests.roles.test_paper_validity import accept, begin_permit, lease_of
from tests.roles.workflows import sign_in_officer

pytestmark = pytest.mark.usefixtures("english")

Code = Callable[[str], str]
REASON = "The lease has the name before her marriage."


@pytest.fixture
def digest(counter: CounterService, office: Office, code: Code) -> str:
    """The file of a lease, in a draft for a residence permit whose address was not typed."""
    begin_permit(counter, code("mother"))
    counter.fill_field("residence_address", "")
    return give_file(office, "lease", b"\xff\xd8 a page")


def field(view: CounterView, name: str) -> FieldRow:
    assert view.intake is not None
    return next(row for row in view.intake.fields if row.id == name)


def value(counter: CounterService, name: str) -> ReviewValue:
    return next(value for value in counter.review_paper("lease").values if value.id == name)


def row(view: CounterView) -> MaterialRow:
    return lease_of(view.intake)


def claim_first(workstation: Workstation) -> TaskView:
    """Claim the first task of the first organ that has one."""
    for number in range(2001, 2011):
        with suppress(Refused):
            task = sign_in_officer(workstation, str(number)).claim_next().task
            assert task is not None
            return task
    raise AssertionError("no task")


def test_a_paper_with_pages_waits_to_be_read_and_then_names_its_kind(counter: CounterService, digest: str) -> None:
    before = row(counter.read_view())
    assert (before.reading, before.state_name) == ("waiting", "validity?")
    after = row(record(counter, lease_reading(digest)))
    assert (after.reading, after.reading_headline, after.state_name) == ("done", "Lease, readable", "1 page")


def test_sure_values_fill_in_empty_fields_with_the_paper_as_their_source(counter: CounterService, digest: str) -> None:
    view = record(counter, lease_reading(digest))
    address = field(view, "residence_address")
    assert (address.value, address.source) == (ADDRESS, "read from: Lease, page 1")
    assert (row(view).valid_to, row(view).lacks_validity) == ("2031-12-31", False)


@pytest.mark.wide
def test_an_unsure_value_fills_in_nothing_and_is_offered_as_unsure(counter: CounterService, digest: str) -> None:
    view = record(counter, lease_reading(digest, unsure=("address", "valid_until")))
    assert field(view, "residence_address").value == ""
    assert row(view).lacks_validity
    offered = value(counter, "address")
    assert (offered.value, offered.state, offered.can_take) == (ADDRESS, "unsure, 87 %", True)
    taken = field(counter.take_value("lease", "address"), "residence_address")
    assert (taken.value, taken.source) == (ADDRESS, "read from: Lease, page 1")


def test_what_the_clerk_typed_is_not_replaced_but_differs_with_a_reason(counter: CounterService, digest: str) -> None:
    counter.fill_field("residence_address", "示范市中山路1号")
    view = record(counter, lease_reading(digest))
    address = field(view, "residence_address")
    assert (address.value, address.source) == ("示范市中山路1号", "typed")
    assert address.warning == f"{ADDRESS} (read from: Lease, page 1)"
    assert value(counter, "address").needs_reason
    counter.explain_difference("residence_address", REASON)
    assert (value(counter, "address").reason, value(counter, "address").needs_reason) == (REASON, False)


@pytest.mark.wide
def test_another_name_on_the_paper_needs_a_reason_that_the_officer_reads(
    counter: CounterService, workstation: Workstation, digest: str
) -> None:
    view = record(counter, lease_reading(digest, tenant="赵小燕"))
    assert (row(view).state_name, row(view).level) == ("other name?", "warn")
    assert row(view).reading_headline.startswith("Tenant: the paper has another name, 赵小燕.")
    with pytest.raises(Refused, match="Not accepted yet"):
        counter.accept_case()
    explained = counter.explain_difference("applicant_name", REASON)
    assert row(explained).reading_headline == "Lease, readable"
    intake = explained.intake
    assert intake is not None
    accept(counter, intake)
    task = claim_first(workstation)
    shown = {answer.label: answer.value for answer in task.fields}
    assert "read from: Lease, page 1" in shown["Address of residence"]
    assert REASON in shown["Name of applicant"]


def test_a_value_of_the_paper_replaces_a_typed_one_only_when_it_is_taken(counter: CounterService, digest: str) -> None:
    counter.fill_field("residence_address", "示范市中山路1号")
    record(counter, lease_reading(digest))
    assert field(counter.take_value("lease", "address"), "residence_address").value == ADDRESS
    assert not value(counter, "address").can_take


def test_a_paper_that_is_taken_back_takes_its_reading_with_it(counter: CounterService, digest: str) -> None:
    record(counter, lease_reading(digest, tenant="赵小燕"))
    view = counter.toggle_paper("lease")
    assert row(view).reading == ""
    assert field(view, "applicant_name").warning == ""
    assert field(view, "residence_address").value == ""


@pytest.mark.wide
def test_the_reading_of_another_draft_or_file_changes_nothing(counter: CounterService, digest: str) -> None:
    before = counter.read_view().intake
    counter.record_reading(FinishedReading("another", "lease", lease_reading(digest)))
    after = record(counter, lease_reading("0" * 64)).intake
    assert before is not None
    assert after is not None
    assert (after.fields, after.materials) == (before.fields, before.materials)


@pytest.mark.wide
def test_a_hint_is_set_aside_without_a_reason_and_shown_again(counter: CounterService, digest: str) -> None:
    unreadable = structs.replace(lease_reading(digest), values=(), is_readable=False)
    assert "Not enough of its text" in row(record(counter, unreadable)).reading_headline
    (finding,) = counter.review_paper("lease").findings
    view = counter.ignore_finding("lease", finding.id)
    assert row(view).reading_headline == "Lease, readable"
    assert [found.is_ignored for found in counter.review_paper("lease").findings] == [True]
    assert row(counter.ignore_finding("lease", finding.id)).reading_headline.startswith("Not enough of its text")


@pytest.mark.wide
def test_another_kind_of_paper_is_set_aside_with_a_reason(counter: CounterService, digest: str) -> None:
    wrong = structs.replace(lease_reading(digest), kind="id-card")
    assert "This looks like another paper" in row(record(counter, wrong)).reading_headline
    (finding,) = counter.review_paper("lease").findings
    view = counter.ignore_finding("lease", finding.id, "misread")
    assert row(view).reading_headline == "Identity card, readable"


@pytest.mark.wide
def test_a_paper_is_read_again(counter: CounterService, digest: str) -> None:
    record(counter, lease_reading(digest))
    view = counter.read_again("lease")
    assert (row(view).reading, view.message) == ("waiting", "Lease is read once more.")
    assert counter.review_paper("lease").state == "waiting"


@pytest.mark.wide
def test_a_draft_that_is_discarded_leaves_nothing_of_a_reading(
    counter: CounterService, office: Office, digest: str
) -> None:
    record(counter, lease_reading(digest, tenant=TENANT))
    counter.discard_draft("not needed")
    with office.store.read() as tx:
        assert tx.select("drafts") == []


@pytest.mark.wide
def test_a_paper_without_pages_has_no_review(counter: CounterService, code: Code) -> None:
    begin_permit(counter, code("mother"))
    counter.toggle_paper("lease")
    assert row(counter.read_view()).reading == ""
    with pytest.raises(Refused, match="nothing to read"):
        counter.review_paper("lease")
