"""`clerk paper read`: kind, fields and certainty of a paper in a file; one sentence for a file that is no paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Clerk
from tests.scanners.text.pages import draw_cat, draw_page

CARD = (
    "姓名    王秀英",
    "性别  女   民族  汉",
    "出生  1985年6月5日",
    "住址    示范市青山区长宁路128号",
    "公民身份号码    310101198506053021",
)


def test_a_file_that_is_no_paper_is_named_in_one_sentence(clerk: Clerk, tmp_path: Path) -> None:
    assert "cannot be read" in clerk("paper", "read", tmp_path / "nothing.pdf").refused
    text = tmp_path / "letter.txt"
    text.write_text("no picture")
    assert "This kind of file is not accepted" in clerk("paper", "read", text).refused


@pytest.mark.wide
def test_an_identity_card_is_read_with_the_certainty_of_each_field(clerk: Clerk, tmp_path: Path) -> None:
    card = tmp_path / "card.jpg"
    card.write_bytes(draw_page(*CARD))
    ran = clerk("paper", "read", card)
    assert ran.code == 0
    assert "Identity card" in ran.out
    assert "310101198506053021" in ran.out
    found = json.loads(clerk("paper", "read", card, "--json").out)
    assert found["kind"] == "id-card"
    numbers = [field for field in found["fields"] if field["id"] == "id_number"]
    assert [(field["value"], field["is_sure"], field["page"]) for field in numbers] == [("310101198506053021", True, 1)]


@pytest.mark.wide
def test_a_picture_without_text_cannot_be_read(clerk: Clerk, tmp_path: Path) -> None:
    cat = tmp_path / "cat.jpg"
    cat.write_bytes(draw_cat())
    ran = clerk("paper", "read", cat)
    assert ran.code == 1
    assert "No page of this file can be read." in ran.out
