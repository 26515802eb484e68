"""Papers of a case are compared with those of the same case that were read on request, for likely doubles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.composition.office import Office
from clerk_app.roles.papers.case_reviews import CaseReadings, build_case_subject, describe_compared
from clerk_app.views.counter import CounterService
from tests.roles.paper_files import give_file, lease_reading, record
from tests.roles.test_paper_validity import accept, begin_permit

pytestmark = pytest.mark.usefixtures("english")

Code = Callable[[str], str]


@pytest.fixture
def case(counter: CounterService, office: Office, code: Code) -> CaseRecord:
    """A case with two papers that have pages: a lease, and another one."""
    begin_permit(counter, code("mother"))
    counter.fill_field("residence_address", "")
    intake = record(counter, lease_reading(give_file(office, "lease", b"\xff\xd8 a lease"))).intake
    assert intake is not None
    number = accept(counter, intake)
    with office.store.read() as tx:
        found = read_case(tx, number)
    (lease,) = (row for row in found.materials if row["material"] == "lease")
    other = next(row for row in found.materials if row["material"] != "lease")
    second = {**other, "how": "paper", "content": "b" * 64}
    return replace(found, materials=(lease, second))


def reading_of(digest: str, number: str) -> PaperReading:
    """Return the reading of a real-estate certificate."""
    value = ReadValue(id="certificate_number", value=number, certainty=999, is_sure=True)
    return PaperReading(content=digest, kind="real-estate-certificate", values=(value,))


def read_both(office: Office, case: CaseRecord, numbers: tuple[str, str]) -> list[str]:
    """Read both papers of the case, and return the findings on the second one that are doubles."""
    readings = CaseReadings()
    for row, number in zip(case.materials, numbers, strict=True):
        readings.add(case.number, reading_of(str(row["content"]), number))
    with office.store.read() as tx:
        subject = build_case_subject(office, tx, case, readings.of_papers(case))
    found = subject.find_findings(str(case.materials[1]["material"]))
    return [finding.id for finding in found if finding.code == "double"]


def test_a_paper_with_the_number_of_another_one_of_its_case_may_be_the_same(office: Office, case: CaseRecord) -> None:
    assert read_both(office, case, ("示范2026不动产权第0001234号", "示范2026不动产权第0001234号")) == ["double:lease"]


@pytest.mark.wide
def test_papers_with_other_numbers_are_no_doubles(office: Office, case: CaseRecord) -> None:
    assert read_both(office, case, ("示范2026不动产权第0001234号", "示范2026不动产权第0009999号")) == []


@pytest.mark.wide
def test_readings_end_with_the_next_case_and_count_only_for_the_file_that_was_read(case: CaseRecord) -> None:
    readings, digest = CaseReadings(), str(case.materials[0]["content"])
    readings.add(case.number, reading_of(digest, "1"))
    assert set(readings.of_papers(case)) == {"lease"}
    brought_again = {**case.materials[0], "version": 2, "content": "c" * 64}
    assert readings.of_papers(replace(case, materials=(*case.materials, brought_again))) == {}
    readings.add("another case", reading_of("d" * 64, "1"))
    assert readings.of_papers(case) == {}


def test_a_line_states_how_many_of_the_other_papers_were_compared(case: CaseRecord) -> None:
    readings, name = CaseReadings(), str(case.materials[1]["material"])
    sentence = "Compared with {} of 1 other papers of the case: those that were read since it was opened."
    assert describe_compared(case, name, readings.of_papers(case)) == sentence.format(0)
    readings.add(case.number, reading_of(str(case.materials[0]["content"]), "1"))
    assert describe_compared(case, name, readings.of_papers(case)) == sentence.format(1)
    assert describe_compared(replace(case, materials=case.materials[:1]), "lease", {}) == ""
