"""The log of a whole day's work holds no personal data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from clerk_app.demo.city_data import load_city_data
from clerk_app.demo.headless import run_headless
from clerk_app.log import LOG_FILE, log_to
from tests.screens.stage import on_stage, wait_until_idle


def personal_values() -> set[str]:
    """Return names, numbers, phones and addresses of everybody in the sample city."""
    city = load_city_data(date(2026, 5, 6))
    fields = ("name", "id_number", "phone", "address", "credit_code", "number")
    people = [*city.persons, *city.organisations, *city.staff]
    return {str(value) for person in people for field in fields if (value := getattr(person, field, None))}


@pytest.mark.wide
async def test_the_log_of_a_case_and_of_an_error_holds_no_personal_data(city_folder: Path) -> None:
    assert run_headless(city_folder, str(city_folder / "codes" / "mother.png"), {}, as_json=True) == 0
    name = load_city_data(date(2026, 5, 6)).persons[0].name

    def find_task() -> None:
        raise LookupError(f"{name} has no task")

    with log_to(city_folder):
        async with on_stage() as (app, pilot):

            async def show_task() -> None:
                await app.ask(find_task)

            app.perform(show_task())
            await wait_until_idle(pilot)
    log = "".join(path.read_text("utf-8") for path in city_folder.glob(f"{LOG_FILE}*"))
    assert "started version=" in log
    assert "signed in role=clerk" in log
    assert "builtins.LookupError" in log
    values = personal_values()
    assert {name, "1001"} <= values
    assert [value for value in values if re.search(rf"(?<![\w.:]){re.escape(value)}(?!\w)", log)] == []
