"""Consents at a window whose center is stopped: what works without it, and that nothing is lost until it is back."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.errors import OutOfReach
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from db.engines import Row, Store
from tests.roles.conftest import NoCamera, built_city
from tests.roles.test_identity_of_a_visit import intake, serve
from tests.sample_data import CITY_PIN
from tests.sample_node import run_center
from tests.sync.test_http_sync import enrol_window_at, run_window, wait_until

__all__ = ["built_city"]
CODE_URLS = ("https://codes.sample-city.example/l/{code}",)


def sign_in(opened: ExitStack, folder: Path) -> tuple[CounterService, Office]:
    """Run the window of a folder until `opened` ends, and sign in at it."""
    _window, office, _connection = opened.enter_context(run_window(folder))
    office = replace(office, settings=msgspec.structs.replace(office.settings, code_urls=CODE_URLS))
    counter = open_workstation(office, NoCamera()).sign_in("1001", CITY_PIN).counter
    assert counter is not None
    return counter, office


def move_center(folder: Path, url: str) -> None:
    """Set the address of the center of a window that does not run."""
    store = Store(folder / "store.db")
    with store.write() as tx:
        row = tx.query_one("ledger.center_connection")
        assert row is not None
        tx.update("center_lines", {"center": row["center"]}, url=url)
    store.close()


def answers(office: Office) -> dict[str, str]:
    with office.store.read() as tx:
        rows: list[Row] = tx.select("consents")
    return {row["licence"]: f"{row['how']}{'+' if row['given_at'] else ''}" for row in rows}


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_consents_are_declined_signed_and_withdrawn_while_the_center_is_stopped(
    built_city: Path, tmp_path: Path
) -> None:
    shutil.copytree(built_city, tmp_path / "city")
    center, folder = open_office(tmp_path / "city"), tmp_path / "w1"
    mother = (tmp_path / "city" / "codes" / "mother.txt").read_text().strip()
    with ExitStack() as window, ExitStack() as first:
        running = first.enter_context(run_center(center))
        enrol_window_at(folder, str(running.client.base_url), running.invite(hall="hall", organs=("centre",)))
        counter, office = sign_in(window, folder)
        serve(counter, mother)
        counter.begin_draft("birth")
        counter.record_consent(["mother-id", "birth-certificate"])
        first.close()  # the center ends

        counter.decline_consent(["household-register"])
        (printed,) = intake(counter.print_consent_list()).consent_lists
        counter.confirm_consents([printed.number])
        counter.withdraw_consent(["mother-id"])
        before = answers(office)
        assert {"declined", "signed+", "withdrawn"} <= set(before.values())
        counter.fill_field("father_name", "陈志远")
        counter.fill_field("father_id_number", "690102199208250314")
        with pytest.raises(OutOfReach):
            counter.process_scan("CL-0123456789")
    with ExitStack() as again:
        running = again.enter_context(run_center(center))
        move_center(folder, str(running.client.base_url))
        _counter, office = sign_in(again, folder)
        wait_until(lambda: answers(center) == before)
        assert answers(office) == before
    center.store.close()
