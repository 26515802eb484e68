"""`clerk hall`: appointments from a CSV file, all or none; each wrong line is named. Who was on duty."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.hall.windows import SetWindowState
from tests.cli.conftest import Clerk
from tests.office import SampleOffice

HEAD = "day,from,to,category,code\n"
GOOD = "2099-05-06,09:30,09:50,A,K7Q2\n2099-05-06,10:00,10:20,B,M3X9\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "appointments.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_registered_and_one_of_its_appointments_cancelled(
    clerk: Clerk, office: SampleOffice, tmp_path: Path
) -> None:
    folder = office.office.folder
    ran = clerk("--office", folder, "hall", "appointments", write(tmp_path, HEAD + GOOD), "--source", "portal")
    assert (ran.code, ran.err) == (0, "")
    cancelled = clerk("--office", folder, "hall", "cancel-appointment", "k7 q2", "--day", "2099-05-06")
    assert cancelled.code == 0
    rows = office.select("appointments", order=("slot_from",))
    assert [(row["category"], row["state"], row["source"]) for row in rows] == [
        ("A", "cancelled", "portal"),
        ("B", "booked", "portal"),
    ]


def test_each_wrong_line_is_named_and_nothing_is_stored(clerk: Clerk, office: SampleOffice, tmp_path: Path) -> None:
    wrong = "2099-05-06,11:00,10:00,A,ONE\n2099-05-06,11:00,11:20,Z,TWO\n2099-05-06,,11:20,A,THREE\nsoon,1,2,A,FOUR\n"
    path = write(tmp_path, HEAD + GOOD + wrong + "2099-05-06,09:30,09:50,A,K7Q2\n")
    ran = clerk("--language", "en", "--office", office.office.folder, "hall", "appointments", path)
    assert (ran.code, ran.lines) == (
        1,
        [
            "Line 4: The appointment ends at 10:00, not after its begin.",
            "Line 5: There is no ticket category Z.",
            "Line 6: Each of these values is needed: day, from, to, category, code.",
            "Line 7: The date is given as 2026-05-01, the times as 09:30.",
            "Line 8: Line 2 has this code on the same day.",
            "Nothing was registered.",
        ],
    )
    assert office.select("appointments") == []


@pytest.mark.wide
def test_a_file_with_other_columns_is_refused(clerk: Clerk, office: SampleOffice, tmp_path: Path) -> None:
    path = write(tmp_path, "date,begin\n2099-05-06,09:30\n")
    assert (
        "day, from, to, category, code" in clerk("--office", office.office.folder, "hall", "appointments", path).refused
    )


def test_the_zone_of_a_window_is_set_and_listed(clerk: Clerk, office: SampleOffice) -> None:
    folder = office.office.folder
    assert clerk("--office", folder, "hall", "zone", "w2", "东区").code == 0
    assert [line.split()[-1] for line in clerk("--office", folder, "hall", "zone").lines][:2] == ["-", "东区"]
    clerk("--office", folder, "hall", "zone", "w2", "")
    assert office.select("windows", id="w2")[0]["zone"] == ""


def test_the_register_shows_who_was_on_duty_where(clerk: Clerk, office: SampleOffice, tmp_path: Path) -> None:
    office.door.perform(SetWindowState(window="w1", state="paused", reason="meal"), "clerk-1")
    folder, path = office.office.folder, tmp_path / "duty.csv"
    printed = clerk("--language", "en", "--office", folder, "hall", "duty").lines
    assert clerk("--office", folder, "hall", "duty", "--csv", path).code == 0
    assert [line.split() for line in printed if line.startswith("Window 1")] == [
        ["Window", "1", "1000", "员工clerk-1", "open", "AB", "2026-05-06", "08:55", "2026-05-06", "09:00"],
        ["Window", "1", "1000", "员工clerk-1", "paused", "Meal", "AB", "2026-05-06", "09:00"],
    ]
    assert len(path.read_text("utf-8-sig").splitlines()) == len(printed)
