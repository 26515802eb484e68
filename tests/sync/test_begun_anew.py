"""A store that lost its last entries without noticing (a failover that was not synchronous): the operator says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.center.authority import Authority
from clerk_app.cli import main
from clerk_app.desks.line_view import line_facts, line_view
from clerk_app.desks.office import STORE, open_office
from clerk_app.errors import Refused
from clerk_app.locales import speak
from tests.office import SampleOffice, faults
from tests.sync.city import KINDS, City, SampleWindow


def fall_behind(city: City, before: bytes | None = None) -> bytes:
    """The center's store in its place, as it is now; with `before`, as it was then, and nothing tells it so."""
    file = city.center.office.folder / STORE
    city.center.close()
    now = file.read_bytes()
    if before is not None:
        file.write_bytes(before)  # the same file: its stamp says that it is at home
    city.center = SampleOffice(open_office(file.parent, clock=city.center.clock), city.center.clock)
    city.authority = Authority(city.center.door, KINDS)
    for window in city.windows.values():
        window.wire.authority = city.authority
    return now


def life(city: City) -> tuple[int, str]:
    (here,) = city.center.rows("nodes", here=True)
    return here["incarnation"], here["epoch"]


def begin_anew(city: City, *words: str) -> int:
    return main(["--language", "en", "center", "begin-anew", "--folder", str(city.center.office.folder), *words])


def test_what_a_center_lost_without_noticing_comes_back_when_it_begins_anew(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    health = city.join("n2", organs=("health",))
    kept = counter.accept_birth()
    city.quiet()
    old = fall_behind(city)
    lost = counter.accept_birth(child_name="李二诺", child_birth_date="2026-04-21")
    city.quiet()
    held = health.claim("health")
    city.quiet()
    before = life(city)
    fall_behind(city, old)
    assert life(city) == before  # it does not know
    assert {row["number"] for row in city.center.rows("cases")} == {kept}
    health.line.flush()
    assert city.differences()  # and tells its windows nothing of it

    capsys.readouterr()
    assert begin_anew(city, "--reason", "failover to db2, 14:02") == 0
    assert "windows send again" in capsys.readouterr().out
    city.quiet()
    assert {row["number"] for row in city.center.rows("cases")} == {kept, lost}
    assert city.differences() == []
    assert faults(city.center.store) == []
    assert (life(city)[0], life(city)[1] != before[1]) == (before[0] + 1, True)
    said = city.center.rows("ledger_entries", order=("position",), kind="BeginIncarnation")
    assert b"failover to db2, 14:02" in said[-1]["command"]
    assert b"failover to db2, 14:02" in city.center.rows("ledger_entries", kind="EndLeases")[-1]["command"]
    with pytest.raises(Refused):
        health.decide(held, "approved")  # nobody holds what was claimed before
    assert counter.rows("refusals") == health.rows("refusals") == []


def test_numbers_that_were_lent_in_what_was_lost_are_not_lent_again(city: City, counter: SampleWindow) -> None:
    old = fall_behind(city)
    late = city.join("n2", window="w2")
    taken = {row["first"] for row in late.rows("number_blocks")}
    fall_behind(city, old)
    assert begin_anew(city, "--reason", "x") == 0
    later = city.join("n3", window="w2")
    assert not taken & {row["first"] for row in later.rows("number_blocks")}
    del city.windows["n2"]
    late.close()
    counter.line.flush()
    assert faults(city.center.store) == []


def test_a_new_life_needs_a_reason_and_a_center(
    city: City, counter: SampleWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    before = life(city)
    assert begin_anew(city) == 2
    assert begin_anew(city, "--reason", "  ") == 2
    assert life(city) == before
    folder = str(counter.office.folder)
    assert main(["--language", "en", "center", "begin-anew", "--folder", folder, "--reason", "x"]) == 1
    assert "is not a center" in capsys.readouterr().err


def test_a_window_that_ends_after_it_noticed_goes_on_at_its_next_start_and_still_says_so(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    speak("en")
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    lost = counter.accept_birth()
    city.quiet()
    assert line_facts(counter.office).put_back_at is None
    city.put_back(backup)
    counter.line.step()  # it hears of that, and its program ends
    noticed = line_facts(counter.office).put_back_at
    assert noticed
    assert put_back_as_told(counter) == ("Came back from a backup", "is being sent again")
    city.windows["n1"] = again = counter.reopened()
    assert line_facts(again.office).put_back_at == noticed
    city.quiet()
    assert {row["number"] for row in city.center.rows("cases")} == {lost}
    assert city.differences() == []
    assert line_facts(again.office).put_back_at == noticed
    assert put_back_as_told(again) == ("Came back from a backup", "was sent again")
    speak("zh_CN")


def put_back_as_told(window: SampleWindow) -> tuple[str, str]:
    (fact,) = (one for one in line_view(window.office).facts if one.label.startswith("Came back"))
    return fact.label, fact.value.rpartition("forgotten ")[2]
