"""Opening the file of a paper as officer and as clerk: what is shown, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.access_lines import describe_access
from clerk_app.views.counter import CounterService
from clerk_app.views.department import DepartmentService
from clerk_app.views.page_view import PagePart
from clerk_app.views.workstation import Workstation
from tests.city_policy import publish_policy
from tests.roles.papers.conftest import PAPER, PaperCase
from tests.roles.test_held_materials import begin_permit
from tests.roles.workflows import sign_in_officer
from tests.scanners.papers.samples import draw_page, encode_all

WHOLE = PagePart(0, 0, 1, 1)


@pytest.fixture
def officer(workstation: Workstation, paper_case: PaperCase) -> DepartmentService:
    service = sign_in_officer(workstation, "2001")
    service.claim_next()
    return service


def test_an_officer_sees_the_page_of_a_paper_with_purpose_time_and_number(officer: DepartmentService) -> None:
    view = officer.open_material(PAPER)
    assert view.is_paper
    assert view.pages is not None
    assert view.pages.count_pages() == 1
    picture = view.pages.draw_part(0, 0, WHOLE, 60, 84)
    assert len(set(picture.rgb)) > 20
    assert view.pages.watermark.startswith("For A child is born only, until ")
    assert view.pages.watermark.endswith("opened by 2001")


def test_the_opening_of_a_paper_is_recorded_before_it_is_seen(officer: DepartmentService, office: Office) -> None:
    officer.open_material(PAPER)
    with office.store.read() as tx:
        rows = tx.query_all("ledger.entries_after", position=0, many=10_000)
    assert rows[-1]["kind"] == "LookAt"


@pytest.mark.wide
def test_the_citizens_report_names_the_officer_who_opened_the_paper(
    officer: DepartmentService, office: Office, paper_case: PaperCase
) -> None:
    officer.open_material(PAPER)
    with office.store.read() as tx:
        case = tx.get("cases", number=paper_case.number)
        assert case is not None
        accesses = list_accesses(tx, case["applicant"])
        lines = [describe_access(tx, access, office.local_time(access.at)) for access in accesses]
    assert any("2001  opened a paper or result of the case" in line for line in lines)


@pytest.mark.wide
def test_a_page_ends_after_the_minutes_that_the_city_sets(office: Office, officer: DepartmentService) -> None:
    publish_policy(office, paper_view_minutes=480)
    longer = officer.open_material(PAPER)
    assert longer.watermark != ""
    assert longer.pages is not None
    assert longer.pages.watermark == longer.watermark


@pytest.mark.wide
def test_a_file_that_is_not_here_is_a_sentence_on_what_to_do(
    office: Office, officer: DepartmentService, paper_case: PaperCase
) -> None:
    office.attachments.remove(paper_case.digest)
    view = officer.open_material(PAPER)
    assert view.pages is not None
    with pytest.raises(OutOfReach, match="not kept here"):
        view.pages.count_pages()


@pytest.mark.wide
def test_a_turned_page_is_drawn_in_its_turned_shape(officer: DepartmentService) -> None:
    view = officer.open_material(PAPER)
    assert view.pages is not None
    upright = view.pages.draw_part(0, 0, WHOLE, 42, 60)
    turned = view.pages.draw_part(0, 1, WHOLE, 60, 42)
    assert (turned.width, turned.height) == (60, 42)
    assert turned.rgb[:3] == upright.rgb[(upright.height - 1) * upright.width * 3 :][:3]


@pytest.mark.wide
def test_a_clerk_sees_the_paper_of_an_accepted_case(
    workstation: Workstation, counter: CounterService, paper_case: PaperCase
) -> None:
    del workstation
    counter.open_case(paper_case.number)
    view = counter.open_material(PAPER)
    assert view.is_paper
    assert view.pages is not None
    assert view.pages.count_pages() == 1


@pytest.mark.wide
def test_the_clerk_sees_a_paper_of_a_draft_as_it_was_taken_in(
    counter: CounterService, code: Callable[[str], str], tmp_path: Path
) -> None:
    begin_permit(counter, code("mother"))
    deed = tmp_path / "deed.tif"
    deed.write_bytes(encode_all([draw_page(1), np.full((1400, 990, 3), 255, np.uint8)]))
    target = counter.find_paper_target("real-estate-certificate")
    counter.paper_taking.add_file(target, str(deed), lambda _count: None)
    counter.finish_paper("real-estate-certificate")
    view = counter.open_material("real-estate-certificate")
    assert view.is_paper
    assert {fact.label: fact.value for fact in view.facts}["Pages"] == "2 pages"
    assert view.pages is not None
    assert view.pages.count_pages() == 2
    assert [view.pages.list_findings(page) for page in range(2)] == [(), ("The page is blank.",)]
    assert "Residence permit" in view.watermark
