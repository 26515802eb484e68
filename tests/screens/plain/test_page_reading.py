"""A paper in the linear mode: facts, pages, what they lack, and their text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from clerk_app.errors import OutOfReach
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.viewing import FilePages
from clerk_app.roles.text_client import TEXT_CLIENT
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue
from tests.scanners.papers.samples import encode
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_pages import LINES, NOW, draw_lease, open_pages

pytestmark = pytest.mark.usefixtures("english")


class PaperDepartment(SampleDepartmentService):
    """A queue in memory, whose materials are one paper."""

    pages: FilePages

    def open_material(self, material: str) -> MaterialView:
        super().open_material(material)
        facts = (LabelledValue("Came in", "2026-11-30"),)
        return MaterialView("Lease", facts, None, self.pages.watermark, pages=self.pages, is_paper=True)


class RecognisedPages(FilePages):
    """Pages whose text was recognised: the process that does it takes too long for a test of questions."""

    @property
    def can_be_read(self) -> bool:
        return True

    def read_text(self, page: int) -> tuple[str, ...]:
        return tuple(text for text, _size in LINES[:2])


@pytest.fixture(autouse=True, scope="module")
def _ended_child() -> Iterator[None]:
    yield
    PAPER_CLIENT.close()


def office_with(pages: FilePages) -> TwoPersons:
    office = TwoPersons()
    office.department = PaperDepartment()
    office.department.pages = pages
    return office


async def read_paper(pages: FilePages, *answers: tuple[str, str]) -> str:
    """Open the paper of a task, answer what is asked, and return what was read out."""
    async with linear_mode(office_with(pages), "2001") as reader:
        await reader.answer("Queue:", "F2")
        await reader.answer("Task:", "material")
        await reader.answer("Number or letters:", "1")
        told = [await reader.answer(prompt, answer) for prompt, answer in answers]
        told.append(await reader.answer("Task:"))
        reader.check_output()
    return " ".join(" ".join(told).split())


async def test_facts_purpose_pages_and_what_they_lack_are_read_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TEXT_CLIENT, "is_installed", lambda: False)
    blank = encode(np.full((1400, 990, 3), 255, np.uint8))
    text = await read_paper(open_pages(lambda: PAPER_CLIENT.join([draw_lease(), blank])))
    for line in (
        "Came in: 2026-11-30",
        "For Residence permit only, until 2026-11-30 10:00, opened by 2003",
        "Pages: 2.",
        "warning: page 2 of 2, The page is blank.",
        "the optional package `text` is not installed",
    ):
        assert line in text


@pytest.mark.wide
async def test_a_file_that_is_not_here_is_a_sentence() -> None:
    def read() -> bytes:
        raise OutOfReach("The file of this paper is not kept here. Ask for the original.")

    assert "problem: The file of this paper is not kept here." in await read_paper(open_pages(read))


@pytest.mark.wide
async def test_the_text_of_the_pages_is_read_out_if_that_is_wanted() -> None:
    question = "y reads them out, n goes back:"
    pages = RecognisedPages(draw_lease, open_pages(draw_lease).terms, lambda: NOW)
    text = await read_paper(pages, (question, "y"))
    assert "makes mistakes" in text
    assert "page 1 of 1 房屋租赁合同 合同编号：ZL-2026-0815" in text
    assert "房屋租赁合同" not in await read_paper(pages, (question, "n"))
