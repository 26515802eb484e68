"""Files of an office under umask 0: who may read them after creation, after an upgrade, and in `clerk doctor`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clerk_app.cli.doctor import run_checks
from clerk_app.composition.office import Office, create_office, open_office
from clerk_app.ledger.history_file import export_history
from clerk_app.ledger.machine_keys import machine_key_path, read_or_create_signing_key
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.list_versions import ROOT_KEY_FILE
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.log import log_event, log_to
from clerk_app.preferences import FilePreferences
from clerk_app.roles.kept_reasons import FileReasons
from clerk_app.sync.digest_list import DigestList
from clerk_app.sync.exchange_lock import try_lock
from clerk_app.views.workstation import Preferences
from db.attachments import AttachmentStore
from db.backup import create_backup
from db.file_access import find_exposed_paths
from db.files import replace_file
from db.store_copy import copy_store
from tests.office import SampleOffice
from tests.sample_data import OFFICE_SETTINGS


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process whose files others may read and write unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture(scope="module")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that was created under umask 0, open."""
    before = os.umask(0)
    office = create_office(tmp_path_factory.mktemp("umask") / "office", OFFICE_SETTINGS)
    os.umask(before)
    yield office
    office.store.close()


@pytest.fixture
def open_office_folder(open_umask: None, made_office: Office) -> Office:
    """The office, in a process whose files others may read."""
    return made_office


def write_log(office: Office) -> None:
    with log_to(office.folder):
        log_event("office", "test")


def write_attachments(office: Office) -> None:
    digest = office.attachments.add(b"a scan")
    office.attachments.remove(digest)
    with office.attachments.receive(digest) as incoming:
        incoming.write(b"a scan")
        assert incoming.commit()
    AttachmentStore(office.folder / "copies").copy_from(digest, office.attachments)


def write_keys(office: Office) -> None:
    read_or_create_signing_key(machine_key_path(office.folder))
    key = new_issuer_key()
    key.save(office.folder / "keys.pem")
    key.save_public(office.folder / ROOT_KEY_FILE)


def write_trust_lists(office: Office) -> None:
    TrustFolder(office.folder / "lists").save_trust_list(b"signed")
    TrustFolder(office.folder / "lists").save_status_list("issuer", 1, b"signed")


def write_backup(office: Office) -> None:
    office.attachments.add(b"a scan")
    settings = office.folder / "office.toml"
    now = datetime(2026, 5, 6, tzinfo=UTC)
    create_backup(office.store, settings, office.attachments, office.folder / "backups", now, lambda *_: None)
    copy_store(office.store, office.folder / "copy.db")


def write_window_files(office: Office) -> None:
    DigestList(office.folder / "wanted").append("00")
    with try_lock(office.folder / "line.lock"):
        pass


KINDS: dict[str, Callable[[Office], object]] = {
    "settings, store and its WAL": lambda office: office.store.settle_location(),
    "log": write_log,
    "printed papers": lambda office: office.printers.spool.print_paper("20260506T090000000000-receipt-1.bin", b"name"),
    "attachments": write_attachments,
    "keys": write_keys,
    "trust lists": write_trust_lists,
    "backup": write_backup,
    "export": lambda office: export_history(office.store, office.folder / "export.jsonl", lambda _: None),
    "preferences": lambda office: FilePreferences(office.folder).save("clerk-1", Preferences()),
    "reasons": lambda office: FileReasons(office, "clerk-1").save({}),
    "files of a window": write_window_files,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_is_readable_by_its_user_only(open_office_folder: Office, kind: str) -> None:
    KINDS[kind](open_office_folder)
    assert list(find_exposed_paths(open_office_folder.folder)) == []


def test_a_command_creates_files_for_its_user_only(open_umask: None, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    subprocess.run([sys.executable, "-m", "clerk_app", "camera", "sheet", sheet], check=True, capture_output=True)
    assert sheet.stat().st_mode & 0o777 == 0o600


def test_files_of_an_earlier_version_are_reported_then_closed_when_the_office_opens(office: SampleOffice) -> None:
    folder = office.office.folder
    digest = office.office.attachments.add(b"a scan")
    replace_file(folder / "center.key", b"secret")
    office.close()
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    picture = folder / "content" / digest[:2] / digest
    assert f"chmod -R go= {folder}" in {check.advice for check in run_checks(folder) if check.level == "error"}
    open_office(folder).store.close()
    assert list(find_exposed_paths(folder)) == [folder / "center.key"]  # whoever read it can use it: not hidden
    assert picture.stat().st_mode & 0o777 == 0o600
