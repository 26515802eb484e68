"""The center says up to which entry everything outlives its machine, and never more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.center.safety import MARK, Safety
from clerk_app.cli import main
from clerk_app.desks.line_view import line_facts, line_view
from clerk_app.desks.office import begin_anew
from clerk_app.hall.windows import SetWindow
from clerk_app.locales import speak
from tests.engines import ENGINES
from tests.office import SampleOffice
from tests.sync.city import City, SampleWindow


def settled(window: SampleWindow, many: int) -> None:
    for at in range(many):
        window.door.perform(SetWindow(window="w1", state=("paused", "open")[at % 2]), "clerk-1")
    window.line.flush()
    window.line.flush()


def safe(window: SampleWindow) -> int:
    (line,) = window.rows("center_lines")
    return int(line["safe"])


def back_up(office: SampleOffice, folder: Path, *words: str) -> None:
    assert main(["--office", str(office.office.folder), "db", "backup", str(folder), *words]) == 0


def watched(city: City) -> None:
    city.authority.teller.safe = Safety(city.center.store, city.center.office.folder, look_every=0.0)


def test_what_a_backup_elsewhere_has_is_safe_until_the_center_begins_anew(office: SampleOffice, tmp_path: Path) -> None:
    city = City.around(office, tmp_path / "city")
    watched(city)
    window, other = city.join("n1", window="w1"), city.join("n2", window="w2")
    settled(window, 3)
    assert safe(window) == 0
    back_up(office, tmp_path / "here")
    settled(window, 1)
    assert safe(window) == 0  # nobody said that this folder is on another machine
    back_up(office, tmp_path / "there", "--elsewhere")
    settled(window, 2)
    assert (safe(window), safe(other)) == (4, 0)
    speak("en")
    facts = line_facts(window.office)
    assert (facts.safe, facts.last) == (4, 6)
    told = {one.label: one.value for one in line_view(window.office).facts}
    assert told["Safe beyond the center's machine"] == "entries up to 4 of 6"
    speak("zh_CN")
    back_up(office, tmp_path / "there", "--elsewhere")
    window.line.flush()
    assert safe(window) == 6
    begin_anew(office.office, "failover")
    city.quiet()
    assert safe(window) == 0
    for one in (window, other):
        one.close()


def test_what_is_safe_of_an_older_incarnation_says_nothing_of_this_one(office: SampleOffice, tmp_path: Path) -> None:
    city = City.around(office, tmp_path / "city")
    watched(city)
    window = city.join("n1", window="w1")
    settled(window, 3)
    back_up(office, tmp_path / "there", "--elsewhere")
    window.line.flush()
    assert safe(window) == 3
    begin_anew(window.office)
    window.line.flush()
    assert safe(window) == 0
    window.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_note_or_a_standby_nothing_is_safe(office: SampleOffice, tmp_path: Path) -> None:
    with office.store.read() as look:
        here = look.one("ledger.answering", node="n1", asks="n1.asks", incarnation=1)
    assert here is not None
    assert Safety(office.store, office.office.folder)({**here, "last": 7}, "n1", 1) == 0
    (office.office.folder / MARK).write_bytes(b"{")  # damaged
    assert Safety(office.store, office.office.folder)({**here, "last": 7}, "n1", 1) == 0
