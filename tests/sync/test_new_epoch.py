"""A store that lost its last entries without noticing (a failover that was not synchronous): the operator says so."""

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
from tests.sync.city import DOCUMENT_TYPES, City, SampleWindow


def swap_store(city: City, before: bytes | None = None) -> bytes:
    """The center's store in its place, as it is now; with `before`, as it was then, and nothing tells it so."""
    file = city.center.office.folder / STORE_FILE
    city.center.close()
    now = file.read_bytes()
    if before is not None:
        file.write_bytes(before)  # the same file: its stamp says that it is at home
    city.center = SampleOffice(open_office(file.parent, clock=city.center.clock), city.center.clock)
    city.authority = Authority(city.center.door, DOCUMENT_TYPES)
    for window in city.windows.values():
        window.transport.authority = city.authority
    return now


def epoch_of(city: City) -> tuple[int, str]:
    (here,) = city.center.select("nodes", here=True)
    return here["incarnation"], here["epoch"]


def run_begin_anew(city: City, *words: str) -> int:
    return main(["--language", "en", "center", "begin-anew", "--folder", str(city.center.office.folder), *words])


def test_what_a_center_lost_without_noticing_comes_back_when_it_begins_anew(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    health = city.join("n2", organs=("health",))
    kept = counter.accept_birth()
    city.exchange_all()
    old = swap_store(city)
    lost = counter.accept_birth(child_name="李二诺", child_birth_date="2026-04-21")
    city.exchange_all()
    held = health.claim("health")
    city.exchange_all()
    before = epoch_of(city)
    swap_store(city, old)
    assert epoch_of(city) == before  # it does not know
    assert {row["number"] for row in city.center.select("cases")} == {kept}
    health.client.flush()
    assert city.differences()  # and tells its windows nothing of it

    capsys.readouterr()
    assert run_begin_anew(city, "--reason", "failover to db2, 14:02") == 0
    assert "windows send again" in capsys.readouterr().out
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {kept, lost}
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    assert (epoch_of(city)[0], epoch_of(city)[1] != before[1]) == (before[0] + 1, True)
    said = city.center.select("ledger_entries", order=("position",), kind="BeginIncarnation")
    assert b"failover to db2, 14:02" in said[-1]["command"]
    assert b"failover to db2, 14:02" in city.center.select("ledger_entries", kind="EndLeases")[-1]["command"]
    with pytest.raises(Refused):
        health.decide(held, "approved")  # nobody holds what was claimed before
    assert counter.select("refusals") == health.select("refusals") == []


def test_numbers_that_were_lent_in_what_was_lost_are_not_lent_again(city: City, counter: SampleWindow) -> None:
    old = swap_store(city)
    late = city.join("n2", window="w2")
    taken = {row["first"] for row in late.select("number_blocks")}
    swap_store(city, old)
    assert run_begin_anew(city, "--reason", "x") == 0
    later = city.join("n3", window="w2")
    assert not taken & {row["first"] for row in later.select("number_blocks")}
    del city.windows["n2"]
    late.close()
    counter.client.flush()
    assert find_faults(city.center.store) == []


def test_a_new_life_needs_a_reason_and_a_center(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    before = epoch_of(city)
    assert run_begin_anew(city) == 2
    assert run_begin_anew(city, "--reason", "  ") == 2
    assert epoch_of(city) == before
    folder = str(counter.office.folder)
    assert main(["--language", "en", "center", "begin-anew", "--folder", folder, "--reason", "x"]) == 1
    assert "is not a center" in capsys.readouterr().err


def test_a_window_that_ends_after_it_noticed_goes_on_at_its_next_start_and_still_says_so(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    set_language("en")
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    lost = counter.accept_birth()
    city.exchange_all()
    assert read_connection_facts(counter.office).restored_at is None
    city.restore_center(backup)
    counter.client.step()  # it hears of that, and its program ends
    noticed = read_connection_facts(counter.office).restored_at
    assert noticed
    assert restore_notice(counter) == ("Restored from a backup", "is being sent again")
    city.windows["n1"] = again = counter.reopen()
    assert read_connection_facts(again.office).restored_at == noticed
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {lost}
    assert city.differences() == []
    assert read_connection_facts(again.office).restored_at == noticed
    assert restore_notice(again) == ("Restored from a backup", "was sent again")
    set_language("zh_CN")


def restore_notice(window: SampleWindow) -> tuple[str, str]:
    (fact,) = (one for one in read_connection_view(window.office).facts if one.label.startswith("Restored"))
    return fact.label, fact.value.rpartition("lost ")[2]
