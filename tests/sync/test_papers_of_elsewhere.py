"""Papers taken in elsewhere than at the window: at the reception, at a department, on the citizen's phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.papers.visit_papers import VisitPaperTaking
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.views.papers import PaperTarget
from db.engines import Row
from tests.city_policy import UNLIMITED, publish_policy
from tests.office import SampleOffice, find_faults
from tests.sample_node import PHONE_ADDRESS, RunningCenter
from tests.scanners.papers.samples import draw_page, encode
from tests.sync.test_attachments import close_windows, ignore_progress, open_window

pytestmark = pytest.mark.usefixtures("english")
TARGET = PaperTarget("draft/d1", "lease", "Lease")


def ignore(_pages: int) -> None:
    """Do nothing."""


def scan(number: int) -> bytes:
    """A scan that differs from others by the squares on it."""
    return encode(draw_page(number, 700, 990))


def visit_of(office: SampleOffice, window: str = "w1") -> Row | None:
    with office.store.read() as tx:
        return tx.query_one("hall.visit_at_window", window=window)


def taking_at(office: SampleOffice, *, of: Office | None = None) -> VisitPaperTaking:
    return VisitPaperTaking(of or office.office, "clerk-1", lambda: visit_of(office))


def test_a_paper_of_the_reception_becomes_pages_at_the_window_that_calls_the_ticket(office: SampleOffice) -> None:
    reception = OfficeReception(office.office, office.select("staff", id="clerk-1")[0])
    ticket, other = office.take_ticket(), office.take_ticket()
    target = reception.find_ticket_paper(ticket)
    reception.paper_taking.add_content(target, scan(2), "file", ignore)
    view = reception.finish_ticket_paper(ticket)
    assert view.message == "Taken in for A001: the window that calls it sees the paper, and nobody else."
    assert [option.name for option in reception.list_ticket_papers(ticket)] == ["Paper 1"]
    assert reception.paper_taking.open_paper(target).pages == ()
    reception.paper_taking.add_content(reception.find_ticket_paper(other), scan(3), "file", ignore)
    reception.finish_ticket_paper(other)
    office.call_next()
    window = taking_at(office)
    assert window.announce_reception_papers().startswith("1 paper was taken in at reception.")
    assert window.list_paper_sources()[-1].id == "reception"
    (row,) = window.list_arrived("reception")
    assert len(window.add_arrived(TARGET, "reception", row.path, ignore).pages) == 1
    assert len(window.add_arrived(TARGET, "reception", row.path, ignore).pages) == 1  # the same file again
    (foreign,) = office.select("ticket_papers", ticket=other)
    with pytest.raises(Refused):
        window.add_arrived(TARGET, "reception", foreign["id"], ignore)
    office.move_ticket("finish")
    run_due_commands(office.office)
    assert window.list_arrived("reception") == ()
    assert len(window.open_paper(TARGET).pages) == 1  # what was taken into a draft is a paper of its own
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_paper_is_removed_by_the_reception_and_scanned_for_a_called_ticket_no_more(office: SampleOffice) -> None:
    reception = OfficeReception(office.office, office.select("staff", id="clerk-1")[0])
    ticket = office.take_ticket()
    target = reception.find_ticket_paper(ticket)
    reception.paper_taking.add_content(target, scan(1), "file", ignore)
    reception.finish_ticket_paper(ticket)
    (paper,) = reception.list_ticket_papers(ticket)
    assert reception.remove_ticket_paper(paper.id).message == "Removed from A001."
    reception.paper_taking.add_content(target, scan(1), "file", ignore)
    office.call_next()
    with pytest.raises(Refused) as caught:
        reception.finish_ticket_paper(ticket)
    assert caught.value.reason == "not_waiting"
    assert len(reception.paper_taking.open_paper(target).pages) == 1  # the pages are kept


@pytest.mark.wide
def test_an_officer_takes_in_the_pages_of_a_requested_paper(office: SampleOffice) -> None:
    number = office.accept_road()
    office.return_task(number, "excavation-traffic", "traffic-plan")
    papers = OfficeDepartment(office.office, office.select("staff", id="police-1")[0]).requested_papers
    (row,) = papers.list_requested()
    assert (row.case, [option.id for option in row.materials]) == (number, ["traffic-plan"])
    target = papers.find_target(number, "traffic-plan")
    papers.paper_taking.add_content(target, scan(4), "file", ignore)
    assert papers.list_fields(number, ["traffic-plan"])
    sentence = papers.take_in(number, ["traffic-plan"], {})
    assert sentence == "Taken in. The time limit runs again; the receipt is printed at the window of the case."
    material = office.select("materials", case_number=number, material="traffic-plan", order=("version",))[-1]
    assert (material["pages"], material["media_type"], material["taken_by"]) == (1, "image/jpeg", "police-1")
    assert office.office.attachments.is_kept(material["content"])
    assert papers.list_requested() == ()
    assert (
        OfficeDepartment(office.office, office.select("staff", id="health-1")[0]).requested_papers.list_requested()
        == ()
    )
    assert find_faults(office.store) == []


@contextmanager
def window_with_phone(served: RunningCenter, folder: Path) -> Iterator[tuple[SampleOffice, VisitPaperTaking]]:
    """A window of the center that serves somebody, and its way of taking papers in."""
    window, line = open_window(served, folder, window="w1")
    window.serve("mother", "w1")
    line.sync_now(ignore_progress)
    yield window, taking_at(window, of=replace(window.office, connection=line))
    close_windows((window, line))


def path_of(taking: VisitPaperTaking) -> str:
    """The path of the link whose code is shown."""
    assert taking._link is not None
    assert len(taking.open_phone_link().code) <= 19  # rows of a terminal
    return taking._link.address.removeprefix(PHONE_ADDRESS)


def send(served: RunningCenter, taking: VisitPaperTaking, *contents: bytes) -> None:
    """Send files by the link of a window, as its page does."""
    files = [("file", ("x", content)) for content in contents]
    assert served.client.post(path_of(taking), files=files).is_success


@pytest.mark.wide
def test_pictures_of_a_phone_become_pages_and_leave_the_center(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    publish_policy(office.office, **UNLIMITED)
    with window_with_phone(served, tmp_path / "w1") as (window, taking):
        assert taking.list_paper_sources()[-1].id == "phone"
        link = taking.open_phone_link()
        assert taking.list_arrived("phone") == ()
        send(served, taking, scan(1), scan(2))
        assert [row.name for row in taking.list_arrived("phone")] == ["File 1", "File 2"]
        assert len(taking.add_arrived(TARGET, "phone", "1", ignore).pages) == 1
        assert [row.path for row in taking.list_arrived("phone")] == ["2"]
        assert taking.open_phone_link() == link  # the same link while it is valid
        assert len(taking.add_arrived(TARGET, "phone", "2", ignore).pages) == 2
        digests = {page.source for page in window.office.open_papers.list_all()[0].pages}
        assert digests == {sha256(scan(1)).hexdigest(), sha256(scan(2)).hexdigest()}
        send(served, taking, scan(3))
        path = path_of(taking)
        taking.close_phone_link()
        assert served.client.get(path).status_code == 410


@pytest.mark.wide
def test_a_line_that_is_cut_loses_no_picture_and_adds_none_twice(
    served: RunningCenter, office: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with window_with_phone(served, tmp_path / "w1") as (_window, taking):
        taking.open_phone_link()
        send(served, taking, scan(1))
        uploads = taking._require_channel().uploads
        original = uploads.delete_file

        def cut(*_: object) -> None:
            raise OutOfReach("The line is cut.")

        monkeypatch.setattr(uploads, "delete_file", cut)
        assert len(taking.add_arrived(TARGET, "phone", "1", ignore).pages) == 1
        monkeypatch.setattr(uploads, "delete_file", original)
        assert [row.path for row in taking.list_arrived("phone")] == ["1"]
        assert len(taking.add_arrived(TARGET, "phone", "1", ignore).pages) == 1
        assert taking.list_arrived("phone") == ()
