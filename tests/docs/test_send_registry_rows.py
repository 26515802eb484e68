"""The client of `docs/howto/send-registry-rows.md` joins a running center and sends rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_app.people import SYSTEM
from clerk_app.registry.feeds import AdmitFeed
from tests.docs.code_blocks import DOCS, load_module, read_blocks
from tests.office import SampleOffice
from tests.sample_node import RunningCenter, run_center

MODULE, USE = read_blocks(DOCS / "howto" / "send-registry-rows.md", "python")


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    """A running center."""
    with run_center(office.office) as running:
        yield running


def test_the_client_of_the_page_sends_rows_and_gets_a_report_of_each(
    served: RunningCenter, office: SampleOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = load_module(MODULE, monkeypatch)

    def join(*arguments: object) -> dict[str, str]:
        joined: dict[str, str] = client.join(*arguments)
        feed = AdmitFeed(node=joined["machine"].partition(".")[0], source="population", kinds=("person",))
        office.door.perform(feed, SYSTEM)
        return joined

    names = {"address": str(served.client.base_url).rstrip("/"), "code": served.invite(kind="issuer", window="")}
    exec(USE.text, {**vars(client), **names, "join": join})
    assert capsys.readouterr().out.splitlines() == ["0 new  ", "1 refused id_number number"]
    assert [row["identifier"] for row in office.select("registry_items")] == ["p1"]
