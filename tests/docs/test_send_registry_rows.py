"""The client of `docs/howto/send-registry-rows.md` joins a running center, sends rows, and closes a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerk_app.cli import main
from clerk_app.people import SYSTEM
from clerk_app.registry.feeds import AdmitFeed
from tests.center.test_restored_staff import restore
from tests.docs.code_blocks import DOCS, load_module, read_blocks
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import feed_person
from tests.sample_node import RunningCenter, run_center

MODULE, SENT, USE = read_blocks(DOCS / "howto" / "send-registry-rows.md", "python")


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    """A running center."""
    with run_center(office.office) as running:
        yield running


def address_of(served: RunningCenter) -> str:
    return str(served.client.base_url).rstrip("/")


def join(client: ModuleType, office: SampleOffice, *arguments: object) -> dict[str, str]:
    """Join, and be admitted to a feed of persons."""
    joined: dict[str, str] = client.join(*arguments)
    feed = AdmitFeed(node=joined["machine"].partition(".")[0], source="population", kinds=("person",))
    office.door.perform(feed, SYSTEM)
    return joined


def test_the_client_of_the_page_sends_rows_and_gets_a_report_of_each(
    served: RunningCenter,
    office: SampleOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    client, sent = load_module(MODULE, monkeypatch), load_module(SENT, monkeypatch)
    names: dict[str, Any] = {"address": address_of(served), "code": served.invite(kind="issuer", window="")}
    names |= {"join": lambda *arguments: join(client, office, *arguments), "folder": tmp_path / "sent"}
    exec(USE.text, {**vars(client), **vars(sent), **names})
    assert capsys.readouterr().out.splitlines() == ["0 new  ", "1 refused id_number number"]
    assert [row["identifier"] for row in office.select("registry_items")] == ["p1"]


def test_the_client_sends_again_what_a_center_that_was_restored_from_an_older_backup_has_lost(
    served: RunningCenter, office: SampleOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module, folder = load_module(MODULE, monkeypatch), office.office.folder
    key = Ed25519PrivateKey.generate()
    joined = join(module, office, address_of(served), served.invite(kind="issuer", window=""), key)
    client = module.Client(address_of(served), key, **joined)
    sent = load_module(SENT, monkeypatch).SentBatches(client, tmp_path / "sent")
    for serial in (1, 2):
        assert sent.send("person", [feed_person(serial)])["previous"] == serial - 1
    assert main(["--language", "en", "--office", str(folder), "db", "backup", str(tmp_path / "backups")]) == 0
    sent.send("person", [feed_person(3)])
    sent.send("person", [feed_person(1, phone="138"), feed_person(2)])
    assert sent.find_lost() == []
    (backup,) = (tmp_path / "backups").glob("*.db")
    restored = restore(tmp_path / "restored", backup, folder / "keys")
    with run_center(restored.office) as again:
        client.address = address_of(again)
        assert sent.find_lost() == [3, 4]
        report = sent.send("person", [feed_person(4), feed_person(1, phone="139")])
        assert [row["state"] for row in report["rows"]] == ["unchanged", "changed"]
        assert sent.find_lost() == []
        assert sent.send("person", [feed_person(4)])["previous"] == report["batch"]
    phones = {row["identifier"]: row["subject"] for row in restored.select("registry_items", source="population")}
    assert sorted(phones) == ["p1", "p2", "p3", "p4"]
    assert [row["phone"] for row in restored.select("persons", id=phones["p1"])] == ["139"]
    assert [path.name for path in (tmp_path / "sent").glob("*.lost")] == []
    assert find_faults(restored.store) == []
    restored.close()
