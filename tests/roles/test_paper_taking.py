"""Papers taken in at the counter as pages: from files, page by page, kept through everything that goes wrong."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from PIL import Image

from clerk_app.cases.intake.drafts import decode_draft
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.case import IntakeView, MaterialRow
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.papers import PaperTarget, TakenPaper
from clerk_app.views.workstation import Workstation
from tests.roles.test_held_materials import begin_permit
from tests.roles.workflows import agree
from tests.sample_data import CITY_PIN
from tests.scanners.faces.portraits import portrait
from tests.scanners.papers.samples import count_squares, decode, draw_page, encode, encode_all, pdf_with_password

Code = Callable[[str], str]
DEED, CARD = "real-estate-certificate", "applicant-id"


def ignore(_pages: int) -> None:
    """Do nothing."""


@pytest.fixture
def intake(counter: CounterService, code: Code) -> IntakeView:
    return begin_permit(counter, code("mother"))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file of two pages; each has as many squares as its number."""
    path = tmp_path / "deed.tif"
    path.write_bytes(encode_all([draw_page(number, 700, 990) for number in (1, 2)]))
    return path


def row_of(view: CounterView, material: str = DEED) -> MaterialRow:
    assert view.intake is not None
    return next(row for row in view.intake.materials if row.id == material)


def add(counter: CounterService, path: Path, material: str = DEED) -> TakenPaper:
    target = counter.find_paper_target(material)
    return counter.paper_taking.add_file(target, str(path), ignore)


def read_squares(counter: CounterService, office: Office, material: str = DEED) -> list[int]:
    """Return the squares of each page of the file of a paper of the draft."""
    intake = counter.read_view().intake
    assert intake is not None
    with office.store.read() as tx:
        row = tx.get("drafts", id=intake.draft)
    assert row is not None
    file = decode_draft(row).paper_files[material]
    content = office.attachments.read(file.content)
    return [count_squares(decode(PAPER_CLIENT.page_jpeg(content, number + 1))) for number in range(file.pages)]


@pytest.mark.usefixtures("intake")
def test_a_paper_is_taken_from_a_file_and_counts_as_handed_in(
    counter: CounterService, office: Office, paper: Path
) -> None:
    pages: list[int] = []
    taken = counter.paper_taking.add_file(counter.find_paper_target(DEED), str(paper), pages.append)
    assert pages == [1, 2]
    assert [page.number for page in taken.pages] == [1, 2]
    assert "few pixels" not in " ".join(taken.pages[0].findings)
    open_row = row_of(counter.read_view())
    assert (open_row.state_name, open_row.level) == ("2 pages, open", "warn")
    row = row_of(counter.finish_paper(DEED))
    assert (row.state, row.pages, row.level) == ("paper", 2, "good")
    assert read_squares(counter, office) == [1, 2]
    assert office.open_papers.list_all() == []


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_pages_are_turned_moved_removed_and_added_also_after_the_paper_was_complete(
    counter: CounterService, office: Office, paper: Path, tmp_path: Path
) -> None:
    target, taking = counter.find_paper_target(DEED), counter.paper_taking
    add(counter, paper)
    counter.finish_paper(DEED)
    third = tmp_path / "third.png"
    third.write_bytes(encode(draw_page(3, 700, 990), "PNG"))
    assert len(taking.open_paper(target).pages) == 2
    assert len(add(counter, third).pages) == 3
    taking.move_page(target, 3, 1)
    taking.remove_page(target, 2)
    turned = taking.turn_page(target, 1)
    assert len(turned.pages) == 2
    picture = taking.draw_page(target, 1, 500)
    assert (picture.width, picture.height) == (500, 354)
    for _quarter in range(3):
        taking.turn_page(target, 1)
    counter.finish_paper(DEED)
    assert read_squares(counter, office) == [3, 2]
    with pytest.raises(Refused, match="no page 3"):
        taking.remove_page(target, 3)


@pytest.mark.usefixtures("intake")
def test_pages_that_were_taken_before_a_crash_are_offered_again(
    workstation: Workstation, counter: CounterService, paper: Path
) -> None:
    add(counter, paper)
    again = workstation.sign_in("1001", CITY_PIN).counter
    assert again is not None
    again.reopen_draft(again.list_drafts()[0].id)
    target = again.find_paper_target(DEED)
    assert again.paper_taking.open_paper(target).message == "2 pages were taken before and are kept."
    assert row_of(again.finish_paper(DEED)).pages == 2
    assert again.paper_taking.drop_paper(target).pages != ()  # what the draft has stays


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_the_same_file_for_two_materials_is_named(counter: CounterService, paper: Path) -> None:
    add(counter, paper)
    counter.finish_paper(DEED)
    taken = add(counter, paper, CARD)
    assert taken.warnings == ("The same file as for Certificate of real estate.",)
    assert row_of(counter.finish_paper(CARD, "differs", "x"), CARD).pages == 2  # a warning blocks nothing


def _materials(counter: CounterService) -> tuple[MaterialRow, ...]:
    intake = counter.read_view().intake
    assert intake is not None
    return intake.materials


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_a_file_that_is_no_paper_is_refused_with_what_to_do(counter: CounterService, tmp_path: Path) -> None:
    cat = tmp_path / "cat.pdf"
    cat.write_bytes(b"a cat")
    with pytest.raises(BadData, match="not accepted"):
        add(counter, cat)
    cat.write_bytes(pdf_with_password())
    with pytest.raises(BadData, match="protected by a password"):
        add(counter, cat)
    with pytest.raises(BadData, match="no file"):
        add(counter, tmp_path / "none.pdf")
    with pytest.raises(BadData, match="is a folder"):
        add(counter, tmp_path)
    with pytest.raises(Refused, match="No page was taken in yet"):
        counter.finish_paper(DEED)
    assert row_of(counter.read_view()).state == "missing"


@pytest.mark.usefixtures("intake")
def test_a_full_disk_is_named_and_what_was_taken_stays(
    counter: CounterService, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(counter, paper)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr("db.attachments.replace_file", fail)
        full.setattr("clerk_app.composition.open_papers.replace_file", fail)
        with pytest.raises(OutOfReach, match="could not be saved: No space left on device"):
            counter.paper_taking.turn_page(counter.find_paper_target(DEED), 1)
        with pytest.raises(OutOfReach, match="What was taken before is kept"):
            counter.finish_paper(DEED)
    assert len(counter.paper_taking.open_paper(counter.find_paper_target(DEED)).pages) == 2
    assert row_of(counter.finish_paper(DEED)).pages == 2


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_the_pages_before_the_child_was_killed_stay(counter: CounterService, tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    path.write_bytes(encode_all([draw_page(number, 700, 990) for number in (1, 2, 3)]))

    def kill(pages: int) -> None:
        if pages == 2 and PAPER_CLIENT.pid is not None:
            os.kill(PAPER_CLIENT.pid, signal.SIGKILL)

    target = counter.find_paper_target(DEED)
    taken = counter.paper_taking.add_file(target, str(path), kill)
    if len(taken.pages) == 2:  # the third may have been sent before the child ended
        assert taken.message.startswith("2 pages of the file were taken and are kept.")
    assert row_of(counter.finish_paper(DEED)).pages in (2, 3)
    assert len(counter.paper_taking.add_file(target, str(path), ignore).pages) >= 5  # the next child reads again


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_a_discarded_draft_is_restored_with_its_pages(counter: CounterService, office: Office, paper: Path) -> None:
    add(counter, paper)
    counter.finish_paper(DEED)
    add(counter, paper, CARD)
    counter.discard_draft("by mistake")
    offer = counter.read_undo()
    assert offer is not None
    view = counter.undo(offer.id)
    assert row_of(view).pages == 2
    assert row_of(view, CARD).state_name == "2 pages, open"
    assert read_squares(counter, office) == [1, 2]


@pytest.mark.wide
@pytest.mark.usefixtures("intake")
def test_a_paper_that_was_unmarked_by_mistake_comes_back_with_its_pages(counter: CounterService, paper: Path) -> None:
    add(counter, paper)
    counter.finish_paper(DEED)
    assert row_of(counter.toggle_paper(DEED)).pages == 0
    offer = counter.read_undo()
    assert offer is not None
    assert row_of(counter.undo(offer.id)).pages == 2


@pytest.mark.wide
def test_files_of_the_scanner_are_listed_the_newest_first_and_put_away(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for age, name in enumerate(("third.jpg", "second.jpg", "first.JPG", "notes.txt")):
        (folder / name).write_bytes(encode(draw_page(1, 700, 990)))
        os.utime(folder / name, (1_700_000_000 - age, 1_700_000_000 - age))
    (folder / "still-written.jpg").write_bytes(b"\xff\xd8")
    settings = structs.replace(office.settings, scan_folder=str(folder), scan_folder_after="move", page_camera="")
    taking = PaperTaking(replace(office, settings=settings))
    assert [source.id for source in taking.list_paper_sources()][:2] == ["file", "folder"]
    assert [row.name for row in taking.list_scanned_files()] == ["third.jpg", "second.jpg", "first.JPG"]
    target = PaperTarget("draft/none", DEED, "deed")
    taking.add_scanned_file(target, taking.list_scanned_files()[0].path, ignore)
    assert [row.name for row in taking.list_scanned_files()] == ["second.jpg", "first.JPG"]
    assert (folder / "taken" / "third.jpg").exists()
    none = replace(office, settings=structs.replace(office.settings, scan_folder="", page_camera=""))
    assert [source.id for source in PaperTaking(none).list_paper_sources()] == ["file"]


@pytest.mark.wide
def test_a_typed_path_is_completed(office: Office, tmp_path: Path) -> None:
    (tmp_path / "Papers").mkdir()
    for name in ("page.pdf", "paper.JPG", "plan.txt", ".p-hidden.pdf"):
        (tmp_path / "Papers" / name).touch()
    taking = PaperTaking(office)
    (folder,) = taking.list_files(f"{tmp_path}/pap")
    assert (folder.path, folder.is_folder) == (f"{tmp_path}/Papers/", True)
    assert [row.name for row in taking.list_files(folder.path)] == ["page.pdf", "paper.JPG"]
    assert [row.path for row in taking.list_files(f"{folder.path}paper")] == [f"{folder.path}paper.JPG"]
    assert taking.list_files("/nowhere/at/all") == ()


@pytest.mark.usefixtures("intake")
def test_the_case_has_the_file_and_names_its_pages(counter: CounterService, office: Office, paper: Path) -> None:
    add(counter, paper)
    counter.finish_paper(DEED)
    for row in _materials(counter):
        if row.state == "missing" and row.id != DEED:
            counter.toggle_paper(row.id)
    agree(counter, [row.id for row in _materials(counter) if row.consent == "asked"])
    receipt = counter.accept_case([case.id for case in counter.find_duplicates().cases]).receipt
    assert receipt is not None
    case = counter.open_case(receipt.id[:12]).case
    assert case is not None
    assert next(row for row in case.materials if row.id == DEED).state_name == "2 pages"
    with office.store.read() as tx:
        (stored,) = tx.select("materials", case_number=case.number, material=DEED)
        assert tx.get("contents", digest=stored["content"]) is not None


@pytest.mark.wide
def test_a_photo_that_is_taken_in_is_checked_and_can_be_kept_in_spite_of_its_findings(
    counter: CounterService, office: Office, tmp_path: Path
) -> None:
    target = PaperTarget("draft/x", "applicant-photo", "Photo")
    taking = PaperTaking(office)
    Image.fromarray(portrait()).resize((200, 246)).save(tmp_path / "photo.jpg", quality=95)
    taken = taking.add_file(target, str(tmp_path / "photo.jpg"), ignore)
    assert [warning for warning in taken.warnings if "200 pixels wide" in warning]
    lease = taking.add_file(PaperTarget("draft/x", DEED, "Deed"), str(tmp_path / "photo.jpg"), ignore)
    assert not [warning for warning in lease.warnings if "pixels wide" in warning]
    with pytest.raises(Refused):
        taking.complete(target.owner, target.material)
    taking.overrule_photo(target, "meets")
    assert taking.complete(target.owner, target.material).pages == 1
