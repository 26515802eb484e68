"""The benchmark of the kiosk in a browser; these tests check no time."""

from __future__ import annotations

import json

import pytest

from benchmarks import web
from clerk_app.errors import BadData
from tests.web_kiosk.chromium import needs_chromium


@pytest.mark.wide
@needs_chromium
@pytest.mark.xdist_group("chromium")
def test_app_and_kiosk_have_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    web.main(["--rounds", "1", "--touches", "2", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["bar"] for line in lines] == [None, web.BAR]
    assert all(line["milliseconds"] > 0 for line in lines)


def test_zero_rounds_are_rejected() -> None:
    with pytest.raises(BadData):
        web.main(["--rounds", "0"])
