"""The commands `window status`, `sync status`, `sync now` and `sync explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clerk_app.cli import main
from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from tests.clock import Clock
from tests.office import SampleOffice
from tests.sample_data import PIN
from tests.sample_node import RunningCenter


@pytest.fixture
def folder(served: RunningCenter, tmp_path: Path) -> Path:
    folder = tmp_path / "w1"
    assert clerk(folder, "window", "enrol", str(served.client.base_url), served.invite(window="w1")) == 0
    return folder


def clerk(folder: Path, *words: str) -> int:
    return main(["--language", "en", "--office", str(folder), *words])


def captured_output(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_window_status_shows_identity_and_center(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    captured_output(capsys)
    assert clerk(folder, "window", "status") == 0
    assert "center-1" in captured_output(capsys)
    assert clerk(folder, "window", "status", "--json") == 0
    status = json.loads(captured_output(capsys))
    assert (status["window"], status["center"], status["state"]) == ("w1", "center-1", "connected")


def test_sync_explain_before_and_after_the_exchange(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = open_office(folder)
    connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
    verify_here(office, "1000", PIN, "w1")
    connection.transport.close()
    number = SampleOffice(office, Clock()).accept_road()
    office.store.close()
    captured_output(capsys)
    assert clerk(folder, "sync", "status", "--json") == 0
    assert json.loads(captured_output(capsys))["waiting"] > 0
    assert clerk(folder, "sync", "explain", number) == 0
    before = captured_output(capsys)
    assert "waits to be sent" in before
    assert "The center has not sent anything" in before
    assert clerk(folder, "sync", "now") == 0
    assert "0 are unsent, 0 were rejected" in captured_output(capsys)
    assert clerk(folder, "sync", "explain", number) == 0
    assert "the center has it as it was done here" in captured_output(capsys)
    assert clerk(folder, "sync", "status") == 0
    assert "connected since" in captured_output(capsys)


@pytest.mark.wide
def test_sync_explain_of_an_unknown_case_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clerk(folder, "sync", "explain", "260000000017") == 1
    assert "There is no case 260000000017 here" in capsys.readouterr().err


@pytest.mark.wide
def test_stand_alone_office_has_nothing_to_exchange(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    folder = office.office.folder
    assert clerk(folder, "sync", "now") == 1
    assert clerk(folder, "window", "enrol", "http://127.0.0.1:9", "X") == 1
    assert "is its own center" in capsys.readouterr().err
    assert clerk(folder, "sync", "status") == 0
    assert "own center" in captured_output(capsys)


@pytest.mark.wide
def test_missing_or_exposed_key_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "keys" / "machine.key").chmod(0o644)
    assert clerk(folder, "sync", "now") == 1
    assert "can be read by other users" in capsys.readouterr().err
    (folder / "keys" / "machine.key").unlink()
    assert clerk(folder, "sync", "now") == 1
    assert "is missing" in capsys.readouterr().err
