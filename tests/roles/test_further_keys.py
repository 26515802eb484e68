"""The keys of F8 77, from the list over a person and a file to the list of receipts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clerk_app.composition.office import Office
from clerk_app.roles.workstation import open_workstation
from screens.sign_in import StaffApp
from tests.no_camera import NoCamera
from tests.roles.test_birth_keystrokes import open_screen
from tests.roles.test_further_persons import begin_hiring, id_number
from tests.sample_data import CITY_PIN
from tests.screens.stage import flowing_text, press


async def test_a_person_is_typed_others_are_read_from_a_file_and_all_are_accepted(
    office: Office, code: Callable[[str], str], tmp_path: Path
) -> None:
    rows = [(name, id_number(at)) for at, name in enumerate("乙丙", 1)]
    file = tmp_path / "list.csv"
    headings = "员工姓名,Document number of worker,contract_start,Monthly wage in yuan,worker_has_card"
    file.write_text("\n".join([headings, *(f"员工{name},{number},2026-12-01,5000,是" for name, number in rows)]))
    workstation = open_workstation(office, NoCamera())
    service = workstation.sign_in("1001", CITY_PIN).counter
    assert service is not None
    begin_hiring(service, code)
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8", "77", "enter")
        assert "the first person is 高明" in flowing_text(app)
        assert "Each hands in on paper: Worker's identity card, Labour contract" in flowing_text(app)
        await press(pilot, "1", "enter", "员工丁", "enter", "enter", id_number(7), "enter")
        await press(pilot, "20261201", "enter", "5000", "enter", "1", "f9")
        assert "员工丁" in flowing_text(app)
        await press(pilot, "2", "enter", str(file), "enter")
        assert "2 persons were added" in flowing_text(app)
        await press(pilot, "4", "enter")
        assert "Accept 4 cases for" in flowing_text(app)
        await press(pilot, "enter")
        assert "4 cases were accepted." in flowing_text(app)
    with office.store.read() as tx:
        assert len(tx.select("cases")) == 4
        assert len(tx.select("prints", kind="receipt_list")) == 1
