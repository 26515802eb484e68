"""A store lost its last entries unnoticed (an asynchronous failover): the operator begins a new epoch."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.center.authority import Authority
from clerk_app.cli import main
from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.connection_view import read_connection_facts, read_connection_view
from tests.office import SampleOffice, find_faults
from tests.sync.city import DOCUMENT_TYPES, RECEIPT_KEY, City, SampleWindow


def swap_store(city: City, before: bytes | None = None) -> bytes:
    """Reopen the center's store; with `before`, roll it back to those bytes unnoticed. Return the bytes it had."""
    file = city.center.office.folder / STORE_FILE
    city.center.close()
    content = file.read_bytes()
    if before is not None:
        file.write_bytes(before)  # in place: the location stamp still matches
    city.center = SampleOffice(open_office(file.parent, clock=city.center.clock), city.center.clock)
    city.authority = Authority(city.center.door, DOCUMENT_TYPES, receipt_key=RECEIPT_KEY)
    for window in city.windows.values():
        window.transport.authority = city.authority
    return content


def epoch_of(city: City) -> tuple[int, str]:
    (own_node,) = city.center.select("nodes", here=True)
    return own_node["incarnation"], own_node["epoch"]


def run_begin_epoch(city: City, *words: str) -> int:
    return main(["--language", "en", "center", "begin-epoch", "--folder", str(city.center.office.folder), *words])


def test_begin_anew_recovers_entries_that_a_store_lost_unnoticed(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    health = city.join("n2", organs=("health",))
    kept = counter.accept_birth()
    city.exchange_all()
    old = swap_store(city)
    lost = counter.accept_birth(child_name="李二诺", child_birth_date="2026-04-21")
    city.exchange_all()
    claimed = health.claim("health")
    city.exchange_all()
    before = epoch_of(city)
    swap_store(city, old)
    assert epoch_of(city) == before  # not noticed
    assert {row["number"] for row in city.center.select("cases")} == {kept}
    health.client.flush()
    assert city.differences()  # and the windows have not synced

    capsys.readouterr()
    assert run_begin_epoch(city, "--reason", "failover to db2, 14:02") == 0
    assert "windows send again" in capsys.readouterr().out
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {kept, lost}
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    assert (epoch_of(city)[0], epoch_of(city)[1] != before[1]) == (before[0] + 1, True)
    begun = city.center.select("ledger_entries", order=("position",), kind="BeginIncarnation")
    assert b"failover to db2, 14:02" in begun[-1]["command"]
    assert b"failover to db2, 14:02" in city.center.select("ledger_entries", kind="EndLeases")[-1]["command"]
    with pytest.raises(Refused):
        health.decide(claimed, "approved")  # nobody holds what was claimed before
    assert counter.select("refusals") == health.select("refusals") == []


@pytest.mark.wide
def test_lost_number_blocks_are_not_lent_again(city: City, counter: SampleWindow) -> None:
    old = swap_store(city)
    late = city.join("n2", window="w2")
    taken = {row["first"] for row in late.select("number_blocks")}
    swap_store(city, old)
    assert run_begin_epoch(city, "--reason", "x") == 0
    later = city.join("n3", window="w2")
    assert not taken & {row["first"] for row in later.select("number_blocks")}
    del city.windows["n2"]
    late.close()
    counter.client.flush()
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_begin_anew_needs_a_reason_and_a_center(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    before = epoch_of(city)
    assert run_begin_epoch(city) == 2
    assert run_begin_epoch(city, "--reason", "  ") == 2
    assert epoch_of(city) == before
    folder = str(counter.office.folder)
    assert main(["--language", "en", "center", "begin-epoch", "--folder", folder, "--reason", "x"]) == 1
    assert "is not a center" in capsys.readouterr().err


@pytest.mark.wide
def test_window_restarted_during_redelivery_continues_and_shows_the_restore(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    set_language("en")
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    lost = counter.accept_birth()
    city.exchange_all()
    assert read_connection_facts(counter.office).restored_at is None
    city.restore_center(backup)
    counter.client.step()  # it notices the new epoch; then its program ends
    noticed = read_connection_facts(counter.office).restored_at
    assert noticed
    assert restore_notice(counter) == ("Restored from a backup", "is being sent again")
    city.windows["n1"] = reopened = counter.reopen()
    assert read_connection_facts(reopened.office).restored_at == noticed
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {lost}
    assert city.differences() == []
    assert read_connection_facts(reopened.office).restored_at == noticed
    assert restore_notice(reopened) == ("Restored from a backup", "was sent again")
    set_language("zh_CN")


def restore_notice(window: SampleWindow) -> tuple[str, str]:
    (fact,) = (row for row in read_connection_view(window.office).facts if row.label.startswith("Restored"))
    return fact.label, fact.value.rpartition("it had lost ")[2]
