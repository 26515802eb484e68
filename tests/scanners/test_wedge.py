"""Keyboard-wedge scanners."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners import KeyboardWedge, WedgeScan, to_half_width

SIGNED = "EL1:6BF+70790T9WJWG.FKY*4GO0 $%:/-"


def wide(text: str) -> str:
    """Return ASCII as an input method in full-width mode types it."""
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize(
    ("line", "symbology", "prefix"),
    [
        ("]Q1" + SIGNED, "QRCode", "]Q1"),
        ("]Q3" + SIGNED, "QRCode", "]Q3"),
        ("]C0" + SIGNED, "Code128", "]C0"),
        ("]C1" + SIGNED, "Code128", "]C1"),
        ("]E0" + SIGNED, "", "]E0"),
    ],
)
def test_a_scan_is_recognised_by_its_aim_prefix(line: str, symbology: str, prefix: str) -> None:
    assert KeyboardWedge().parse_line(line + "\r\n") == WedgeScan(SIGNED, symbology, prefix)


def test_a_scan_is_recognised_by_the_configured_prefix() -> None:
    wedge = KeyboardWedge.from_settings(prefix="~~")
    assert wedge.parse_line("~~" + SIGNED) == WedgeScan(SIGNED, "", "~~")
    assert wedge.parse_line("]Q1" + SIGNED) == WedgeScan(SIGNED, "QRCode", "]Q1")


def test_spaces_belong_to_a_code_and_the_line_end_does_not() -> None:
    assert KeyboardWedge().parse_line("]Q1 A B \r") == WedgeScan(" A B ", "QRCode", "]Q1")


@pytest.mark.parametrize("line", ["", "张三", "261121000428", "Street 5", "]", "]Q", "[Q1abc", "] Q1", SIGNED])
def test_typed_text_is_not_a_scan(line: str) -> None:
    assert KeyboardWedge().parse_line(line) is None


def test_a_text_that_as_a_whole_is_a_code_needs_no_prefix() -> None:
    wedge = KeyboardWedge.from_settings(shapes=[r"EL1:.{10,}", r"\d{12}"])
    assert wedge.parse_line(SIGNED) == WedgeScan(SIGNED)
    assert wedge.parse_line("261121000428") == WedgeScan("261121000428")
    assert wedge.parse_line("see 261121000428") is None


@pytest.mark.parametrize("line", [wide("]Q1" + SIGNED), "】Ｑ１EL1：ABC", "】Q1el1", wide(SIGNED)])
def test_a_scan_through_an_input_method_is_reported_and_not_used(line: str) -> None:
    typed = KeyboardWedge.from_settings(shapes=[r"EL1:.{10,}"]).parse_line(line)
    assert typed is not None
    assert typed.text == ""
    assert "input method" in str(typed.trouble)


def test_a_scan_with_caps_lock_is_reported_and_not_used() -> None:
    typed = KeyboardWedge().parse_line("]Q1EL1:6BF+70".swapcase())
    assert typed is not None
    assert (typed.text, typed.symbology) == ("", "QRCode")
    assert "Caps Lock" in str(typed.trouble)


@pytest.mark.parametrize(
    "line",
    ["+Q1EL1>6BF´70790T9WJWG", "$A&EL&:&BF=_àè°çàT°Z", "ъЙ1УД1Ж6ИА_70790Е9ЦОЦП", "+C0261121000428", "¨Q1EL1>6BF"],
)
def test_a_scan_through_another_keyboard_layout_is_reported_and_not_used(line: str) -> None:
    typed = KeyboardWedge().parse_line(line)
    assert typed is not None
    assert typed.text == ""
    assert "keyboard layouts" in str(typed.trouble)


@pytest.mark.parametrize(
    "line", ["+86 10 6505 1234", "+8613800138000", "$100.00", "^C", "+Q1", "çaça", "~Qa 2345678901"]
)
def test_text_that_only_begins_like_a_scan_is_not_a_scan(line: str) -> None:
    assert KeyboardWedge().parse_line(line) is None


def test_a_text_longer_than_any_code_is_refused() -> None:
    typed = KeyboardWedge().parse_line("]Q1" + "A" * 10_000)
    assert typed is not None
    assert typed.text == ""
    assert "too long" in str(typed.trouble)


@given(st.text())
def test_any_line_is_a_scan_typed_text_or_reported(line: str) -> None:
    typed = KeyboardWedge.from_settings(prefix="~", shapes=[r"\d{12}"]).parse_line(line)
    assert typed is None or typed.trouble is None or typed.text == ""


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_folding_undoes_full_width(text: str) -> None:
    assert to_half_width(wide(text)) == text
    assert to_half_width(text) == text
