"""`clerk feedback`: the open complaints, and one of them in full, which is recorded."""

from __future__ import annotations

from clerk_app.feedback.complaints import ComplaintText, FileComplaint
from tests.cli.conftest import Clerk
from tests.office import SampleOffice
from tests.sample_data import HALL


def test_a_complaint_is_listed_without_its_text_and_shown_with_it(clerk: Clerk, office: SampleOffice) -> None:
    personal = ComplaintText(text="等了两个小时", contact="13912345678")
    filed = office.door.perform(FileComplaint(hall=HALL, category="waiting", ticket="A007", personal=personal), "kiosk")
    folder = office.office.folder
    listed = clerk("--language", "en", "--office", folder, "feedback", "list")
    (row,) = [line for line in listed.lines if line.startswith(filed.number)]
    assert "2026-05-12" in row
    assert "A007" in row
    assert personal.text not in "".join(listed.lines)
    shown = clerk("--language", "en", "--office", folder, "feedback", "show", filed.number)
    assert shown.lines[-2:] == ["text: 等了两个小时", "contact: 13912345678"]
    assert [row["actor"] for row in office.entries() if row["kind"] == "ReadComplaint"] == ["system"]
    assert clerk("--office", folder, "feedback", "show", "000000000").code == 1
