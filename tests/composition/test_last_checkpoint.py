"""A center does not start with an older copy of its store."""

from __future__ import annotations

import pytest

from clerk_app.cli import main
from clerk_app.composition.office import STORE_FILE, begin_incarnation, open_office
from clerk_app.composition.schedule import record_checkpoint
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.last_checkpoint import require_last_checkpoint
from clerk_app.locales import set_language
from tests.office import SampleOffice
from tests.sample_data import CLERKS


def set_states(office: SampleOffice, *states: str) -> None:
    for state in states:
        office.door.perform(SetWindowState(window="w1", state=state), CLERKS[0])
    record_checkpoint(office.office)


def test_an_older_copy_of_the_store_is_not_started(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    folder, clock = office.office.folder, office.clock
    set_states(office, "paused")
    office.close()
    copy = (folder / STORE_FILE).read_bytes()
    newer = SampleOffice(open_office(folder, clock=clock), clock)
    set_states(newer, "open", "paused", "open")
    require_last_checkpoint(newer.store, folder)
    newer.close()
    (folder / STORE_FILE).write_bytes(copy)
    assert main(["--language", "en", "center", "--folder", str(folder), "--listen", "127.0.0.1:0"]) == 1
    set_language("zh_CN")
    assert "older copy" in capsys.readouterr().err
    older = SampleOffice(open_office(folder, clock=clock), clock)
    set_states(older, "open", "paused", "open", "paused", "open")  # other entries in the place of the lost ones
    with pytest.raises(Refused):
        require_last_checkpoint(older.store, folder)
    begin_incarnation(older.office, "the newer store is lost")
    record_checkpoint(older.office)
    require_last_checkpoint(older.store, folder)
    set_states(older, "paused")
    require_last_checkpoint(older.store, folder)
    older.close()
    (folder / STORE_FILE).write_bytes(copy)  # now of an earlier epoch too
    oldest = SampleOffice(open_office(folder, clock=clock), clock)
    with pytest.raises(Refused):
        require_last_checkpoint(oldest.store, folder)
    oldest.close()
