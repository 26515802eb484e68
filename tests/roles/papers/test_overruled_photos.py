"""Overruling the findings on a photo needs a reason, which is stored with the findings and shown to officers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from clerk_app.cases.intake.drafts import decode_draft
from clerk_app.cases.overruled_photos import OverruledPhoto, decode_flaws
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.views.counter import CounterService
from clerk_app.views.papers import TakenPaper
from clerk_app.views.workstation import Workstation
from tests.roles.test_held_materials import begin_permit
from tests.roles.workflows import agree, approve_all, sign_in_officer
from tests.scanners.faces.portraits import portrait

Code = Callable[[str], str]
PHOTO = "applicant-photo"
FIRST_OFFICERS, OFFICER = ("2010",), "2002"  # of the organ that decides residence permits


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A portrait photo of too few pixels."""
    Image.fromarray(portrait()).resize((200, 246)).save(tmp_path / "small.jpg", quality=95)
    return tmp_path / "small.jpg"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A portrait photo without findings."""
    Image.fromarray(portrait()).crop((0, 0, 480, 591)).resize((358, 441)).save(tmp_path / "good.jpg", quality=95)
    return tmp_path / "good.jpg"


def add(counter: CounterService, file: Path) -> TakenPaper:
    return counter.paper_taking.add_file(counter.find_paper_target(PHOTO), str(file), lambda _pages: None)


def overrule(counter: CounterService, code: str, reason: str = "") -> TakenPaper:
    return counter.paper_taking.overrule_photo(counter.find_paper_target(PHOTO), code, reason)


def accept(counter: CounterService) -> str:
    """Take everything else on paper, agree to what is held, accept, and return the case number."""
    intake = counter.read_view().intake
    assert intake is not None
    for row in intake.materials:
        if row.state == "missing":
            counter.toggle_paper(row.id)
    agree(counter, [row.id for row in intake.materials if row.consent == "asked"])
    receipt = counter.accept_case([case.id for case in counter.find_duplicates().cases]).receipt
    assert receipt is not None
    return receipt.id[:12]


def read_photo(office: Office, draft: str) -> OverruledPhoto | None:
    """Return what the file of the photo in a draft states of its check."""
    with office.store.read() as tx:
        stored = tx.get("drafts", id=draft)
    assert stored is not None
    return decode_draft(stored).paper_files[PHOTO].photo


def test_a_photo_with_findings_becomes_a_paper_of_a_draft_only_with_a_reason(
    counter: CounterService, office: Office, code: Code, small: Path
) -> None:
    draft = begin_permit(counter, code("mother")).draft
    assert add(counter, small).photo_findings == "few pixels"
    with pytest.raises(Refused, match="few pixels"):
        counter.finish_paper(PHOTO)
    with pytest.raises(Refused):
        overrule(counter, "other", "  ")
    with pytest.raises(Refused):
        overrule(counter, "unknown", "x")
    assert overrule(counter, "other", " born yesterday ").photo_findings == ""
    view = counter.finish_paper(PHOTO)
    assert view.intake is not None
    row = next(row for row in view.intake.materials if row.id == PHOTO)
    assert row.reason.endswith("photo check: few pixels; taken because: Another reason: born yesterday")
    photo = read_photo(office, draft)
    assert photo is not None
    assert ([flaw.code for flaw in photo.flaws], photo.code, photo.reason) == (
        ["few_pixels"],
        "other",
        "born yesterday",
    )


@pytest.mark.wide
def test_a_photo_without_findings_asks_nothing_and_other_pages_need_a_reason_again(
    counter: CounterService, office: Office, code: Code, small: Path, good: Path
) -> None:
    draft = begin_permit(counter, code("mother")).draft
    target, taking = counter.find_paper_target(PHOTO), counter.paper_taking
    add(counter, small)
    assert overrule(counter, "no_better").photo_findings == ""
    taking.remove_page(target, 1)
    assert add(counter, small).photo_findings
    taking.drop_paper(target)
    assert add(counter, good).photo_findings == ""
    assert overrule(counter, "meets").photo_findings == ""  # there is nothing to overrule, and nothing is recorded
    counter.finish_paper(PHOTO)
    assert read_photo(office, draft) is None


def test_the_officer_reads_findings_and_reason_in_both_languages(
    counter: CounterService, office: Office, workstation: Workstation, code: Code, small: Path
) -> None:
    begin_permit(counter, code("mother"))
    add(counter, small)
    overrule(counter, "no_better")
    counter.finish_paper(PHOTO)
    number = accept(counter)
    with office.store.read() as tx:
        (row,) = tx.select("materials", case_number=number, material=PHOTO)
    (flaw,) = decode_flaws(row["photo_findings"])
    assert (flaw.code, flaw.measured, flaw.limit) == ("few_pixels", 200, 358)
    assert (row["photo_code"], row["photo_reason"]) == ("no_better", "")
    case = counter.open_case(number).case
    assert case is not None
    assert any("photo check: few pixels" in line.action for line in case.history)
    approve_all(workstation, FIRST_OFFICERS)
    officer = sign_in_officer(workstation, OFFICER)
    task = officer.claim_next().task
    assert task is not None
    shown = next(row for row in task.materials if row.id == PHOTO)
    assert "photo check: few pixels; taken because: No better one possible" in shown.reason
    facts = {fact.label: fact.value for fact in officer.open_material(PHOTO).facts}
    assert "200 pixels wide" in facts["Photo check"]
    assert "infant" in facts["Taken because"]
    set_language("zh_CN")
    facts = {fact.label: fact.value for fact in officer.open_material(PHOTO).facts}
    assert "婴幼儿" in facts["仍予收取的理由"]
    assert "200" in facts["照片预检"]


@pytest.mark.wide
def test_a_photo_that_is_brought_for_a_running_case_needs_the_reason_too(
    counter: CounterService, office: Office, code: Code, small: Path
) -> None:
    begin_permit(counter, code("mother"))
    number = accept(counter)  # with a print of the photo
    counter.open_case(number)
    add(counter, small)
    with pytest.raises(Refused, match="few pixels"):
        counter.receive_supplements([PHOTO])
    overrule(counter, "for_now")
    view = counter.receive_supplements([PHOTO])
    assert "Taken in." in view.message
    with office.store.read() as tx:
        *_before, row = tx.select("materials", case_number=number, material=PHOTO, order=("version",))
    assert (row["photo_code"], [flaw.code for flaw in decode_flaws(row["photo_findings"])]) == (
        "for_now",
        ["few_pixels"],
    )


@pytest.mark.wide
def test_a_photo_that_the_city_holds_is_checked_as_advice_when_it_is_shown(counter: CounterService, code: Code) -> None:
    intake = begin_permit(counter, code("elder"))
    row = next(row for row in intake.materials if row.id == PHOTO)
    assert row.state == "held"
    counter.record_consent([PHOTO, "applicant-id"])
    counter.release_materials("0007")
    view = counter.open_material(PHOTO)
    assert view.picture is not None
    assert view.find_advice is not None
    assert view.find_advice() == ()
    assert counter.open_material("applicant-id").find_advice is None


@pytest.mark.wide
def test_a_photo_of_an_earlier_case_is_checked_as_advice_in_the_page_viewer(
    counter: CounterService, code: Code, small: Path
) -> None:
    begin_permit(counter, code("mother"))
    add(counter, small)
    overrule(counter, "meets")
    counter.finish_paper(PHOTO)
    accept(counter)
    intake = begin_permit(counter, code("mother"))
    agree(counter, [row.id for row in intake.materials if row.consent == "asked"])
    view = counter.open_material(PHOTO)
    assert view.is_paper
    assert view.pages is not None
    assert "photo check: few pixels" in view.pages.list_findings(0)
