"""A photo with findings in the linear mode: the advice is read out, the reason is asked for line by line."""

from __future__ import annotations

import pytest

from clerk_app.views.case import MaterialView
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_data import CODE, photo
from tests.screens.sample_department import SampleDepartmentService

pytestmark = pytest.mark.usefixtures("english")


class PhotoDepartment(SampleDepartmentService):
    """A queue in memory, whose materials are one photo that the city holds."""

    def open_material(self, material: str) -> MaterialView:
        super().open_material(material)
        return MaterialView("Photo", (), photo(), "", find_advice=lambda: ("The face is too dark.",))


async def test_what_the_check_of_a_held_photo_finds_is_read_out() -> None:
    office = TwoPersons()
    office.department = PhotoDepartment()
    async with linear_mode(office, "2001") as reader:
        await reader.answer("Queue:", "F2")
        await reader.answer("Task:", "material")
        await reader.answer("Number or letters:", "1")
        assert "warning: The face is too dark." in await reader.answer("Task:")
        reader.check_output()


@pytest.mark.wide
async def test_the_reason_for_a_photo_with_findings_is_asked_for_in_lines() -> None:
    office = TwoPersons()
    service = office.counter
    service.takes_pages = True
    service.paper_taking.photo_findings = "few pixels"
    service.paper_taking.pages = ["few pixels"]
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F2")
        await reader.answer("Ticket:", CODE)
        await reader.answer("Person:", "confirm")
        await reader.answer("Number or letters:", "y")
        await reader.answer("Person:", "F5")
        await reader.answer("Number or letters:", "cs")
        await reader.answer("Numbers:", "a")
        await reader.answer("Numbers:")
        await reader.answer("Name of the child:", "F8")
        await reader.answer("Number or letters:", "56")
        assert "page 1 of 1: few pixels" in await reader.answer("Number or letters:", "1")
        asked = await reader.answer("Number or letters:", "1")
        assert "few pixels. Why is it taken nevertheless?" in " ".join(asked.split())
        await reader.answer("Draft:")
    assert service.paper_taking.asked[-1] == "overrule_photo meets"
    assert "finish_paper father" in service.asked
