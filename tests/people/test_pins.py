"""PINs: which new ones are refused, and how they are compared."""

from __future__ import annotations

import pytest

from clerk_app.errors import BadData
from clerk_app.people.pins import check_new_pin, hash_pin, is_allowed_pin, matches_hash

EASY = {
    "short": ("0000", "1234", "2580", "73946", ""),
    "not digits": ("73946a", "七三九四六一", "739 46", "-73946", "7" * 33),
    "runs": ("123456", "987654", "890123", "246802", "000000", "999999999"),
    "repetitions": ("121212", "123123", "739739", "112233", "123321", "111112", "737773", "7397397"),
    "dates": ("900307", "070390", "030790", "199003", "19900307", "07031990", "240229", "19960229"),
    "common": ("520131", "147258", "5201314", "142857"),
    "staff number": ("100173", "731001", "７３１００１"),
}


@pytest.mark.parametrize("pin", [pin for pins in EASY.values() for pin in pins])
def test_a_pin_that_is_easy_to_guess_is_refused(pin: str) -> None:
    with pytest.raises(BadData):
        check_new_pin(pin, "1001")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("typed", "pin"), [("739461", "739461"), ("７３９４６１", "739461"), (" 9973518642\n", "9973518642")]
)
def test_another_pin_is_taken_also_in_full_width_digits(typed: str, pin: str) -> None:
    assert check_new_pin(typed, "1001") == pin
    assert is_allowed_pin(pin)
    assert matches_hash(hash_pin(pin), typed.strip())


def test_no_pin_matches_an_empty_hash() -> None:
    assert not matches_hash("", "")
    assert not matches_hash("", "0000")
