"""Rollback protection: the newest versions of the lists are stored."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from clerk_app.licences.list_versions import TrustListReader, load_trust_lists
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustList, sign_trust_list
from tests.licences.issuing_city import HOUSING, NOW, IssuingCity

URI = build_status_uri(HOUSING, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def lists(city: IssuingCity, tmp_path: Path) -> TrustFolder:
    folder = TrustFolder(tmp_path / "trust")
    save_lists(folder, city, version=7, hour=1)
    city.root.save_public(folder.path / "root.pem")
    return folder


def save_lists(folder: TrustFolder, city: IssuingCity, version: int, hour: int) -> None:
    """Save lists of this version, issued `hour` hours after NOW."""
    folder.save_trust_list(sign_trust_list(version, city.trusted_keys(), city.root, NOW))
    folder.save_status_list(
        HOUSING, 1, sign_status_list(URI, pack_status_bits([4242], 10_000), city.housing, NOW + hour * HOUR)
    )


def load_reason(lists: TrustFolder, versions_file: Path) -> Reason | None:
    trust, _status = load_trust_lists(lists.path, versions_file)
    return trust.finding.reason if isinstance(trust, ListFault) else None


def test_a_rolled_back_trust_list_is_rejected(lists: TrustFolder, city: IssuingCity, tmp_path: Path) -> None:
    versions_file = tmp_path / "seen.json"
    assert load_reason(lists, versions_file) is None
    save_lists(lists, city, version=8, hour=1)
    assert load_reason(lists, versions_file) is None
    save_lists(lists, city, version=7, hour=1)
    assert load_reason(lists, versions_file) is Reason.TRUST_ROLLED_BACK
    save_lists(lists, city, version=8, hour=1)
    assert load_reason(lists, versions_file) is None


def test_a_rolled_back_status_list_is_rejected(lists: TrustFolder, city: IssuingCity, tmp_path: Path) -> None:
    versions_file = tmp_path / "seen.json"
    for hour in (1, 2, 1):
        save_lists(lists, city, version=7, hour=hour)
        trust, status = load_trust_lists(lists.path, versions_file)
        assert isinstance(trust, TrustList)
    fault = status.lists[URI]
    assert isinstance(fault, ListFault)
    assert fault.finding.reason is Reason.STATUS_ROLLED_BACK
    assert load_trust_lists(lists.path)[1].lists[URI] is not fault  # without a versions file a rollback is not detected


def test_versions_are_kept_while_a_list_is_missing(lists: TrustFolder, city: IssuingCity, tmp_path: Path) -> None:
    versions_file = tmp_path / "seen.json"
    save_lists(lists, city, version=9, hour=3)
    assert load_reason(lists, versions_file) is None
    (lists.path / "status" / f"{HOUSING}-1.cose").unlink()
    (lists.path / "trust.cose").unlink()
    assert load_reason(lists, versions_file) is Reason.TRUST_MISSING
    save_lists(lists, city, version=9, hour=2)
    trust, status = load_trust_lists(lists.path, versions_file)
    assert isinstance(trust, TrustList)
    assert isinstance(status.lists[URI], ListFault)


def test_the_version_of_a_forged_list_is_not_stored(lists: TrustFolder, city: IssuingCity, tmp_path: Path) -> None:
    versions_file = tmp_path / "seen.json"
    assert load_reason(lists, versions_file) is None
    lists.save_trust_list(sign_trust_list(999, city.trusted_keys(), city.police, NOW))
    assert load_reason(lists, versions_file) is Reason.TRUST_NOT_GENUINE
    save_lists(lists, city, version=7, hour=1)
    assert load_reason(lists, versions_file) is None


def test_the_versions_file_is_written_only_for_newer_lists(lists: TrustFolder, tmp_path: Path) -> None:
    versions_file = tmp_path / "seen.json"
    load_trust_lists(lists.path, versions_file)
    written = versions_file.stat().st_mtime_ns
    load_trust_lists(lists.path, versions_file)
    assert versions_file.stat().st_mtime_ns == written
    assert json.loads(versions_file.read_text()) == {"trust": 7, "status": {URI: int((NOW + HOUR).timestamp())}}
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("seen")] == ["seen.json"]


@pytest.mark.parametrize(
    "corrupted", ["", "[]", "{}", '{"trust": "x", "status": {}}', '{"trust": 1, "status": []}', "\x00"]
)
def test_an_unreadable_versions_file_makes_the_lists_unusable(
    lists: TrustFolder, tmp_path: Path, corrupted: str
) -> None:
    versions_file = tmp_path / "seen.json"
    versions_file.write_text(corrupted, "utf-8")
    assert load_reason(lists, versions_file) is Reason.VERSIONS_UNUSABLE


def test_an_unwritable_versions_file_makes_the_lists_unusable(lists: TrustFolder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert load_reason(lists, tmp_path / "file" / "seen.json") is Reason.VERSIONS_UNUSABLE


def test_a_missing_or_invalid_root_key_makes_the_lists_unusable(lists: TrustFolder, tmp_path: Path) -> None:
    (lists.path / "root.pem").write_text("nothing")
    assert load_reason(lists, tmp_path / "seen.json") is Reason.ROOT_UNREADABLE
    (lists.path / "root.pem").unlink()
    assert load_reason(lists, tmp_path / "seen.json") is Reason.TRUST_MISSING
    assert load_reason(TrustFolder(tmp_path / "nowhere"), tmp_path / "seen.json") is Reason.TRUST_MISSING


def test_a_reader_verifies_lists_again_only_after_a_file_has_changed(
    lists: TrustFolder, city: IssuingCity, tmp_path: Path
) -> None:
    reader = TrustListReader(lists.path, tmp_path / "seen.json")
    reader.read()  # writes the versions, on which the next result depends
    trust, status = reader.read()
    assert isinstance(trust, TrustList)
    assert reader.read()[0] is trust
    save_lists(lists, city, version=8, hour=2)
    newer, newer_status = reader.read()
    assert isinstance(newer, TrustList)
    assert newer.version == 8
    assert newer_status.lists[URI] != status.lists[URI]


def test_a_reader_rejects_a_rollback_to_lists_that_it_has_read(
    lists: TrustFolder, city: IssuingCity, tmp_path: Path
) -> None:
    reader = TrustListReader(lists.path, tmp_path / "seen.json")
    reader.read()
    reader.read()
    save_lists(lists, city, version=8, hour=2)
    reader.read()
    save_lists(lists, city, version=7, hour=1)
    fault, _status = reader.read()
    assert isinstance(fault, ListFault)
    assert fault.finding.reason is Reason.TRUST_ROLLED_BACK
    lists.save_trust_list(b"damaged")
    assert isinstance(reader.read()[0], ListFault)
