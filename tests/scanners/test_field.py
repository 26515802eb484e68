"""Small inputs that failed once. They are read in place, and are not part of the project (CLERK_TEST_FIELD)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanners import scan_sources

FIELD = Path(os.environ.get("CLERK_TEST_FIELD", "../shared/field"))
NUMBER = "261234567893"

pytestmark = pytest.mark.skipif(not FIELD.is_dir(), reason="the inputs are not here (CLERK_TEST_FIELD)")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("enc_gb2312_noeci.png", "中文测试"),
        ("enc_gb18030_eci.png", "示范市 李𬭎"),
        ("trans_white_ink.png", "EL1:"),
        ("trans_white_ground_holes.png", "EL1:"),
        ("quiet0_on_black_el1.png", "EL1:"),
        ("supplement_58mm_turned_18.png", NUMBER),
        ("supplement_58mm_turned_25.png", NUMBER),
        ("supplement_58mm_turned_45.png", NUMBER),
    ],
)
def test_input_is_read(name: str, text: str) -> None:
    (result,) = scan_sources([str(FIELD / name)], "receipt")
    (code,) = result.codes
    assert code.text == text or (text == "EL1:" and code.text.startswith(text))
