"""A difference that the pre-review found is set aside with a reason, which the officer reads at the material."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.overruled_findings import OverruledFinding, decode_overruled
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.papers.case_reviews import build_case_subject
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.paper_review import ReviewFinding
from clerk_app.views.workstation import Workstation
from tests.roles.paper_files import change_draft, lease_reading, record
from tests.roles.test_paper_reviews import claim_first, digest, row  # noqa: F401 (digest is a fixture)
from tests.roles.test_paper_validity import accept

pytestmark = pytest.mark.usefixtures("english")

WRONG_DIGIT = "110105194912310021"
WORDS = "The register of leases has the same number."
STEP = "Correct what the pre-review found, or write down why the paper counts: Lease"


@pytest.fixture
def with_wrong_digit(counter: CounterService, digest: str) -> CounterView:  # noqa: F811
    """A draft with a lease that has a wrong check digit in a number for which the form has no field."""
    return record(counter, lease_reading(digest, landlord_id_number=WRONG_DIGIT))


def finding(counter: CounterService) -> ReviewFinding:
    (found,) = counter.review_paper("lease").findings
    return found


def steps(view: CounterView) -> list[tuple[str, str, str]]:
    assert view.intake is not None
    return [(step.kind, step.text, step.id) for step in view.intake.open_steps if step.kind == "finding"]


@pytest.mark.wide
def test_a_wrong_check_digit_of_a_number_that_no_field_has_needs_a_reason(
    counter: CounterService, with_wrong_digit: CounterView
) -> None:
    found = finding(counter)
    assert (found.id, found.needs_reason) == ("check_character:landlord_id_number", True)
    assert WRONG_DIGIT in found.sentence


def test_a_difference_without_a_reason_is_left_to_do_and_stops_the_acceptance_until_it_has_one(
    counter: CounterService, with_wrong_digit: CounterView
) -> None:
    assert steps(with_wrong_digit) == [("finding", STEP, "lease")]
    intake = with_wrong_digit.intake
    assert intake is not None
    with pytest.raises(Refused, match="Correct what the pre-review found"):
        accept(counter, intake)
    view = counter.ignore_finding("lease", finding(counter).id, "proven", WORDS)
    assert steps(view) == []
    assert row(view).reading_headline == "Lease, readable"
    assert counter.accept_case().receipt is not None


@pytest.mark.many_cases
@pytest.mark.parametrize(("why", "words"), [("", ""), ("proven", " "), ("no_such_reason", WORDS)])
def test_a_difference_is_not_set_aside_without_a_reason_of_the_list(
    counter: CounterService, with_wrong_digit: CounterView, why: str, words: str
) -> None:
    with pytest.raises(Refused, match="It differs: give the reason"):
        counter.ignore_finding("lease", finding(counter).id, why, words)
    assert not finding(counter).is_ignored


@pytest.mark.wide
def test_a_difference_that_was_set_aside_is_shown_again_without_its_reason(
    counter: CounterService, with_wrong_digit: CounterView
) -> None:
    name = finding(counter).id
    counter.ignore_finding("lease", name, "misread")
    assert (finding(counter).is_ignored, finding(counter).reason) == (
        True,
        "The program has read it wrongly: the paper agrees",
    )
    assert steps(counter.ignore_finding("lease", name)) == [("finding", STEP, "lease")]


@pytest.mark.wide
def test_the_reason_ends_with_what_was_read(
    counter: CounterService,
    with_wrong_digit: CounterView,
    digest: str,  # noqa: F811
) -> None:
    counter.ignore_finding("lease", finding(counter).id, "misread")
    counter.read_again("lease")
    view = record(counter, lease_reading(digest, landlord_id_number=WRONG_DIGIT))
    assert steps(view) == [("finding", STEP, "lease")]


@pytest.mark.wide
def test_a_finding_that_is_gone_is_not_set_aside(counter: CounterService, with_wrong_digit: CounterView) -> None:
    with pytest.raises(Refused, match="not there any more"):
        counter.ignore_finding("lease", "expired:valid_until", "misread")


def test_the_officer_reads_finding_and_reason_at_the_material(
    counter: CounterService, workstation: Workstation, office: Office, with_wrong_digit: CounterView
) -> None:
    counter.ignore_finding("lease", finding(counter).id, "proven", WORDS)
    intake = counter.read_view().intake
    assert intake is not None
    accept(counter, intake)
    with office.store.read() as tx:
        (stored,) = (paper for paper in tx.select("materials") if paper["material"] == "lease")
    assert "proven" in stored["overruled"]
    assert WRONG_DIGIT not in stored["overruled"]
    task = claim_first(workstation)
    shown = next(material.reason for material in task.materials if material.id == "lease")
    assert "Identity number of landlord, check digit?" in shown
    assert f"Another document or the register explains it: {WORDS}" in shown


@pytest.mark.wide
def test_a_reason_for_a_difference_that_was_corrected_is_not_stored(
    counter: CounterService, office: Office, with_wrong_digit: CounterView
) -> None:
    counter.ignore_finding("lease", finding(counter).id, "misread")
    change_draft(office, overruled={"lease": (OverruledFinding(finding="expired:valid_until", code="misread"),)})
    counter.ignore_finding("lease", finding(counter).id, "other_writing")
    intake = counter.read_view().intake
    assert intake is not None
    accept(counter, intake)
    with office.store.read() as tx:
        stored = {row["material"]: decode_overruled(row["overruled"]) for row in tx.select("materials")}
    assert [given.code for given in stored["lease"]] == ["other_writing"]


@pytest.mark.wide
def test_a_name_for_which_the_form_has_no_field_is_compared_with_the_party(
    counter: CounterService,
    office: Office,
    with_wrong_digit: CounterView,
    digest: str,  # noqa: F811
) -> None:
    counter.ignore_finding("lease", finding(counter).id, "misread")
    intake = counter.read_view().intake
    assert intake is not None
    number = accept(counter, intake)
    reading = lease_reading(digest, tenant="赵小燕")
    with office.store.read() as tx:
        case = read_case(tx, number)
        subject = build_case_subject(office, tx, case, {"lease": reading})
    without_fields = replace(subject, plan=replace(subject.plan, fields=()))
    assert [found.id for found in without_fields.list_own_findings("lease")] == ["other_name:tenant"]
    assert [found.id for found in subject.list_own_findings("lease")] == []


@pytest.mark.wide
def test_the_reason_is_read_in_chinese_too(counter: CounterService, with_wrong_digit: CounterView) -> None:
    counter.ignore_finding("lease", finding(counter).id, "misread")
    set_language("zh_CN")
    assert finding(counter).reason == "系统识读有误, 材料内容一致"
